namespace Sallyport.Ledger.Tests;

/// <summary>Questions to the files of a ledger that no process writes.</summary>
public sealed class ClosedLedgerTests : IAsyncLifetime
{
    private const int Decisions = 40;

    private readonly TestLedger ledger = new();

    public async ValueTask InitializeAsync()
    {
        await ledger.FillAsync(Decisions, isClosed: true);
        Assert.True(LedgerIndex.TryReindex(ledger.Folder, new LocalDisk(), out _, out _));
    }

    public ValueTask DisposeAsync()
    {
        ledger.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void An_index_that_ends_where_the_log_does_answers() => Assert.Equal((Decisions + 1, false), Ask());

    [Fact]
    public async Task An_index_that_lags_does_not()
    {
        await ledger.FillAsync(3, isClosed: true);
        Assert.Equal((Decisions + 1 + 4, true), Ask());
    }

    [Theory]
    [InlineData("")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxx")]
    public void An_index_that_is_none_does_not(string content)
    {
        File.WriteAllText(ledger.Folder.Index, content);
        Assert.Equal((Decisions + 1, true), Ask());
        Assert.Equal(content, File.ReadAllText(ledger.Folder.Index));
    }

    [Theory]
    [InlineData(LedgerOrder.NewestFirst)]
    [InlineData(LedgerOrder.OldestFirst)]
    public void The_log_gives_the_pages_that_the_index_gives(LedgerOrder order)
    {
        var filter = new LedgerFilter { Verdict = "allow", Order = order, Limit = 7, After = 3, Before = 33 };
        var fromIndex = Pages(filter);
        File.Delete(ledger.Folder.Index);
        Assert.Equal(fromIndex, Pages(filter));
        Assert.Equal(29, fromIndex.Count);
    }

    [Fact]
    public void Why_goes_through_the_log_for_the_entries_of_the_run()
    {
        File.Delete(ledger.Folder.Index);
        var closed = Closed();
        Assert.True(closed.TryWhy(new EntryId(0, 30), 5, out var why, out _));
        Assert.Equal(30, why.ReadsInAll);
        Assert.Equal([29, 28, 27, 26, 25], why.Reads.Select(read => read.Decision.Recorded.Id.Position));
        Assert.False(closed.TryWhy(new EntryId(7, 30), 5, out _, out var refusal));
        Assert.Equal("ledger.no-decision", refusal.Code);
        Assert.False(closed.TryWhy(new EntryId(0, 4_711), 5, out _, out _));
    }

    [Fact]
    public void What_follows_damage_is_missing_and_the_damage_is_told()
    {
        File.Delete(ledger.Folder.Index);
        var bytes = ledger.EntriesOnDisk;
        bytes[bytes.Length / 2] ^= 1;
        ledger.EntriesOnDisk = bytes;
        var closed = Closed();
        Assert.True(closed.TryQuery(LedgerFilter.Any, out var page, out _));
        Assert.InRange(page.Lines.Count, 1, Decisions - 1);
        Assert.Equal("ledger.damaged", closed.Damage?.Code);
    }

    private ClosedLedger Closed() => new(ledger.Folder, new LocalDisk(), TimeProvider.System);

    private (int Lines, bool WentThroughLog) Ask()
    {
        var closed = Closed();
        Assert.True(closed.TryQuery(LedgerFilter.Any, out var page, out var refusal), refusal?.Detail);
        Assert.Null(closed.Damage);
        return (page.Lines.Count, closed.WentThroughLog);
    }

    private List<long> Pages(LedgerFilter filter)
    {
        var (closed, seen) = (Closed(), new List<long>());
        for (var hasMore = true; hasMore;)
        {
            Assert.True(closed.TryQuery(filter, out var page, out _));
            seen.AddRange(page.Lines.Select(line => line.Recorded.Id.Position));
            hasMore = page.HasMore;
            filter = filter.Order is LedgerOrder.NewestFirst
                ? filter with { Before = seen[^1] } : filter with { After = seen[^1] };
        }

        return seen;
    }
}
