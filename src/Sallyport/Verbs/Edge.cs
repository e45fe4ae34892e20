using System.CommandLine;
using System.Runtime.InteropServices;

namespace Sallyport.Verbs;

/// <summary>An expected failure on its way to the edge: what to print, and the exit code.</summary>
internal sealed class FaultException(Fault fault, ExitCode exit, params IReadOnlyList<string> mistakes) : Exception(fault.Detail)
{
    public Fault Fault => fault;

    public ExitCode Exit => exit;

    /// <summary>What was found one by one.</summary>
    public IReadOnlyList<string> Mistakes => mistakes;
}

/// <summary>Somebody has pressed Ctrl-C where it is read as a key.</summary>
internal sealed class InterruptedException : Exception;

/// <summary>The one place where a verb's failure becomes words and an exit code.</summary>
internal static class Edge
{
    private static readonly TimeSpan SignalPatience = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(ParseResult parsed)
    {
        var json = Usage.WantsJson(parsed);
        if (parsed.Errors.Count > 0)
        {
            Print.Fault(Usage.FaultOf(parsed), ExitCode.Usage, json);
            return (int)ExitCode.Usage;
        }

        // Noted only: who is asked to stop is asked through the verb's cancellation.
        var signal = new TaskCompletionSource<ExitCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupted = PosixSignalRegistration.Create(
            PosixSignal.SIGINT, _ => signal.TrySetResult(ExitCode.Interrupted));
        using var terminated = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM, _ => signal.TrySetResult(ExitCode.Terminated));
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopPatience(parsed),
            });
        }
        catch (FaultException failed)
        {
            Print.Fault(failed, json);
            return (int)failed.Exit;
        }
        catch (InterruptedException)
        {
            return (int)ExitCode.Interrupted;
        }
        catch (OperationCanceledException)
        {
            return (int)await StoppedByAsync(signal.Task);
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
            Bug(bug, json);
            return (int)ExitCode.Bug;
        }
    }

    // The verb's cancellation is asked for before the signal is noted, by another handler of the same signal.
    private static async Task<ExitCode> StoppedByAsync(Task<ExitCode> signal) =>
        await Task.WhenAny(signal, Task.Delay(SignalPatience, TimeProvider.System)) == signal
            ? await signal
            : ExitCode.No;

    private static void Bug(Exception bug, bool json)
    {
        if (json)
        {
            Print.Fault(new Fault("bug", $"This is a bug of Sallyport: {bug}", "Please report it with this text."), ExitCode.Bug, json);
            return;
        }

        System.Console.Error.WriteLine($"This is a bug of Sallyport. Please report it with what follows.\n{bug}");
    }

    // A verb that runs somebody's program stays as long as that stays: who presses Ctrl-C in it need not mean to leave.
    private static TimeSpan? StopPatience(ParseResult parsed) =>
        parsed.CommandResult.Command.Name is "run" or "range" ? null : TimeSpan.FromSeconds(15);
}
