using Sallyport.Identity;
using Sallyport.Ledger.Tests;

namespace Sallyport.Limits.Tests;

public sealed class LimitCountersTests
{
    private static readonly RoleName Reader =
        RoleName.TryParse("reader", out var role) ? role : throw new FormatException();

    private readonly ManualTime time = new();
    private readonly LimitCounters counters;

    public LimitCountersTests() => counters = new LimitHistory(LimitRules.None, time).Start();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    // Half of them settle while others still ask, so that reservations and use are mixed.
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Racing_requests_never_pass_a_limit(int seed)
    {
        const int threads = 8;
        const int each = 50;
        const int max = (threads * each) - 1;
        var rules = Rules(Limit("a", LimitUnit.Requests, max), Limit("b", LimitUnit.Effects, max + 5, "fleet"));
        var allowed = 0;
        using var start = new Barrier(threads);
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(() =>
        {
            var random = new Random((seed * threads) + thread);
            start.SignalAndWait(TestContext.Current.CancellationToken);
            for (var ask = 0; ask < each; ask++)
            {
                if (counters.TryReserve(rules, Entries.Agent, Amounts.Of(true, 0), out var reservation))
                {
                    Interlocked.Increment(ref allowed);
                    if (random.Next(2) == 0)
                    {
                        reservation!.Settle();
                    }
                }

                Thread.SpinWait(random.Next(50));
            }
        })));
        Assert.Equal(max, allowed);
        Assert.Equal([max, max], counters.All(rules).Select(budget => budget.Taken));
    }

    [Fact]
    public void All_limits_give_or_none()
    {
        var rules = Rules(Limit("a", LimitUnit.Requests, 10), Limit("b", LimitUnit.Requests, 1, "role:reader"));
        Assert.True(Reserve(rules, out _));
        Assert.False(Reserve(rules, out var none));
        Assert.Null(none);
        Assert.Equal([1, 1], counters.All(rules).Select(budget => budget.Taken));
    }

    [Fact]
    public void What_is_given_back_is_there_again_and_what_is_settled_is_not()
    {
        var rules = Rules(Limit("a", LimitUnit.Requests, 1));
        Assert.True(Reserve(rules, out var first));
        first!.Release();
        first.Settle(); // It is over: nothing more comes of it.
        Assert.True(Reserve(rules, out var second));
        second!.Settle();
        second.Release();
        Assert.False(Reserve(rules, out _));
        Assert.Equal((1, 0), (counters.All(rules)[0].Used, counters.All(rules)[0].Reserved));
    }

    [Fact]
    public void An_agent_is_counted_by_its_own_limits_alone()
    {
        var rules = Rules(Limit("a", LimitUnit.Requests, 1), Limit("fleet", LimitUnit.Requests, 3, "fleet"));
        Assert.True(Reserve(rules, out _));
        Assert.False(Reserve(rules, out _));
        Assert.True(counters.TryReserve(rules, Entries.OtherAgent, Amounts.Of(false, 0), out _));
        Assert.Equal("fleet", Assert.Single(counters.Budgets(rules, Entries.OtherAgent, default)).Id);
        Assert.Equal([1, 2], counters.All(rules).Select(budget => budget.Taken));
    }

    [Fact]
    public void Bytes_of_declared_length_are_held_then_used_and_the_rest_is_given_back()
    {
        var rules = Rules(Limit("up", LimitUnit.BytesSent, 100));
        Assert.True(counters.TryReserve(rules, Entries.Agent, Amounts.Of(true, 60), out var reservation));
        Assert.False(counters.TryReserve(rules, Entries.Agent, Amounts.Of(true, 41), out _));
        Assert.True(reservation!.TryUse(LimitUnit.BytesSent, 25));
        Assert.Equal((25, 35), (counters.All(rules)[0].Used, counters.All(rules)[0].Reserved));
        reservation.Settle();
        Assert.Equal((25, 0), (counters.All(rules)[0].Used, counters.All(rules)[0].Reserved));
        Assert.False(reservation.TryUse(LimitUnit.BytesSent, 1)); // It has ended.
    }

    [Fact]
    public void Bytes_of_a_stream_are_taken_as_they_come_and_not_one_beyond_the_limit()
    {
        var rules = Rules(Limit("down", LimitUnit.BytesReceived, 100));
        Assert.True(Reserve(rules, out var reservation));
        Assert.True(reservation!.TryUse(LimitUnit.BytesReceived, 70));
        Assert.True(reservation.TryUse(LimitUnit.BytesReceived, 30));
        Assert.False(reservation.TryUse(LimitUnit.BytesReceived, 1));
        Assert.Equal(1, Assert.Single(reservation.Refused).Needed);
        Assert.Equal(100, counters.All(rules)[0].Used);
        Assert.False(Reserve(rules, out _));
    }

    [Fact]
    public void A_long_stream_is_not_cut_by_what_has_left_the_window()
    {
        var rules = Rules(Limit("down", LimitUnit.BytesReceived, 100) with { Window = LimitWindow.Minute });
        Assert.True(Reserve(rules, out var reservation));
        for (var minute = 0; minute < 200; minute++)
        {
            Assert.True(reservation!.TryUse(LimitUnit.BytesReceived, 90), $"minute {minute}");
            Assert.False(reservation.TryUse(LimitUnit.BytesReceived, 90), $"minute {minute}");
            time.Pass(TimeSpan.FromSeconds(62));
        }
    }

    // Two uploads, each declared as all there is, a minute after each other, both sent at the end.
    [Fact]
    public void Bytes_count_when_they_are_passed_on_however_long_ago_they_were_declared()
    {
        var rules = Rules(Limit("up", LimitUnit.BytesSent, 100) with { Window = LimitWindow.Minute });
        Assert.True(counters.TryReserve(rules, Entries.Agent, Amounts.Of(true, 100), out var first));
        time.Pass(TimeSpan.FromSeconds(62));
        Assert.True(counters.TryReserve(rules, Entries.Agent, Amounts.Of(true, 100), out var second));
        Assert.False(first!.TryUse(LimitUnit.BytesSent, 100));
        Assert.True(second!.TryUse(LimitUnit.BytesSent, 100));
        Assert.Equal(100, counters.All(rules)[0].Taken);
    }

    [Fact]
    public void What_is_held_ahead_is_used_first()
    {
        var rules = Rules(Limit("down", LimitUnit.BytesReceived, 100));
        Assert.True(Reserve(rules, out var reservation));
        Assert.False(reservation!.TryHold(LimitUnit.BytesReceived, 101));
        Assert.True(reservation.TryHold(LimitUnit.BytesReceived, 80));
        Assert.Equal((0, 80), (counters.All(rules)[0].Used, counters.All(rules)[0].Reserved));
        Assert.True(reservation.TryUse(LimitUnit.BytesReceived, 50));
        Assert.Equal((50, 30), (counters.All(rules)[0].Used, counters.All(rules)[0].Reserved));
        reservation.Settle();
        Assert.Equal((50, 0), (counters.All(rules)[0].Used, counters.All(rules)[0].Reserved));
    }

    [Fact]
    public void Setting_the_wall_clock_opens_nothing()
    {
        var rules = Rules(Limit("a", LimitUnit.Requests, 1));
        Assert.True(Reserve(rules, out _));
        time.SetWall(TimeSpan.FromDays(400));
        Assert.False(Reserve(rules, out _));
        time.SetWall(TimeSpan.FromDays(-800));
        Assert.False(Reserve(rules, out _));
        time.Pass(TimeSpan.FromMinutes(60));
        Assert.False(Reserve(rules, out _));
        time.Pass(TimeSpan.FromMinutes(1));
        Assert.True(Reserve(rules, out _));
    }

    [Fact]
    public void It_opens_when_a_budget_says()
    {
        var rules = Rules(Limit("a", LimitUnit.Requests, 1));
        Assert.True(Reserve(rules, out _));
        time.Pass(TimeSpan.FromMinutes(20));
        var opens = counters.Budgets(rules, Entries.Agent, Amounts.Of(false, 0))[0].OpensAt;
        time.Pass(opens!.Value - time.GetUtcNow() - TimeSpan.FromTicks(1)); // It is full.
        Assert.False(Reserve(rules, out _));
        time.Pass(TimeSpan.FromTicks(1));
        Assert.True(Reserve(rules, out _));
    }

    [Fact]
    public void A_count_outlives_another_number_and_another_name()
    {
        Assert.True(Reserve(Rules(Limit("a", LimitUnit.Requests, 1)), out _));
        Assert.False(Reserve(Rules(Limit("b", LimitUnit.Requests, 1)), out _));
        Assert.True(Reserve(Rules(Limit("a", LimitUnit.Requests, 2)), out _));
    }

    internal static LimitRule Limit(string id, LimitUnit unit, long max, string scope = "agent:research") => new(
        id, LimitScope.TryParse(scope, out var parsed) ? parsed : throw new FormatException(scope), unit, max,
        LimitWindow.Hour, "sallyport.yaml:31");

    internal static LimitRules Rules(params LimitRule[] limits) =>
        new(limits, [KeyValuePair.Create(Entries.Agent, Reader)]);

    private bool Reserve(LimitRules rules, out Reservation? reservation) =>
        counters.TryReserve(rules, Entries.Agent, Amounts.Of(false, 0), out reservation);
}
