using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Console;
using Sallyport.Host;

namespace Sallyport.Verbs;

/// <summary>One run of a command, from its opening to its end.</summary>
/// <param name="state">The node's folder.</param>
/// <param name="agent">Whose run.</param>
/// <param name="command">The command and its arguments.</param>
/// <param name="brief">What a person asks for; null where nobody says it.</param>
/// <param name="home">What its home is a copy of; null where it keeps the home of who runs it.</param>
/// <param name="quiet">Whether nothing is said of our own.</param>
internal sealed class RunRound(
    string state, string agent, string[] command, string? brief, string? home, bool quiet)
{
    /// <summary>The run by itself.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        using var signals = new PassedSignals();
        return await RunAsync(wake: null, signals, nextAt: null, cancellation);
    }

    /// <summary>The run as a round of a series.</summary>
    /// <param name="wake">Which round; null where it is none.</param>
    /// <param name="signals">Held for as long as the command runs.</param>
    /// <param name="nextAt">When the next round is due, asked when this one has ended; null where there is
    /// none.</param>
    /// <param name="cancellation">Until the run is open.</param>
    /// <returns>The exit code of the command.</returns>
    public async Task<int> RunAsync(
        WakeRequest? wake, PassedSignals signals, Func<DateTimeOffset?>? nextAt, CancellationToken cancellation)
    {
        using var node = new NodeClient(state);
        var files = RunInstructions.Before(home);
        var (values, isCut) = RunEnvironment.Passed();
        var request = new OpenRunRequest(
            agent,
            Path.GetFileName(command[0]),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', command)))),
            brief,
            string.Join('\n', command[1..]),
            wake,
            values,
            isCut,
            files.Paths);
        var run = await node.PostAsync(
            "runs", request, ApiJson.Default.OpenRunRequest, ApiJson.Default.RunOpened, cancellation);
        Run = run.Run;
        Tell(run, wake);
        files.Tell(run);
        int? exit = null;
        var started = true;
        try
        {
            using var own = wake is not null || home is not null ? FreshHome.Make(home) : null;
            exit = await ExecuteAsync(node, run, own, signals);
            return (int)exit;
        }
        catch (FaultException failed) when (failed.Exit is ExitCode.NotFound or ExitCode.NotExecutable)
        {
            (exit, started) = ((int)failed.Exit, false);
            throw;
        }
        finally
        {
            await files.TellChangesAsync(node, run);
            await EndAsync(node, run, exit, started, nextAt?.Invoke());
        }
    }

    /// <summary>Id of the run that was opened last.</summary>
    public string Run { get; private set; } = "";

    private void Tell(RunOpened run, WakeRequest? wake)
    {
        if (!quiet)
        {
            var round = wake is null ? "" : $", round {wake.Round}";
            Print.Note($"sallyport: run {run.Run} of {agent}{round}, {run.Confinement} (the sandbox is not built yet)");
        }

        if (run.UntrustedLines > 0)
        {
            Print.Warning(
                new Fault(
                    "run.untrusted-brief",
                    $"{run.UntrustedLines} lines of the brief, the arguments or the environment stand in untrusted "
                    + "text that some run has read, so the run starts with the label untrusted.",
                    "Say it in your own words if you mean it."),
                json: false);
        }
    }

    private async Task<int> ExecuteAsync(NodeClient node, RunOpened run, FreshHome? own, PassedSignals signals)
    {
        var isRelayed = !signals.IsSeries && InputRelay.IsNeeded();
        var start = new ProcessStartInfo(CommandPath.Find(command[0]), command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = signals.IsSeries || isRelayed,
        };
        RunEnvironment.Set(start.Environment, run);
        own?.Set(start.Environment);
        using var process = new Process { StartInfo = start };
        try
        {
            signals.Start(process);
        }
        catch (Win32Exception failed)
        {
            throw CommandPath.NotExecutable(command[0], $"the system refuses it (error {failed.NativeErrorCode})");
        }

        if (signals.IsSeries)
        {
            process.StandardInput.Close(); // Nobody is there who could say something to each round.
        }

        var relayed = isRelayed
            ? InputRelay.RunAsync(node, run, process.StandardInput.BaseStream, quiet) : Task.CompletedTask;
        await process.WaitForExitAsync(CancellationToken.None);
        if (relayed.IsFaulted)
        {
            await relayed; // Else it may wait for input that never comes; nobody is there for it any more.
        }

        signals.Ended();
        return process.ExitCode;
    }

    private static async Task EndAsync(NodeClient node, RunOpened run, int? exit, bool started, DateTimeOffset? next)
    {
        string?[] query =
        [
            exit is { } code ? $"exitCode={code}" : null,
            exit is not null && !started ? "started=false" : null,
            next is { } at ? $"next={Uri.EscapeDataString($"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}")}" : null,
        ];
        try
        {
            await node.DeleteAsync(
                $"runs/{run.Run}?{string.Join('&', query.OfType<string>())}".TrimEnd('?'), CancellationToken.None);
        }
        catch (FaultException gone) when (gone.Exit is ExitCode.Unavailable)
        {
            Print.Warning(
                new Fault(
                    "run.node-gone",
                    $"The node does not answer any more, so the end of run {run.Run} is not recorded. Since it "
                    + "stopped, the command had no way out: what it asked for then failed.",
                    "Start the node with: sallyport up. It records the end (owner-gone) and refuses the run's token."),
                json: false);
        }
        catch (FaultException ended) when (ended.Exit is ExitCode.No)
        {
            Print.Warning(
                new Fault(
                    "run.ended",
                    $"Run {run.Run} was ended while the command still ran. From then on it had no way out.",
                    $"See when and why: sallyport log --run {run.Run}"),
                json: false);
        }
    }
}
