namespace Sallyport.Ledger.Tests;

public sealed class SequencerTests : IDisposable
{
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task What_was_synced_is_replayed_at_the_next_start_in_order()
    {
        await using (var sequencer = ledger.Open())
        {
            for (var i = 0; i < 10; i++)
            {
                var result = sequencer.Append(Entries.Decided($"/{i}"));
                Assert.Equal(new EntryId(0, i), result.Id);
                Assert.True(await sequencer.WhenWrittenAsync(result.Id, cancellation));
                Assert.True(await sequencer.WhenSyncedAsync(result.Id, cancellation));
            }
        }

        var replayed = new List<EntryId>();
        await using var again = TestLedger.Open(ledger.Options() with
        {
            Replay = (id, _, entry) =>
            {
                Assert.EndsWith($"/{id.Position}", Assert.IsType<LedgerEntry.Decided>(entry).Target, StringComparison.Ordinal);
                replayed.Add(id);
            },
        });
        Assert.Equal(Enumerable.Range(0, 10).Select(i => new EntryId(0, i)), replayed);
        Assert.Equal(new Recovery(10, new EntryId(0, 9), TornBytesCut: 0, CleanStop: false, Epoch: 1, HashesRestored: 0), again.Recovery);
    }

    [Fact]
    public async Task A_second_opener_gets_a_fault_and_the_first_goes_on()
    {
        await using var first = ledger.Open();
        Assert.Equal("ledger.locked", ledger.Refused().Code);
        Assert.True(await first.WhenSyncedAsync(first.Append(Entries.Decided()).Id, cancellation));
    }
}
