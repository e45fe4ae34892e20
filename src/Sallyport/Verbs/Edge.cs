using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sallyport.Verbs;

/// <summary>An expected failure on its way to the edge: what to print, and the exit code.</summary>
internal sealed class FaultException(Fault fault, ExitCode exit) : Exception(fault.Detail)
{
    public Fault Fault => fault;

    public ExitCode Exit => exit;
}

/// <summary>The one place where a verb's failure becomes words and an exit code.</summary>
internal static class Edge
{
    public static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0)
        {
            return Usage(parsed);
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopPatience(parsed) });
        }
        catch (FaultException failed)
        {
            Print.Fault(failed.Fault);
            return (int)failed.Exit;
        }
        catch (OperationCanceledException)
        {
            return (int)ExitCode.No;
        }
        catch (IOException closed) when (closed.Message.Contains("Broken pipe", StringComparison.Ordinal))
        {
            // `sallyport log | head`: whoever read us has read enough.
            return (int)ExitCode.Yes;
        }
#pragma warning disable CA1031 // The edge: what arrives here is a bug, and the exit code says so.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            await System.Console.Error.WriteLineAsync($"This is a bug of Sallyport. Please report it with what follows.\n{bug}");
            return (int)ExitCode.Bug;
        }
    }
    // A verb that runs somebody's program stays as long as that stays: who presses Ctrl-C in it need not mean to leave.
    private static TimeSpan? StopPatience(ParseResult parsed) =>
        parsed.CommandResult.Command.Name is "run" or "range" ? null : TimeSpan.FromSeconds(15);

    // Ours and not the parser's own report: an argument may be text from outside, and standard output belongs to the answer.
    private static int Usage(ParseResult parsed)
    {
        var words = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            words.Push(at is CommandResult command ? command.Command.Name : "");
        }

        foreach (var wrong in parsed.Errors)
        {
            Print.Note($"error: {Print.Inert(wrong.Message)} (usage)");
        }

        Print.Note($"  See: {string.Join(' ', words)} --help");
        return (int)ExitCode.Usage;
    }
}
