namespace Sallyport.Ledger.Tests;

/// <summary>From a seed: appends, a step that breaks, a disk that is full for a while, and a power cut that takes,
/// tears
/// and reorders what was not synced. Then the log is opened and audited afresh.</summary>
public sealed class SimulationTests
{
    private const int SeedsEach = 50;
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<int> First => [.. Enumerable.Range(0, 4).Select(part => part * SeedsEach)];

    [Theory]
    [MemberData(nameof(First))]
    public async Task Nothing_acknowledged_is_lost_and_what_is_left_verifies(int first)
    {
        var refused = 0;
        for (var seed = first; seed < first + SeedsEach; seed++)
        {
            refused += await OneAsync(seed) ? 0 : 1;
        }

        // A hole in what was never acknowledged stops the start: more than a few would be a start that gives up.
        Assert.InRange(refused, 0, SeedsEach / 2);
    }

    private async Task<bool> OneAsync(int seed)
    {
        using var ledger = new TestLedger();
        var random = new Random(seed);
        var disk = new FaultyDisk(random.Next(4) == 0 ? -1 : random.Next(60), (Break)random.Next(3));
        var synced = new Dictionary<EntryId, string>();
        for (var start = 0; start < 2; start++)
        {
            await RunAsync(ledger, disk, random, synced, $"seed {seed}, start {start}");
        }

        disk.CutPower(random, reorders: random.Next(3) == 0);
        var replayed = new Dictionary<EntryId, LedgerEntry>();
        var options = ledger.Options() with { Replay = (id, _, entry) => replayed.Add(id, entry) };
        if (!Sequencer.TryOpen(options, out var again, out var fault))
        {
            Assert.True(fault.Code == "ledger.damaged", $"seed {seed}: {fault}");
            Assert.True(replayed.Count >= synced.Count,
                $"seed {seed}: {replayed.Count} of {synced.Count}; {fault.Detail}");
            return false;
        }

        foreach (var (id, target) in synced)
        {
            Assert.True(
                replayed.TryGetValue(id, out var entry) && ((LedgerEntry.Decided)entry).Target == target,
                $"seed {seed}: {id} was synced and is not in the log");
        }

        again.Append(Entries.Stopped());
        await again.DisposeAsync();
        Assert.True(
            LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out _, out var wrong),
                $"seed {seed}: {wrong}");
        return true;
    }

    private async Task RunAsync(
        TestLedger ledger, FaultyDisk disk, Random random, Dictionary<EntryId, string> synced, string at)
    {
        var options = ledger.Options(disk) with
        {
            MendEvery = TimeSpan.FromMilliseconds(1),
            CheckpointEvery = TimeSpan.Zero,
        };
        if (!Sequencer.TryOpen(options, out var sequencer, out var fault))
        {
            Assert.True(fault.Code == "ledger.cannot-open", $"{at}: {fault}");
            return;
        }

        var fullFrom = random.Next(40);
        for (var i = 0; i < 20; i++)
        {
            disk.Full = i == fullFrom ? _ => true : null;
            var path = $"/{at}/{i}";
            var result = sequencer.Append(Entries.Decided(path));
            if (result.IsAccepted && random.Next(2) == 0 && await sequencer.WhenSyncedAsync(result.Id, cancellation))
            {
                synced.Add(result.Id, Entries.Decided(path).Target);
            }
        }

        disk.Full = null;
        await sequencer.DisposeAsync();
    }
}
