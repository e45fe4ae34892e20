using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger.Tests;

/// <summary>The index lets go of what is old, says so, and the log has it still.</summary>
public sealed class IndexKeepTests : IAsyncLifetime
{
    private const int LogEntries = (3 * BlockBits.Entries) + 500;
    private const int StepsEnough = 8;
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;
    private Sequencer sequencer = null!; // Opened before each test.

    public async ValueTask InitializeAsync()
    {
        sequencer = TestLedger.Open(ledger.Options() with { Time = new TickingTime() });
        sequencer.Append(new LedgerEntry.RunStarted
        {
            Run = Entries.Run,
            Agent = Entries.Agent,
            Role = Identity.RoleName.TryParse("reader", out var role) ? role : throw new FormatException("reader"),
            Program = "agent",
            CommandDigest = new string('c', 64),
            Confinement = "unconfined",
            BriefDigest = "",
            UntrustedLines = 0,
        });
        EntryId last = default;
        for (var i = 1; i < LogEntries; i++)
        {
            // Every decision is observed a block later: by then the index may have let go of it.
            last = sequencer.Append(i % 2 == 1 || i < BlockBits.Entries ? Entries.Decided($"/{i}")
                : Entries.Observed(new EntryId(0, i - BlockBits.Entries + 1)) with { Status = 0, BytesReceived = 0 })
                .Id;
        }

        Assert.True(await sequencer.WhenSyncedAsync(last, cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await sequencer.DisposeAsync();
        ledger.Dispose();
    }

    [Theory]
    [InlineData(5_000, BlockBits.Entries)]
    [InlineData(4_000, 2 * BlockBits.Entries)]
    [InlineData(600, 2 * BlockBits.Entries)]
    [InlineData(500, 3 * BlockBits.Entries)]
    [InlineData(LogEntries, 0)]
    [InlineData(long.MaxValue, 0)]
    public async Task What_is_left_is_what_an_index_that_begins_there_has(long keep, long first)
    {
        var index = await FilledAsync(() => long.MaxValue, () => keep);
        Assert.Equal(first, index.First);
        await sequencer.DisposeAsync();
        var left = Dump();
        IndexFill.Delete(ledger.Folder);
        using (var anew = new IndexFill(ledger.Folder, new LocalDisk(), first))
        {
            while (anew.TryStep(written: null, out _))
            {
            }
        }

        Assert.Equal(Dump(), left);
    }

    [Fact]
    public async Task An_index_that_is_made_while_much_is_there_already_begins_where_it_would_end_up()
    {
        var index = await FilledAsync(() => 5_000);
        Assert.Equal(BlockBits.Entries, index.First); // The last block before the bound is kept whole.
        var oldest = new LedgerFilter { Limit = 1, Order = LedgerOrder.OldestFirst };
        Assert.True(index.TryQuery(oldest, out var page, out _));
        Assert.Equal(BlockBits.Entries, page.Lines[0].Recorded.Id.Position);
    }

    [Fact]
    public async Task An_answer_says_that_it_may_lack_what_is_older_and_only_then()
    {
        var index = await FilledAsync(() => 5_000);
        var begins = new EntryId(0, index.First);
        EntryId? First(LedgerFilter filter)
        {
            Assert.True(index.TryQuery(filter with { Limit = 10 }, out var page, out var refusal), $"{refusal}");
            return page.First;
        }

        Assert.Equal(begins, First(new LedgerFilter { Limit = 10, Run = Entries.OtherRun }));
        Assert.Null(First(new LedgerFilter { Limit = 10 })); // There are more in the index: that is said.
        Assert.Null(First(new LedgerFilter { Limit = 10, Run = Entries.OtherRun, After = index.First }));
        Assert.Null(First(new LedgerFilter
        {
            Limit = 10,
            Run = Entries.OtherRun,
            Since = TickingTime.Start.AddSeconds(index.First + 100),
        }));
        Assert.Equal(begins, First(new LedgerFilter
        {
            Limit = 10,
            Run = Entries.OtherRun,
            Since = TickingTime.Start.AddSeconds(index.First - 100),
        }));
        Assert.Equal(begins, First(new LedgerFilter { Limit = 10, Order = LedgerOrder.OldestFirst }));
    }

    [Fact]
    public async Task Why_of_what_is_older_is_answered_from_the_log()
    {
        var index = await FilledAsync(() => 5_000);
        Assert.False(index.TryWhy(new EntryId(0, 5), 10, out _, out var refusal));
        Assert.Equal("ledger.not-indexed", refusal.Code);
        Assert.True(index.TryWhy(new EntryId(0, 9_001), 10, out var why, out refusal), $"{refusal}");
        Assert.Equal(new EntryId(0, index.First), why.First); // Its run began before.

        var log = new ClosedLedger(ledger.Folder, new LocalDisk(), TimeProvider.System) { IsFromLog = true };
        Assert.True(log.TryWhy(new EntryId(0, 5), 10, out why, out refusal), $"{refusal}");
        Assert.Equal(5, why.Action.Recorded.Id.Position);
        Assert.Null(why.First);
        Assert.True(log.TryQuery(new LedgerFilter { Limit = 5, Before = 6 }, out var page, out _));
        Assert.Equal([5L, 4L, 3L, 2L, 1L], page.Lines.Select(line => line.Recorded.Id.Position));
    }

    [Fact]
    public async Task One_made_anew_since_a_time_begins_with_its_block()
    {
        await sequencer.DisposeAsync();
        var since = TickingTime.Start.AddSeconds(BlockBits.Entries + 10);
        Assert.True(
            LedgerIndex.TryReindex(ledger.Folder, new LocalDisk(), out var entries, out var fault, since), $"{fault}");
        Assert.Equal(LogEntries - BlockBits.Entries, entries);
        sequencer = TestLedger.Open(ledger.Options());
        var index = await FilledAsync(() => long.MaxValue);
        Assert.Equal(BlockBits.Entries, index.First); // The node goes on with it.
    }

    // With the first bound until all is indexed, then with the second until nothing more is let go of.
    private async Task<LedgerIndex> FilledAsync(params Func<long>[] keep)
    {
        LedgerIndex? last = null;
        foreach (var bound in keep)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            last = new LedgerIndex(ledger.Folder, new LocalDisk(), sequencer, TimeProvider.System, bound);
            var running = last.RunAsync(enough.Token);
            for (var step = 0; step < StepsEnough; step++)
            {
                // Each is a turn of the loop, in which it lets go of a block.
                await last.WhenIndexedAsync(sequencer.Append(Entries.Decided()).Id, cancellation);
            }

            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        return last!; // At least one bound was given.
    }

    private List<string> Dump()
    {
        using var connection = new SqliteConnection(
            IndexWriter.ConnectionString(ledger.Folder.Index, SqliteOpenMode.ReadWrite));
        connection.Open();
        var rows = new List<string>();
        foreach (var table in (string[])
        [
            "entry", "posting", "outcome", "block", "progress", "entry_text('decided OR get')",
        ])
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are those above.
            command.CommandText = table.StartsWith("entry_text", StringComparison.Ordinal)
                ? $"SELECT rowid FROM {table} ORDER BY rowid" : $"SELECT * FROM {table}";
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var values = new object[reader.FieldCount];
                reader.GetValues(values);
                rows.Add(string.Join(
                    '|', values.Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : value)));
            }
        }

        return rows;
    }
}
