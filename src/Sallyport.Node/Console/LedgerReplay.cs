using Sallyport.Decisions.Approvals;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Ledger;
using Sallyport.Perimeter;

namespace Sallyport.Console;

/// <summary>What the ledger says was open when the node last stopped: runs with their labels, and the freeze epoch.</summary>
public sealed class LedgerReplay
{
    private readonly Dictionary<RunId, RunState> open = [];
    private readonly Dictionary<string, ActiveFreeze> frozen = new(StringComparer.Ordinal);

    /// <summary>Runs that started and did not end, with the labels that they had.</summary>
    public IReadOnlyDictionary<RunId, RunState> Open => open;

    /// <summary>What was in force, and what waits to be.</summary>
    public PerimeterReplay Perimeter { get; } = new();

    /// <summary>Whether any run was ever started: what it started may still be there.</summary>
    public bool HasHadRuns { get; private set; }

    /// <summary>The highest freeze epoch that was recorded.</summary>
    public long FreezeEpoch { get; private set; }

    /// <summary>Freezes that were recorded and not thawed.</summary>
    public IEnumerable<ActiveFreeze> Frozen => frozen.Values;

    /// <summary>Holds that still matter.</summary>
    public HoldHistory Holds { get; } = new();

    /// <summary>Bodies that are not to be dropped.</summary>
    public LegalHolds LegalHolds { get; } = new();

    /// <summary>What runs had written to places that others read.</summary>
    public PlaceMap Places { get; private set; } = PlaceMap.Empty;

    /// <summary>Takes the next entry; called in the order of the log.</summary>
    public void Take(EntryId id, DateTimeOffset time, LedgerEntry entry)
    {
        HasHadRuns |= entry is LedgerEntry.RunStarted;
        Holds.Take(time, entry);
        Perimeter.Take(time, entry);
        LegalHolds.Take(time, entry);
        switch (entry)
        {
            case LedgerEntry.RunStarted started when !open.ContainsKey(started.Run):
                open[started.Run] = new RunState(started.Run, started.Agent, started.Role);
                break;
            case LedgerEntry.LabelsJoined joined when open.TryGetValue(joined.Run, out var run):
                run.Grow(new RunLabels(
                    run.Labels.Set.Join(joined.Labels), Math.Max(run.Labels.Version + 1, joined.LabelVersion)));
                break;
            case LedgerEntry.RunEnded ended when open.Remove(ended.Run, out var run):
                run.Dispose();
                break;
            case LedgerEntry.PlaceLabelled place:
                Places = Places.With(place.Place, place.Path, place.Labels);
                break;
            case LedgerEntry.PlaceCleared place:
                Places = Places.Without(place.Place, place.Path);
                break;
            case LedgerEntry.FreezeChanged changed:
                FreezeEpoch = Math.Max(FreezeEpoch, changed.FreezeEpoch);
                Freezes(changed);
                break;
        }
    }

    private void Freezes(LedgerEntry.FreezeChanged changed)
    {
        if (changed.Change != "frozen")
        {
            frozen.Remove(changed.FreezeId);
        }
        else if (FreezeScope.TryParse(changed.Scope, out var scope))
        {
            frozen[changed.FreezeId] = new ActiveFreeze(
                changed.FreezeId, scope, changed.Reason, changed.Author, changed.EffectiveAt);
        }
    }
}
