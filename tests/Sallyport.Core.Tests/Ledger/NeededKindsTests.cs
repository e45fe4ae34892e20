namespace Sallyport.Ledger.Tests;

public sealed class NeededKindsTests
{
    // Whoever adds a kind says here whether a start needs it for good, or as long as its run is open. What is left out
    // is not there any more once an archive alone has it.
    private static readonly Dictionary<string, string> Needed = new(StringComparer.Ordinal)
    {
        [EntryKind.Freeze] = "always",
        [EntryKind.Perimeter] = "always",
        [EntryKind.Place] = "always",
        [EntryKind.PlaceClear] = "always",
        [EntryKind.Key] = "always",
        [EntryKind.Archive] = "always",
        [EntryKind.ContentHold] = "always",
        [EntryKind.NodeStart] = "always", // Of several that start with the same rules the first.
        [EntryKind.Labels] = "run",
        [EntryKind.Hold] = "run",
        [EntryKind.Approval] = "run",
        [EntryKind.RunStart] = "always", // The first of all; others as long as they are open.
    };

    [Fact]
    public void Every_kind_is_needed_for_good_for_its_run_or_not_at_all() => Assert.All(EntryKind.All, kind =>
    {
        var entry = Examples.ByName[kind];
        Assert.Equal(Needed.GetValueOrDefault(kind, "never"), IsKept(entry, null) is false ? "never"
            : EntryFacets.Of(entry).Run is null || IsKept(entry, Examples.ByName[EntryKind.RunEnd]) ? "always"
            : "run");
    });

    private static bool IsKept(LedgerEntry entry, LedgerEntry? after)
    {
        var needed = new NeededEntries();
        Take(needed, 1, entry);
        if (after is not null)
        {
            Take(needed, 2, after);
        }

        return needed.Entries.Any(bytes => EntryBytes.TryRead(bytes, out var kept, out _) && kept.Id.Position == 1);
    }

    private static void Take(NeededEntries needed, int position, LedgerEntry entry)
    {
        var buffer = new byte[EntryBytes.LengthMax];
        var recorded = new RecordedEntry(new EntryId(0, position), DateTimeOffset.UnixEpoch, entry);
        needed.Take(recorded, buffer.AsSpan(0, EntryBytes.Write(recorded.Id, recorded.Time, entry, buffer)));
    }
}
