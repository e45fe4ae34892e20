using System.CommandLine;

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
        try
        {
            var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
            return parsed.Errors.Count > 0 ? (int)ExitCode.Usage : code;
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
}
