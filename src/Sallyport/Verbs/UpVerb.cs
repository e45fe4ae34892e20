using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sallyport.Host;

namespace Sallyport.Verbs;

/// <summary><c>sallyport up</c>: runs the node until it is asked to stop.</summary>
internal static class UpVerb
{
    public static Command Create()
    {
        var (perimeter, state, json) = (Places.Perimeter(), Places.State(), Places.Json());
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log every denial and every exchange that ended badly." };
        var apply = new Option<bool>("--apply")
        {
            Description = "Put in force what the folder holds now, as 'sallyport apply' would.",
        };
        var anew = new Option<bool>("--new-ledger")
        {
            Description = "Begin a new ledger though one was lost: limits, freezes and approvals begin anew with it.",
        };
        var key = new Option<string?>("--key")
        {
            Description = "With --apply, where operators have keys: sign with this one; its passphrase is asked for.",
        };
        var verb = new Command("up", "Run the node. Ctrl-C or SIGTERM stops it in good order.")
        {
            perimeter, state, apply, key, anew, verbose, json,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            // Before anything else: a stop that comes early is a stop too.
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var interrupt = OnSignal(PosixSignal.SIGINT, stopping);
            using var terminate = OnSignal(PosixSignal.SIGTERM, stopping);
            using var told = stopping.Token.Register(() => Print.Note("stopping"));
            var found = Wanted(parsed.GetValue(perimeter)!, parsed.GetValue(state)!, parsed.GetValue(apply)); // defaults
            var wanted = found with
            {
                NewLedger = parsed.GetValue(anew),
                Sign = parsed.GetValue(key) is { } file ? challenge => ApprovalKey.Sign(file, challenge) : null,
            };
            using var logs = Logs(parsed.GetValue(verbose));
            var (node, fault) = await NodeHost.StartAsync(
                wanted, new StateFolder(parsed.GetValue(state)!), logs, TimeProvider.System, stopping.Token); // default
            if (node is null)
            {
                return fault is not null
                    ? throw new FaultException(
                        fault, FaultExits.Of(fault, ExitCode.Configuration), [.. Told(fault, wanted)])
                    : StoppedEarly();
            }

            await using (node)
            {
                if (stopping.IsCancellationRequested)
                {
                    return StoppedEarly();
                }

                Ready(node, parsed.GetValue(json));
                await StoppedAsync(node, parsed.GetValue(json), stopping.Token);
            }

            if (node.NotSignedAtStop > 0)
            {
                Print.Note($"warning: the last {node.NotSignedAtStop} entries could not be signed: "
                    + "sallyport ledger verify says so until the next start.");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    // A node that has had a perimeter in force starts with that one, whatever the folder holds now.
    private static WantedPerimeter Wanted(string folder, string state, bool apply)
    {
        if (apply || !Directory.Exists(new StateFolder(state).Ledger.Root))
        {
            CheckVerb.Load(folder); // It says what is wrong.
        }

        return new WantedPerimeter(folder, CheckVerb.Read(folder), apply);
    }

    private static IEnumerable<string> Told(Fault fault, WantedPerimeter wanted) =>
        fault.Code == "perimeter.mistakes" ? wanted.OnDisk.Lines() : [];

    // Exit code 0, as for every stop that was asked for: a supervisor must not take it for a failure.
    private static int StoppedEarly()
    {
        Print.Note("stopped while it was starting: it has served nothing");
        return (int)ExitCode.Yes;
    }

    private static void Ready(NodeHost node, bool json)
    {
        var recovery = node.Recovery;
        if (recovery.TornBytesCut > 0)
        {
            Print.Note($"warning: the ledger ended in {recovery.TornBytesCut} bytes of a torn entry, which were never acknowledged as synced. They were cut; the last whole entry is {recovery.Last}.");
        }

        if (node.Tail.Found is { } unsigned && (unsigned.Disbelieved > 0 || node.Tail.IsForeign))
        {
            Print.Note($"warning: {unsigned.Entries} entries stood behind the last checkpoint, unsigned"
                + (node.Tail.IsForeign ? ", though the node had stopped in good order" : "")
                + $"; {unsigned.Disbelieved} of them loosen and are not believed. "
                + "See: sallyport log --kind unsigned");
        }

        if (recovery.Began is { } began)
        {
            Print.Note($"the ledger was of an older format ({began.Reason}): its {began.Entries} entries are kept in "
                + $"{began.Before}, unchanged, and a new ledger begins, whose first entry "
                + $"names their root {began.Root}.");
        }

        if (node.Drift is { IsDrift: true } drift)
        {
            var holds = drift.Hash is null ? $"files with {drift.Mistakes} mistakes" : "other files";
            Print.Note($"warning: the perimeter folder holds {holds} than what was in force, and they are not loaded.");
            Print.Note("  See: sallyport plan. To put them in force: sallyport apply");
        }

        // One line that a supervisor or a test can wait for.
        Print.Line(json
            ? $"{{\"ready\":true,\"pid\":{Environment.ProcessId},\"proxy\":{(node.Proxy is { } proxy ? $"\"{proxy}\"" : "null")},\"epoch\":{recovery.Epoch}}}"
            : $"ready: proxy {node.Proxy?.ToString() ?? "off"}, ledger epoch {recovery.Epoch} with {recovery.Entries} entries, pid {Environment.ProcessId}");
        System.Console.Out.Flush();
    }

    private static async Task StoppedAsync(NodeHost node, bool json, CancellationToken stopping)
    {
        var asked = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        while (!stopping.IsCancellationRequested)
        {
            var (failed, mended) = (node.LedgerFailed, node.LedgerMended);
            if (await Task.WhenAny(asked, failed) == failed)
            {
                // Fail closed: it stays up, so that agents get a reason and people an API, and denies everything.
                Print.Fault(await failed, ExitCode.Unavailable, json);
            }

            if (!stopping.IsCancellationRequested && await Task.WhenAny(asked, mended) == mended)
            {
                var gap = await mended;
                Print.Note($"the ledger records again after {gap.Milliseconds} ms ({gap.Code}): "
                    + $"{gap.Carried} entries carried over, {gap.Refused} refused");
            }
        }
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stopping) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stopping.Cancel();
        });

    private static ILoggerFactory Logs(bool verbose) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning)
        .AddFilter("Microsoft", LogLevel.Error)
        .AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = InertConsole.FormatterName;
        })
        .AddConsoleFormatter<InertConsole, ConsoleFormatterOptions>());
}
