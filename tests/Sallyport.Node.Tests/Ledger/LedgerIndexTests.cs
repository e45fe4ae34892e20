using Microsoft.Data.Sqlite;
using Sallyport.Flow;

namespace Sallyport.Ledger.Tests;

public sealed class LedgerIndexTests : IAsyncLifetime
{
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;
    private Sequencer sequencer = null!; // Opened before each test.
    private LedgerIndex index = null!; // Likewise.
    private Task running = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        sequencer = TestLedger.Open(ledger.Options() with { Time = new TickingTime() });
        Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await sequencer.DisposeAsync();
        await running;
        ledger.Dispose();
    }

    public static TheoryData<string, string> Filters => new()
    {
        { "any", "0 1 2 3 4 5 6 7 8" },
        { "run", "0 1 2 3 6 7" },
        { "agent", "4 5" },
        { "host", "5" },
        { "allow", "1 2 5" },
        { "deny", "6" },
        { "observation", "3 4" },
        { "untrusted", "1 3 4 5 6 7" },
        { "confidential", "" },
        { "agent-untrusted-allow", "5" },
        { "after", "7 8" },
        { "before", "0 1" },
        { "since", "4 5 6 7 8" },
        { "until", "0 1 2 3" },
        { "label-after-before", "3 4" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_finds_what_it_wants_in_both_orders(string name, string positions)
    {
        await FillAsync();
        var filter = Filter(name);
        Assert.Equal(positions, Positions(filter with { Order = LedgerOrder.OldestFirst }));
        Assert.Equal(string.Join(' ', positions.Split(' ').Reverse()), Positions(filter));
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_follower_is_given_the_same_as_a_query(string name, string positions)
    {
        await FillAsync();
        await sequencer.DisposeAsync();
        var followed = new List<long>();
        await foreach (var recorded in new LedgerReader(ledger.Folder, new LocalDisk(), sequencer).FollowAsync(0, Filter(name), cancellation))
        {
            followed.Add(recorded.Id.Position);
        }

        Assert.Equal(positions, string.Join(' ', followed));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap()
    {
        await FillAsync();
        var seen = new List<long>();
        var filter = new LedgerFilter { Limit = 2 };
        for (var hasMore = true; hasMore;)
        {
            Assert.True(index.TryQuery(filter, out var page, out _));
            seen.AddRange(page.Lines.Select(line => line.Recorded.Id.Position));
            filter = filter with { Before = seen[^1] };
            hasMore = page.HasMore;
        }

        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1, 0], seen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(LedgerFilter.LimitMax + 1)]
    public void A_limit_outside_its_bounds_is_refused(int limit)
    {
        Assert.False(index.TryQuery(new LedgerFilter { Limit = limit }, out _, out var refusal));
        Assert.Equal("ledger.limit", refusal.Code);
        Assert.False(index.TryWhy(default, limit, out _, out refusal));
        Assert.Equal("ledger.limit", refusal.Code);
    }

    [Fact]
    public async Task A_line_is_the_entry_and_its_own_bytes()
    {
        await FillAsync();
        Assert.True(index.TryQuery(new LedgerFilter { Order = LedgerOrder.OldestFirst, Limit = 1, After = 2 }, out var page, out _));
        var line = Assert.Single(page.Lines);
        Assert.Equal(Entries.Observed(new EntryId(0, 1)), line.Recorded.Entry);
        Assert.Contains(line.Json, System.Text.Encoding.ASCII.GetString(ledger.EntriesOnDisk), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, 6)]
    [InlineData(7, 6)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public async Task Why_goes_from_an_entry_to_its_decision_and_the_reads_of_that_run_before_it(long asked, long action)
    {
        await FillAsync();
        Assert.True(index.TryWhy(new EntryId(0, asked), 10, out var why, out _));
        Assert.Equal(action, why.Action.Recorded.Id.Position);
        long[] before = [.. new long[] { 2, 1 }.Where(position => position < action)];
        Assert.Equal(before, why.Reads.Select(read => read.Decision.Recorded.Id.Position));
        Assert.Equal(before.Length, why.ReadsInAll);
        Assert.All(why.Reads, read => Assert.Equal(read.Decision.Recorded.Id.Position == 1 ? 3 : null, read.Observation?.Recorded.Id.Position));
    }

    [Fact]
    public async Task Why_says_how_many_reads_its_limit_left_out()
    {
        await FillAsync();
        Assert.True(index.TryWhy(new EntryId(0, 6), 1, out var why, out _));
        Assert.Equal(2, Assert.Single(why.Reads).Decision.Recorded.Id.Position);
        Assert.Equal(2, why.ReadsInAll);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 6)]
    [InlineData(0, 99)]
    public async Task Why_of_what_is_no_decision_is_refused(long epoch, long position)
    {
        await FillAsync();
        Assert.False(index.TryWhy(new EntryId(epoch, position), 10, out _, out var refusal));
        Assert.Equal("ledger.no-decision", refusal.Code);
    }

    [Fact]
    public async Task An_index_made_offline_equals_the_live_one()
    {
        await FillAsync();
        await sequencer.DisposeAsync();
        await running;
        var live = Dump();
        Assert.True(LedgerIndex.TryReindex(ledger.Folder, new LocalDisk(), out var entries, out _));
        Assert.Equal(9, entries);
        Assert.Equal(live, Dump());
    }

    [Fact]
    public void A_ledger_that_a_node_owns_is_not_reindexed()
    {
        Assert.False(LedgerIndex.TryReindex(ledger.Folder, new LocalDisk(), out _, out var fault));
        Assert.Equal("ledger.locked", fault.Code);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("noise")]
    [InlineData("later-version")]
    [InlineData("earlier-version")]
    [InlineData("other-log")]
    [InlineData("ahead")]
    public async Task An_index_that_is_not_right_at_the_start_is_made_anew(string wrong)
    {
        await FillAsync();
        await sequencer.DisposeAsync();
        await running;
        var right = Dump();
        Spoil(wrong);
        sequencer = ledger.Open();
        Start();
        await index.WhenIndexedAsync(new EntryId(0, 8), cancellation);
        Assert.Equal("0 1 2 3 4 5 6 7 8", Positions(new LedgerFilter { Order = LedgerOrder.OldestFirst }));
        await sequencer.DisposeAsync();
        await running;
        Assert.Equal(right, Dump());
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("changed-row")]
    [InlineData("no-table")]
    public async Task An_index_that_a_question_finds_damaged_is_made_anew_while_the_node_runs(string wrong)
    {
        await FillAsync();
        Spoil(wrong);
        Assert.False(index.TryQuery(LedgerFilter.Any, out _, out var refusal));
        Assert.Equal("ledger.index-unavailable", refusal.Code);
        while (!index.TryQuery(LedgerFilter.Any, out var page, out _) || page.Lines.Count < 9)
        {
            await Task.Yield();
        }

        Assert.Null(sequencer.Fault);
        Assert.True(await sequencer.WhenSyncedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
    }

    [Fact]
    public async Task A_follower_hears_of_entries_as_they_are_written()
    {
        var reader = new LedgerReader(ledger.Folder, new LocalDisk(), sequencer);
        await using var follower = reader.FollowAsync(0, LedgerFilter.Any, cancellation).GetAsyncEnumerator(cancellation);
        for (var i = 0; i < 5; i++)
        {
            var next = follower.MoveNextAsync().AsTask();
            Assert.False(next.IsCompleted);
            sequencer.Append(Entries.Decided($"/{i}"));
            Assert.True(await next);
            Assert.Equal(i, follower.Current.Id.Position);
        }

        var last = follower.MoveNextAsync().AsTask();
        await sequencer.DisposeAsync();
        Assert.False(await last);
    }

    // 0 run starts; 1 allowed, with labels; 2 allowed, without; 3 observation of 1; 4, 5 another agent; 6 denied; 7
    // cut; 8 stop.
    private async Task FillAsync()
    {
        var observed = Entries.Observed(new EntryId(0, 1));
        LedgerEntry[] entries =
        [
            new LedgerEntry.RunEnded { Run = Entries.Run, Agent = Entries.Agent, Reason = "exited", ExitCode = 0 },
            Entries.Decided("/1"),
            Entries.Decided("/2") with { Labels = LabelSet.Empty },
            observed,
            observed with { Run = Entries.OtherRun, Agent = Entries.OtherAgent, Decision = new EntryId(0, 99) },
            Entries.Decided("/5") with { Run = Entries.OtherRun, Agent = Entries.OtherAgent, Host = "other.example" },
            Entries.Decided("/6") with { Verdict = "deny", Class = "effect", Code = "flow.two-doors" },
            new LedgerEntry.LabelsJoined { Run = Entries.Run, Agent = Entries.Agent, Decision = new EntryId(0, 6), Labels = LabelSet.Untrusted, LabelVersion = 4 },
            Entries.Stopped(),
        ];
        foreach (var entry in entries)
        {
            Assert.True(sequencer.Append(entry).IsAccepted);
        }

        await index.WhenIndexedAsync(new EntryId(0, 8), cancellation);
    }

    private static LedgerFilter Filter(string name) => name switch
    {
        "run" => new LedgerFilter { Run = Entries.Run },
        "agent" => new LedgerFilter { Agent = Entries.OtherAgent },
        "host" => new LedgerFilter { Host = "other.example" },
        "allow" or "deny" => new LedgerFilter { Verdict = name },
        "observation" => new LedgerFilter { Kind = name },
        "untrusted" => new LedgerFilter { Label = Label.Untrusted },
        "confidential" => new LedgerFilter { Label = Entries.Labels("confidential").Labels[0] },
        "agent-untrusted-allow" => new LedgerFilter { Agent = Entries.OtherAgent, Label = Label.Untrusted, Verdict = "allow" },
        "after" => new LedgerFilter { After = 6 },
        "before" => new LedgerFilter { Before = 2 },
        "since" => new LedgerFilter { Since = TickingTime.Start.AddSeconds(4) },
        "until" => new LedgerFilter { Until = TickingTime.Start.AddSeconds(4) },
        "label-after-before" => new LedgerFilter { Label = Label.Untrusted, After = 1, Before = 5 },
        _ => LedgerFilter.Any,
    };

    private void Start()
    {
        index = new LedgerIndex(ledger.Folder, new LocalDisk(), sequencer, TimeProvider.System);
        running = index.RunAsync(cancellation);
    }

    private string Positions(LedgerFilter filter) => index.TryQuery(filter, out var page, out var refusal)
        ? string.Join(' ', page.Lines.Select(line => line.Recorded.Id.Position))
        : refusal.Detail;

    private void Spoil(string wrong)
    {
        switch (wrong)
        {
            case "deleted":
                IndexFill.Delete(ledger.Folder);
                break;
            case "noise":
                File.WriteAllText(ledger.Folder.Index, new string('x', 10_000));
                break;
            case "later-version":
                Execute("PRAGMA user_version = 999");
                break;
            case "earlier-version":
                Execute("PRAGMA user_version = 2");
                break;
            case "no-table":
                Execute("DROP TABLE entry");
                break;
            case "other-log":
                Execute("UPDATE progress SET hash = zeroblob(32)");
                break;
            case "ahead":
                Execute("UPDATE progress SET entries = 1000");
                break;
            case "changed-row":
                Execute("""
                    UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'allow', 'alloy') AS BLOB)
                    WHERE position = 1
                    """);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(wrong), wrong, "Nothing is spoiled.");
        }
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are those above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(IndexWriter.ConnectionString(ledger.Folder.Index, SqliteOpenMode.ReadWrite));
        connection.Open();
        return connection;
    }

    private List<string> Dump()
    {
        using var connection = Connect();
        var rows = new List<string>();
        foreach (var table in (string[])["entry", "posting", "outcome", "entry_text", "block", "progress"])
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are those above.
            command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var values = new object[reader.FieldCount];
                reader.GetValues(values);
                rows.Add(string.Join('|', values.Select(value => value is byte[] bytes ? Convert.ToHexString(bytes) : value)));
            }
        }

        return rows;
    }
}
