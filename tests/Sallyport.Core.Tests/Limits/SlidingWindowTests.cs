namespace Sallyport.Limits.Tests;

public sealed class SlidingWindowTests
{
    private static readonly long Slot = TimeSpan.FromSeconds(1).Ticks;
    private static readonly long Length = TimeSpan.FromMinutes(1).Ticks;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 50)];

    // Against a list of every charge: never more than the limit in any minute that ends now, and never a no that a
    // minute and a sixtieth of it would not explain.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_interval_of_the_windows_length_holds_more_than_the_limit(int seed)
    {
        const long max = 100;
        var random = new Random(seed);
        var window = new SlidingWindow(TimeSpan.FromMinutes(1));
        var charges = new List<(long At, long Amount)>();
        var now = 63_000_000_000_000_000L;
        for (var step = 0; step < 2_000; step++)
        {
            now += random.NextInt64(random.Next(8) == 0 ? Length : Slot * 3);
            var amount = random.Next(1, 12);
            window.AdvanceTo(now);
            if (window.Used + window.Reserved + amount <= max)
            {
                charges.Add((now, amount));
                var slot = window.Reserve(amount);
                if (random.Next(2) == 0)
                {
                    window.Settle(slot, amount);
                }
            }
            else
            {
                Assert.True(
                    Sum(now - Length - Slot) + amount > max, $"seed {seed}, step {step}: refused without a reason");
            }

            Assert.True(Sum(now - Length) <= max, $"seed {seed}, step {step}: {Sum(now - Length)}");
        }

        long Sum(long after) => charges.Where(charge => charge.At > after).Sum(charge => charge.Amount);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_opens_when_it_says_and_not_a_tick_before(int seed)
    {
        var random = new Random(seed);
        var window = new SlidingWindow(TimeSpan.FromHours(1));
        var now = 63_000_000_000_000_000L;
        for (var step = 0; step < 20; step++)
        {
            window.AdvanceTo(now += random.NextInt64(TimeSpan.FromMinutes(9).Ticks));
            window.Use(10);
        }

        var needed = random.Next(1, 200);
        if (window.OpensAt(needed, 200) is not { } opens)
        {
            Assert.True(window.Used + needed <= 200);
            return;
        }

        window.AdvanceTo(opens - 1);
        Assert.True(window.Used + needed > 200);
        window.AdvanceTo(opens);
        Assert.True(window.Used + needed <= 200);
    }

    [Fact]
    public void What_never_fits_has_no_time_to_wait_for() =>
        Assert.Null(new SlidingWindow(TimeSpan.FromMinutes(1)).OpensAt(11, 10));

    [Fact]
    public void A_clock_that_goes_back_opens_nothing()
    {
        var window = new SlidingWindow(TimeSpan.FromMinutes(1));
        window.AdvanceTo(Length * 100);
        window.Use(5);
        window.AdvanceTo(0);
        Assert.Equal(5, window.Used);
        window.AdvanceTo((Length * 101) + Slot - 1);
        Assert.Equal(5, window.Used);
        window.AdvanceTo((Length * 101) + Slot);
        Assert.Equal(0, window.Used);
    }

    [Fact]
    public void What_is_given_back_after_its_window_is_not_given_back_twice()
    {
        var window = new SlidingWindow(TimeSpan.FromMinutes(1));
        window.AdvanceTo(Length * 100);
        var slot = window.Reserve(5);
        window.AdvanceTo(Length * 102);
        Assert.Equal(0, window.Reserved);
        window.Reserve(3);
        Assert.False(window.Release(slot, 5));
        window.Settle(slot, 5);
        Assert.Equal((0, 3), (window.Used, window.Reserved));
    }

    [Theory]
    [InlineData("fleet", true)]
    [InlineData("role:poster", true)]
    [InlineData("agent:research", true)]
    [InlineData("all", false)]
    [InlineData("role:", false)]
    [InlineData("Agent:research", false)]
    [InlineData("agent:Research", false)]
    public void A_scope_prints_what_it_parses(string text, bool isOne)
    {
        Assert.Equal(isOne, LimitScope.TryParse(text, out var scope));
        Assert.Equal(isOne ? text : null, scope?.ToString());
    }
}
