using Sallyport.Ledger;
using Sallyport.Limits;
using static Sallyport.Decisions.Tests.Gatehouse;

namespace Sallyport.Decisions.Tests;

// Limits at the decision point: reserved with the decision, given back where there is none.
public sealed class LimitedDecisionTests : IAsyncDisposable
{
    private static readonly Snapshot Three = RulesWith(new LimitRule(
        "three", new LimitScope.Fleet(), LimitUnit.Requests, 3, LimitWindow.Day, "sallyport.yaml:31"));

    private readonly Gatehouse house = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task A_limit_says_which_it_is_what_is_taken_when_it_opens_and_where_it_is_written()
    {
        for (var act = 0; act < 3; act++)
        {
            Assert.IsType<Decision.Allow>((await DecideAsync()).Decision);
        }

        var denial = (await DecideAsync()).Denial!; // Denied, as asserted next.
        Assert.Equal("limits.exceeded", denial.Code);
        Assert.Contains(
            "limit 'three' (3 requests per day for fleet) has 3 of 3 taken (0 used, 3 reserved)", denial.Detail,
            StringComparison.Ordinal);
        Assert.Matches(
            "^There is room again at [0-9TZ:-]{20}\\. To allow more, change 'requests: 3' of limit 'three' "
            + "at sallyport.yaml:31, then: sallyport plan, sallyport apply\\.$",
            denial.Mend);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Racing_acts_never_pass_a_limit_and_the_ledger_says_so(int seed)
    {
        const int acts = 24;
        var random = new Random(seed);
        var rules = RulesWith(new LimitRule(
            "most", new LimitScope.Fleet(), LimitUnit.Requests, acts - 1, LimitWindow.Day, "sallyport.yaml:31"));
        var spins = Enumerable.Range(0, acts).Select(_ => random.Next(2_000)).ToArray();
        using var start = new ManualResetEventSlim();
        var asked = spins.Select(spin => Task.Run(async () =>
        {
            start.Wait(TestContext.Current.CancellationToken);
            Thread.SpinWait(spin);
            return await house.Decisions.DecideAsync(
                rules, house.Run, Asking(ActionClass.Read), TestContext.Current.CancellationToken);
        })).ToArray();
        start.Set();
        var verdicts = await Task.WhenAll(asked);
        var denied = Assert.Single(verdicts, verdict => verdict.Decision is Decision.Deny);
        Assert.Equal("limits.exceeded", denied.Denial!.Code);
        Assert.Equal(
            acts - 1,
            (await house.CloseAndReadAsync()).Count(one => one.Entry is LedgerEntry.Decided { Verdict: "allow" }));
    }

    [Fact]
    public async Task What_is_denied_takes_nothing()
    {
        for (var act = 0; act < 10; act++)
        {
            await house.Decisions.DecideAsync(Three, house.Run, NotAllowed, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, Taken);
    }

    [Fact]
    public async Task What_cannot_be_recorded_takes_nothing()
    {
        await house.Sequencer.DisposeAsync();
        Assert.Equal(
            new Decision.Deny(DenyReason.LedgerUnavailable), (await DecideAsync()).Decision);
        Assert.Equal(0, Taken);
    }

    // The clean run's act is decided, then its labels grow before the entry has its position.
    [Fact]
    public async Task What_was_decided_on_stale_facts_takes_nothing()
    {
        var rules = RulesWith(new LimitRule(
            "many", new LimitScope.Fleet(), LimitUnit.Requests, 1000, LimitWindow.Day, "sallyport.yaml:31"));
        for (var act = 0; act < 12; act++)
        {
            var deciding = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
                () => house.Decisions.DecideAsync(
                    rules, house.Run, Asking(ActionClass.Effect), TestContext.Current.CancellationToken).AsTask(),
                TestContext.Current.CancellationToken)));
            await house.JoinAsync($"label-{act}");
            _ = await deciding;
        }

        var taken = house.Limits.All(rules.Limits)[0].Taken;
        var entries = await house.CloseAndReadAsync();
        Assert.Equal(entries.Count(one => one.Entry is LedgerEntry.Decided { Verdict: "allow" }), taken);
    }

    // It holds what it needs: a full limit stops the next act, not the one that is under way.
    [Fact]
    public async Task A_channel_that_is_open_is_not_shut_by_a_limit_that_is_full()
    {
        for (var act = 0; act < 3; act++)
        {
            await DecideAsync();
        }

        Assert.Null(house.Decisions.Redecide(Three, house.Run, Asking(ActionClass.Read), house.Run.Labels.Set));
    }

    [Fact]
    public async Task What_is_reserved_for_a_body_is_in_the_entry()
    {
        await house.DecideAsync(Asking(ActionClass.Effect) with { BodyBytesLeast = 4711 });
        await house.DecideAsync(NotAllowed with { BodyBytesLeast = 4711 });
        Assert.Equal(
            [4711, 0],
            (await house.CloseAndReadAsync()).Select(one => ((LedgerEntry.Decided)one.Entry).BytesReserved));
    }

    private long Taken => house.Limits.All(Three.Limits)[0].Taken;

    private ValueTask<Verdict> DecideAsync() =>
        house.Decisions.DecideAsync(Three, house.Run, Asking(ActionClass.Read), TestContext.Current.CancellationToken);
}
