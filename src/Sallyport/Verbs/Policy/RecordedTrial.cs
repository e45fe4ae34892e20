using Sallyport.Decisions;
using Sallyport.Host;
using Sallyport.Ledger;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Verbs;

/// <summary>A decision of the ledger, made again on its own facts under its own snapshot, clause by clause.</summary>
internal static class RecordedTrial
{
    /// <summary>Explains an entry. A node may be writing.</summary>
    /// <param name="state">The state folder.</param>
    /// <param name="id">The entry.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <returns>0 where it was allowed, else 1.</returns>
    public static int Explain(string state, EntryId id, bool json)
    {
        var folder = new StateFolder(state);
        var decided = Decision(folder, id);
        if (!FactsReader.TryRead(decided, out var facts, out var why))
        {
            throw No("policy.not-replayable", $"Entry {id} cannot be explained: {why}.", "See it with: sallyport why");
        }

        if (!folder.Snapshots.TryLoad(decided.Snapshot, out var kept, out var fault))
        {
            throw new FaultException(fault, ExitCode.No);
        }

        var (snapshot, trial) = (kept.Snapshot!, Trial.Of(kept.Snapshot!, facts)); // A kept snapshot has no mistake.
        var now = ReplayedVerdict.Of(trial.Decision, facts);
        var was = Replay.Recorded(decided, facts);
        if (was != now)
        {
            Print.Warning(
                new Fault(
                    "policy.replays-otherwise",
                    $"The ledger has {was.Verdict} {was.Code} for {id}, "
                    + $"and its facts give {now.Verdict} {now.Code} now.",
                    "What was in force is not what decided, or this version decides otherwise: please report it."),
                json);
        }

        if (json)
        {
            Print.Json(TrialView.Of(snapshot, trial), PolicyJson.Default.TrialView);
            return Exit(trial);
        }

        Print.Line($"{id} under {decided.Snapshot[..12]}:");
        foreach (var line in TrialLines.Of(snapshot, trial, isWhole: true))
        {
            Print.Line(Print.Inert(line));
        }

        return Exit(trial);
    }

    private static int Exit(Trial trial) =>
        (int)(trial.Verdict is TrialVerdict.Allow ? ExitCode.Yes : ExitCode.No);

    private static LedgerEntry.Decided Decision(StateFolder folder, EntryId id)
    {
        var reader = new LedgerReader(folder.Ledger, new LocalDisk(), live: null);
        if (!reader.TryRead(id.Position, 1, out var entries, out var fault))
        {
            throw new FaultException(fault, ExitCode.No);
        }

        return entries is not [{ } found, ..] || found.Id != id
            ? throw No("ledger.entry-unknown", $"There is no entry {id}.", "See what there is with: sallyport log")
            : found.Entry as LedgerEntry.Decided ?? throw No(
                "policy.no-decision", $"Entry {id} is no decision.",
                "Name a decision: sallyport log --kind decision");
    }

    private static FaultException No(string code, string detail, string mend) =>
        new(new Fault(code, detail, mend), ExitCode.No);
}
