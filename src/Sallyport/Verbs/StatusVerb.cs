using System.CommandLine;
using System.Globalization;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport status</c>: is it up, and can it record?</summary>
internal static class StatusVerb
{
    private const int FreezesMax = 5;

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
        var series = status.Series > 0 ? $", {status.Series} series" : "";
        Print.Line($"  {Print.Count(status.Runs, "open run")}{series}, {Print.Count(status.Channels, "channel")}, "
            + $"{Print.Count(status.Freezes, "freeze")}, {Print.Count(status.Limits, "limit")}, "
            + $"rules {status.Snapshot[..12]}");
        Print.Line($"  ledger epoch {ledger.Epoch}, {ledger.Written} entries written, {ledger.Synced} synced, "
            + (ledger.Indexed >= ledger.Written
                ? ledger.IndexedFrom == 0 ? "all indexed" : $"indexed from {ledger.IndexedFrom} on"
                : $"the index lags by {ledger.Written - ledger.Indexed}: log and why do not show those yet"));
        ShowWitnesses(ledger.Witnesses);
        Print.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"  approvals {status.Holds.Waiting} wait, {status.Holds.PerRunHour} asked per run and hour"));
        ShowContent(status.Content);
        ShowFreezes(status.Active);
        if (status.LimitsReached > 0)
        {
            Print.Line($"  {Print.Count(status.LimitsReached, "limit")} reached, see: sallyport limits");
        }

        ShowPerimeter(status.Perimeter);
        if (ledger.TornBytesCut > 0)
        {
            Print.Line($"  this start cut {ledger.TornBytesCut} bytes of a torn last entry");
        }

        foreach (var warning in status.Warnings)
        {
            Print.Line($"  WARNING: {Print.Inert(warning)}");
        }

        foreach (var reason in status.Degraded)
        {
            Print.Line($"  degraded: {Print.Inert(reason)}");
        }

        if (ledger.Fault is { } fault)
        {
            var since = ledger.Since is { } at ? $" since {Print.Time(at)}" : "";
            Print.Line($"  nothing is allowed{since}: {Print.Inert(fault)}");
            Print.Line($"  {Print.Inert(ledger.Mend ?? "")}");
        }
    }

    private static void ShowContent(ContentLoad content)
    {
        if (content.Bodies > 0 || content.Missed > 0)
        {
            Print.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"  bodies {content.Bodies} kept, {content.Bytes} of {content.BytesMax} bytes"
                + $"{(content.Missed > 0 ? $"; {content.Missed} NOT KEPT: sallyport log --kind content" : "")}"));
        }
    }

    // Those that refuse everything first: nothing else explains as much.
    private static void ShowFreezes(IReadOnlyList<FreezeView> freezes)
    {
        foreach (var freeze in freezes.OrderByDescending(freeze => freeze.Scope == "all").Take(FreezesMax))
        {
            var what = freeze.Scope == "all" ? "everything is refused" : $"{freeze.Scope} is refused everything";
            Print.Line(
                $"  {what}: freeze {freeze.Id} by {freeze.Author} since {Print.Time(freeze.At)}: "
                + Print.Inert(freeze.Reason));
            Print.Line($"    when the incident is over: sallyport thaw {freeze.Id}");
        }

        if (freezes.Count > FreezesMax)
        {
            Print.Line($"  and {freezes.Count - FreezesMax} more: sallyport freeze list");
        }
    }

    private static void ShowWitnesses(WitnessesView? witnesses)
    {
        if (witnesses is null)
        {
            return;
        }

        var when = witnesses.At is { } at ? $" at {Print.Time(at)}" : "";
        Print.Line($"  witnesses: {witnesses.Size} entries cosigned{when} ({witnesses.Quorum} of "
            + $"{witnesses.Each.Count} are enough); {witnesses.NotWitnessed} since are not witnessed");
        foreach (var silent in witnesses.Each.Where(witness => witness.Trouble is not null))
        {
            Print.Line(Print.Inert(
                $"  {(silent.IsAlarm ? "ALARM: " : "")}witness {silent.Name} does not cosign: {silent.Trouble}"));
        }
    }

    private static void ShowPerimeter(PerimeterStateView perimeter)
    {
        if (perimeter.IsDrift)
        {
            var holds = perimeter.FolderHash is { } hash
                ? $"something else ({hash[..12]})"
                : $"files with {Print.Count(perimeter.FolderMistakes, "mistake")}";
            Print.Line(Print.Inert(
                $"  WARNING: {perimeter.Folder} holds {holds}, which is NOT loaded: sallyport plan"));
        }

        foreach (var pending in perimeter.Pending)
        {
            Print.Line($"  waits for a second person since {Print.Time(pending.At)}, by {pending.Author}:");
            Print.Line($"    sallyport plan {pending.Hash}");
            Print.Line($"    sallyport apply --confirm {pending.Hash}");
        }
    }
}
