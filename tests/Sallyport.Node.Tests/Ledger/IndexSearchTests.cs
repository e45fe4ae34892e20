using Sallyport.Flow;

namespace Sallyport.Ledger.Tests;

/// <summary>Whatever is asked of the index: the answer is that of somebody who goes through the log.</summary>
public sealed class IndexSearchTests : IAsyncLifetime
{
    private const int LogEntries = (3 * BlockBits.Entries) + 500;
    private const int Questions = 120;

    private static readonly string[] Hosts = ["a.example", "b.example", "rare.example"];
    private static readonly string[] Paths = ["/v1/posts", "/v1/People/42", "/caf\u00e9/menu", "/login?next=posts"];

    private readonly TestLedger ledger = new();
    private readonly JumpingTime time = new();
    private readonly List<RecordedEntry> log = [];
    private LedgerIndex index = null!; // Filled before each test.

    public async ValueTask InitializeAsync()
    {
        var random = new Random(7);
        await using (var sequencer = TestLedger.Open(ledger.Options() with { Time = time }))
        {
            for (var i = 0; i < LogEntries; i++)
            {
                sequencer.Append(Entry(random, i));
            }

            index = new LedgerIndex(ledger.Folder, new LocalDisk(), sequencer, TimeProvider.System);
        }

        Assert.True(LedgerIndex.TryReindex(ledger.Folder, new LocalDisk(), out _, out _));
        var reader = new LedgerReader(ledger.Folder, new LocalDisk(), live: null);
        while (log.Count < LogEntries)
        {
            Assert.True(reader.TryRead(log.Count, BlockBits.Entries, out var entries, out _));
            log.AddRange(entries);
        }
    }

    public ValueTask DisposeAsync()
    {
        ledger.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(LedgerOrder.NewestFirst, long.MaxValue)]
    [InlineData(LedgerOrder.OldestFirst, long.MaxValue)]
    [InlineData(LedgerOrder.NewestFirst, BlockBits.Entries)] // The index has let go of two blocks.
    [InlineData(LedgerOrder.OldestFirst, BlockBits.Entries)]
    public void Any_filter_finds_page_by_page_what_going_through_the_log_finds(LedgerOrder order, long keep)
    {
        using (var fill = new IndexFill(ledger.Folder, new LocalDisk()))
        {
            while (fill.TryDrop(keep))
            {
                log.RemoveRange(0, BlockBits.Entries);
            }
        }

        var found = 0;
        for (var seed = 0; seed < Questions; seed++)
        {
            var filter = Filter(new Random(seed)) with { Order = order };
            var expected = log.Where(filter.Matches).Select(entry => entry.Id.Position);
            expected = order is LedgerOrder.NewestFirst ? expected.Reverse() : expected;
            Assert.Equal((seed, string.Join(' ', expected)), (seed, string.Join(' ', Pages(filter))));
            found += expected.Any() ? 1 : 0;
        }

        Assert.InRange(found, Questions / 3, Questions - 1); // neither all nor nothing
    }

    [Fact]
    public void What_waits_for_a_person_has_the_verdict_held()
    {
        Assert.True(index.TryQuery(new LedgerFilter { Verdict = "held", Limit = 1_000 }, out var page, out _));
        Assert.NotEmpty(page.Lines);
        Assert.All(page.Lines, line => Assert.IsType<LedgerEntry.HoldOpened>(line.Recorded.Entry));
    }

    [Fact]
    public void Words_that_FTS5_would_take_for_operators_are_words()
    {
        foreach (var text in (string[])["NOT", "AND OR", "near", "posts* AND", "words:posts", "\" OR \"", "^posts"])
        {
            Assert.True(!SearchWords.TryParse(text, out var words)
                || index.TryQuery(new LedgerFilter { Words = words }, out _, out _), text);
        }
    }

    private List<long> Pages(LedgerFilter filter)
    {
        var seen = new List<long>();
        for (var hasMore = true; hasMore;)
        {
            Assert.True(index.TryQuery(filter, out var page, out var refusal), refusal?.Detail);
            seen.AddRange(page.Lines.Select(line => line.Recorded.Id.Position));
            hasMore = page.HasMore;
            filter = !hasMore ? filter
                : filter.Order is LedgerOrder.NewestFirst ? filter with { Before = seen[^1] }
                : filter with { After = seen[^1] };
        }

        return seen;
    }

    private LedgerFilter Filter(Random random)
    {
        var (early, late) = (log[random.Next(log.Count)].Time, log[random.Next(log.Count)].Time);
        return new LedgerFilter
        {
            Limit = random.Next(4) == 0 ? 1 + random.Next(400) : LedgerFilter.LimitMax,
            Agent = Maybe(random, random.Next(2) == 0 ? Entries.Agent : Entries.OtherAgent),
            Run = Maybe(random, random.Next(2) == 0 ? Entries.Run : Entries.OtherRun),
            Host = Maybe(random, Hosts[random.Next(Hosts.Length)]),
            Verdict = Maybe(random, ((string[])["allow", "deny", "held"])[random.Next(3)]),
            Kind = Maybe(random, EntryKind.All[random.Next(2)]),
            Label = Maybe(random, Label.Untrusted),
            Digest = Maybe(random, Digest(random)),
            Words = Maybe(random, Words(random)),
            Since = random.Next(4) == 0 ? early : null,
            Until = random.Next(4) == 0 ? late : null,
            After = random.Next(4) == 0 ? random.Next(LogEntries / 2) : null,
            Before = random.Next(4) == 0 ? random.Next(LogEntries / 2, LogEntries) : null,
        };
    }

    private static T? Maybe<T>(Random random, T value)
        where T : class => random.Next(5) == 0 ? value : null;

    private static DigestPrefix Digest(Random random)
    {
        var whole = Convert.ToHexStringLower([.. Enumerable.Repeat((byte)(0xa0 + random.Next(4)), 32)]);
        return DigestPrefix.TryParse(whole[..random.Next(8, 65)], out var digest) ? digest
            : throw new FormatException(whole);
    }

    private static SearchWords Words(Random random)
    {
        var text = ((string[])["posts", "POSTS v1", "people 42", "caf\u00c9", "get next", "nowhere"])[random.Next(6)];
        return SearchWords.TryParse(text, out var words) ? words : throw new FormatException(text);
    }

    // Some are not in every block.
    private static LedgerEntry Entry(Random random, int i)
    {
        var block = BlockBits.Of(i);
        var host = random.Next(200) == 0 && block != 1 ? Hosts[2] : Hosts[random.Next(2)];
        var target = $"https://{host}{Paths[random.Next(block == 2 ? 2 : Paths.Length)]}";
        var isOther = random.Next(3) == 0 && block != 2;
        var (run, agent) = isOther ? (Entries.OtherRun, Entries.OtherAgent) : (Entries.Run, Entries.Agent);
        return random.Next(10) switch
        {
            < 5 => Entries.Decided() with
            {
                Host = host,
                Target = target,
                Run = run,
                Agent = agent,
                Verdict = random.Next(5) == 0 ? "deny" : "allow",
                Labels = random.Next(2) == 0 ? LabelSet.Untrusted : LabelSet.Empty,
            },
            < 9 => Entries.Observed(new EntryId(0, Math.Max(0, i - 1))) with
            {
                Host = host,
                Target = target,
                Run = run,
                Agent = agent,
                DigestReceived = Convert.ToHexStringLower(
                    [.. Enumerable.Repeat((byte)(0xa0 + random.Next(4)), 32)]),
            },
            _ => new LedgerEntry.HoldOpened
            {
                Run = run,
                Agent = agent,
                Ticket = "t7k3m9p2x",
                Digest = new string('d', 64),
                Gateway = "http",
                Class = "effect",
                Method = "POST",
                Target = target,
                Host = host,
                Policies = "p (f:1)",
                PolicyCount = 1,
                Reason = "posts",
                Labels = LabelSet.Untrusted,
                Snapshot = new string('a', 64),
                PolicySet = new string('b', 64),
                Expires = DateTimeOffset.UnixEpoch,
            },
        };
    }

    // One second an entry, and set back by ten minutes now and then.
    private sealed class JumpingTime : TimeProvider
    {
        private DateTimeOffset now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        private int asked;

        public override DateTimeOffset GetUtcNow() =>
            now += ++asked % 700 == 0 ? TimeSpan.FromMinutes(-10) : TimeSpan.FromSeconds(1);
    }
}
