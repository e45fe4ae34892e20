using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Sallyport.Verbs;

namespace Sallyport.Host;

/// <summary>The node's log on a terminal: one line an event, and nothing in it that a terminal would obey (promise P12).</summary>
internal sealed class InertConsole() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "inert";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine(
            $"{TimeProvider.System.GetUtcNow():HH:mm:ss} {Word(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {Print.Inert(message)}");
        foreach (var line in logEntry.Exception?.ToString().Split('\n') ?? [])
        {
            // Indented, so that a message in several lines does not look like other events.
            textWriter.WriteLine($"         {Print.Inert(line.TrimEnd('\r'))}");
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        LogLevel.None => "none",
    };
}
