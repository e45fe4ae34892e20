using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>Which entries of the beginning of a log a start still needs, once the others are in an archive alone: what
/// is replayed of them leads to the same as the whole beginning would.</summary>
/// <remarks>
/// Of runs that have ended nothing is needed, and of open ones all that says what they carry and what they were given.
/// What people did to the node as a whole stays: freezes, perimeters, places, keys, archives, legal holds. Records of
/// single acts (decisions, observations) are needed by limits alone, which look back no further than two days; so an
/// archive takes nothing that is younger. Whoever has the archives can compute it again. Pure.
/// </remarks>
public sealed class NeededEntries
{
    private readonly SortedDictionary<long, byte[]> needed = [];
    private readonly Dictionary<RunId, List<long>> ofRuns = [];
    private RunId? first; // Whether any run was ever started has to be known for good.
    private bool hasFirstEnded;
    private string? inForce;

    /// <summary>The entries, in order.</summary>
    public IReadOnlyCollection<byte[]> Entries => needed.Values;

    /// <summary>Takes the next entry that is believed.</summary>
    /// <param name="recorded">The entry.</param>
    /// <param name="bytes">Its bytes.</param>
    public void Take(RecordedEntry recorded, ReadOnlySpan<byte> bytes)
    {
        var position = recorded.Id.Position;
        if (IsOfTheNode(recorded.Entry))
        {
            needed[position] = bytes.ToArray();
            return;
        }

        switch (recorded.Entry)
        {
            case LedgerEntry.RunStarted it when first is null:
                first = it.Run;
                needed[position] = bytes.ToArray();
                break;
            case LedgerEntry.RunStarted { Run: var run }:
                Add(run, position, bytes);
                break;
            case LedgerEntry.LabelsJoined { Run: var run }:
                Add(run, position, bytes);
                break;
            case LedgerEntry.HoldOpened { Run: var run }:
                Add(run, position, bytes);
                break;
            case LedgerEntry.ApprovalChanged { Run: var run }:
                Add(run, position, bytes);
                break;
            case LedgerEntry.RunEnded { Run: var run }:
                End(run, position, bytes);
                break;
        }
    }

    private bool IsOfTheNode(LedgerEntry entry)
    {
        switch (entry)
        {
            case LedgerEntry.NodeStarted it when it.Snapshot == inForce:
                return false;
            case LedgerEntry.NodeStarted it:
                inForce = it.Snapshot;
                return true;
            case LedgerEntry.PerimeterChanged { Change: not ("proposed" or "withdrawn") } it:
                inForce = it.After;
                return true;
            default:
                return entry is LedgerEntry.PerimeterChanged or LedgerEntry.FreezeChanged or LedgerEntry.PlaceLabelled
                    or LedgerEntry.PlaceCleared or LedgerEntry.KeyChanged or LedgerEntry.PeriodArchived
                    or LedgerEntry.ContentHeld;
        }
    }

    private void Add(RunId run, long position, ReadOnlySpan<byte> bytes)
    {
        needed[position] = bytes.ToArray();
        if (!ofRuns.TryGetValue(run, out var positions))
        {
            ofRuns[run] = positions = [];
        }

        positions.Add(position);
    }

    private void End(RunId run, long position, ReadOnlySpan<byte> bytes)
    {
        if (ofRuns.Remove(run, out var positions))
        {
            positions.ForEach(it => needed.Remove(it));
        }

        if (run == first && !hasFirstEnded)
        {
            hasFirstEnded = true;
            needed[position] = bytes.ToArray();
        }
    }
}
