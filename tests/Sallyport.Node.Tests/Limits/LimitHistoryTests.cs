using Sallyport.Ledger;
using Sallyport.Ledger.Tests;
using static Sallyport.Limits.Tests.LimitCountersTests;

namespace Sallyport.Limits.Tests;

public sealed class LimitHistoryTests
{
    private static readonly LimitRules Limits = Rules(
        Limit("down", LimitUnit.BytesReceived, 5_000),
        Limit("effects", LimitUnit.Effects, 20, "role:reader") with { Window = LimitWindow.Day },
        Limit("requests", LimitUnit.Requests, 60, "fleet"),
        Limit("up", LimitUnit.BytesSent, 5_000) with { Window = LimitWindow.Day });

    private readonly ManualTime time = new();
    private readonly List<(EntryId Id, DateTimeOffset At, LedgerEntry Entry)> log = [];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    // Two days of acts, some of them under way when the node dies; then the same log, counted again.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_restart_finds_every_count_as_it_was(int seed)
    {
        var random = new Random(seed);
        var live = new LimitHistory(Limits, time).Start();
        var open = new List<(EntryId Id, Reservation Reservation, long Length)>();
        for (var step = 0; step < 500; step++)
        {
            time.Pass(TimeSpan.FromSeconds(random.Next(700)));
            var length = random.Next(3) == 0 ? random.Next(1, 400) : 0;
            if (random.Next(2) == 0 && open.Count > 0)
            {
                var (id, reservation, declared) = open[random.Next(open.Count)];
                open.RemoveAll(one => one.Id == id);
                var (sent, received) = (random.NextInt64(declared + 1), random.Next(300));
                Assert.True(reservation.TryUse(LimitUnit.BytesSent, sent));
                received = reservation.TryUse(LimitUnit.BytesReceived, received) ? received : 0;
                reservation.Settle();
                Record(Entries.Observed(id) with { BytesSent = sent, BytesReceived = received });
            }
            else if (live.TryReserve(Limits, Entries.Agent, Amounts.Of(length > 0, length), out var reservation))
            {
                var id = Record(Allowed(length));
                open.Add((id, reservation!, length));
            }
            else
            {
                Record(Allowed(length) with { Verdict = "deny", Code = LimitWords.Code, BytesReserved = 0 });
            }
        }

        time.Pass(TimeSpan.FromMinutes(random.Next(90)));
        var rebuilt = Rebuild();
        Assert.Equal(
            live.All(Limits).Select(budget => (budget.Id, budget.Used, budget.Reserved, budget.OpensAt)),
            rebuilt.All(Limits).Select(budget => (budget.Id, budget.Used, budget.Reserved, budget.OpensAt)));
    }

    [Fact]
    public void An_act_without_its_end_stays_charged_as_it_was_reserved()
    {
        Record(Allowed(700));
        var budgets = Rebuild().All(Limits);
        Assert.Equal(
            [("down", 1), ("effects", 1), ("requests", 1), ("up", 700)],
            budgets.Select(budget => (budget.Id, (int)budget.Reserved)));
        Assert.All(budgets, budget => Assert.Equal(0, budget.Used));
    }

    [Fact]
    public void Bytes_that_came_over_time_count_from_the_end_and_so_never_less_than_before()
    {
        var live = new LimitHistory(Limits, time).Start();
        Assert.True(live.TryReserve(Limits, Entries.Agent, Amounts.Of(false, 0), out var reservation));
        var id = Record(Allowed(0));
        for (var part = 0; part < 10; part++)
        {
            time.Pass(TimeSpan.FromMinutes(9));
            Assert.True(reservation!.TryUse(LimitUnit.BytesReceived, 100));
        }

        reservation!.Settle();
        Record(Entries.Observed(id) with { BytesReceived = 1000 });
        Assert.Equal(1000, Rebuild().All(Limits)[0].Used);
        Assert.InRange(live.All(Limits)[0].Used, 600, 800);
    }

    [Fact]
    public void A_wall_clock_that_went_back_while_the_node_was_down_opens_nothing()
    {
        for (var act = 0; act < 60; act++)
        {
            Record(Allowed(0));
        }

        time.SetWall(TimeSpan.FromDays(-30));
        var counters = Rebuild();
        Assert.False(counters.TryReserve(Limits, Entries.Agent, Amounts.Of(false, 0), out _));
        time.Pass(TimeSpan.FromMinutes(61));
        Assert.True(counters.TryReserve(Limits, Entries.Agent, Amounts.Of(false, 0), out _));
    }

    // Else one minute of a clock in the wrong year would shut every limit for years.
    [Fact]
    public void A_wall_clock_that_was_ahead_for_a_while_shuts_nothing_for_longer()
    {
        Record(Allowed(0));
        time.SetWall(TimeSpan.FromDays(3650));
        Record(Allowed(0));
        time.SetWall(TimeSpan.FromDays(-3650));
        for (var act = 0; act < 200; act++)
        {
            time.Pass(TimeSpan.FromMinutes(2));
            Record(Allowed(0));
        }

        Assert.InRange(Rebuild().All(Limits)[2].Taken, 30, 32);
    }

    [Fact]
    public void An_agent_that_is_configured_no_more_counts_for_the_fleet()
    {
        Record(Allowed(0) with { Agent = Entries.OtherAgent });
        Assert.Equal([0, 0, 1, 0], Rebuild().All(Limits).Select(budget => (int)budget.Taken));
    }

    private static LedgerEntry.Decided Allowed(long length) =>
        Entries.Decided() with { Class = length > 0 ? "effect" : "read", BytesReserved = length };

    private EntryId Record(LedgerEntry entry)
    {
        var id = new EntryId(0, log.Count);
        log.Add((id, time.GetUtcNow(), entry));
        return id;
    }

    private LimitCounters Rebuild()
    {
        var history = new LimitHistory(Limits, time);
        log.ForEach(recorded => history.Take(recorded.Id, recorded.At, recorded.Entry));
        return history.Start();
    }
}
