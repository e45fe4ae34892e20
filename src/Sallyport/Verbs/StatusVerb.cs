using System.CommandLine;
using System.Globalization;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport status</c>: is it up, and can it record?</summary>
internal static class StatusVerb
{
    public static Command Create()
    {
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("status", "Show whether the node serves and records. Exit code 0 only if it does.") { state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var status = await node.GetAsync("status", ApiJson.Default.StatusView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(status, ApiJson.Default.StatusView);
            }
            else
            {
                Show(status);
            }

            return (int)(status.Ready ? ExitCode.Yes : ExitCode.Unavailable);
        });
        return verb;
    }

    private static string State(StatusView status) =>
        status.Ready ? status.Frozen is null ? "ready" : "FROZEN" : status.Ledger.Fault is null ? "DEGRADED" : "NOT READY";

    private static void Show(StatusView status)
    {
        var ledger = status.Ledger;
        Print.Line($"{State(status)}  sallyport {status.Version}, pid {status.Pid}, proxy {status.Proxy ?? "off"}");
        Print.Line($"  runs {status.Runs} open, {status.Channels} channels, {status.Freezes} freezes, {status.Limits} limits, rules {status.Snapshot[..12]}");
        Print.Line($"  ledger epoch {ledger.Epoch}, {ledger.Written} entries written, {ledger.Synced} synced");
        Print.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"  approvals {status.Holds.Waiting} wait, {status.Holds.PerRunHour} asked per run and hour"));
        if (status.Frozen is { } freeze)
        {
            Print.Line($"  everything is refused: freeze {freeze.Id} by {freeze.Author}: {Print.Inert(freeze.Reason)}");
            Print.Line($"  when the incident is over: sallyport thaw {freeze.Id}");
        }

        if (status.LimitsReached > 0)
        {
            Print.Line($"  {status.LimitsReached} limits reached, see: sallyport limits");
        }

        ShowPerimeter(status.Perimeter);
        if (ledger.TornBytesCut > 0)
        {
            Print.Line($"  this start cut {ledger.TornBytesCut} bytes of a torn last entry");
        }

        foreach (var reason in status.Degraded)
        {
            Print.Line($"  degraded: {Print.Inert(reason)}");
        }

        if (ledger.Fault is { } fault)
        {
            Print.Line($"  nothing is allowed: {Print.Inert(fault)}");
            Print.Line($"  {Print.Inert(ledger.Mend ?? "")}");
        }
    }

    private static void ShowPerimeter(PerimeterStateView perimeter)
    {
        if (perimeter.IsDrift)
        {
            var holds = perimeter.FolderHash is { } hash
                ? $"something else ({hash[..12]})"
                : $"files with {perimeter.FolderMistakes} mistakes";
            Print.Line(Print.Inert(
                $"  WARNING: {perimeter.Folder} holds {holds}, which is NOT loaded: sallyport plan"));
        }

        foreach (var pending in perimeter.Pending)
        {
            Print.Line($"  waits for a second person since {pending.At:yyyy-MM-dd HH:mm:ss}Z, by {pending.Author}:");
            Print.Line($"    sallyport plan {pending.Hash}");
            Print.Line($"    sallyport apply --confirm {pending.Hash}");
        }
    }
}
