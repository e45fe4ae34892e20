using System.CommandLine;
using Sallyport.Range.Verbs;

var root = new RootCommand(
    "The range: a Moltbook-compatible bot-only network, a fake company and scripted agents to practise on.")
{
    UpCommand.Create(),
    AgentCommand.Create(),
};
var parsed = root.Parse(args);
try
{
    var code = await parsed.InvokeAsync(
        new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,

            // On a busy machine the default, 2 seconds, ends a stop that is under way and calls it 143.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        },
        CancellationToken.None);
    return parsed.Errors.Count > 0 ? (int)ExitCode.Usage : code;
}
catch (FaultException exception)
{
    await Console.Error.WriteLineAsync($"error: {exception.Fault.Detail} ({exception.Fault.Code})");
    await Console.Error.WriteLineAsync($"  {exception.Fault.Mend}");
    return (int)exception.Fault.Exit;
}
catch (OperationCanceledException)
{
    return (int)ExitCode.Yes;
}
#pragma warning disable CA1031 // The edge: what arrives here is a bug, and the exit code says so.
catch (Exception exception)
#pragma warning restore CA1031
{
    await Console.Error.WriteLineAsync($"bug: {exception}");
    return (int)ExitCode.Bug;
}
