using Sallyport.Flow;
using Sallyport.Ledger;
using Sallyport.Ledger.Tests;

namespace Sallyport.Decisions.Tests;

public sealed class TurnoverTests
{
    private static readonly Snapshot Next = new(new string('b', 64), Gatehouse.Rules.Agents.Values, [Policies]);

    private static object Policies => Gatehouse.Rules.Rules<Policies.PolicyRules>();

    [Fact]
    public async Task What_the_new_rules_do_not_allow_is_cut_and_recorded_and_the_rest_goes_on()
    {
        await using var house = new Gatehouse();
        var (gone, stays) = (Open(house, allowed: false), Open(house, allowed: true));

        Assert.Equal(1, await PutInForceAsync(house));

        Assert.Equal("egress.not-allowed", Assert.Single(gone.Cuts).Code);
        Assert.Empty(stays.Cuts);
        var cut = Assert.Single((await house.CloseAndReadAsync()).Select(one => one.Entry)
            .OfType<LedgerEntry.ChannelCut>());
        Assert.Equal((gone.Decision, "egress.not-allowed"), (cut.Decision, cut.Code));
    }

    [Fact]
    public async Task A_channel_that_only_reads_is_cut_too()
    {
        await using var house = new Gatehouse();
        var stream = Open(house, allowed: false, canSend: false);
        await PutInForceAsync(house);
        Assert.Single(stream.Cuts);
    }

    // Its answer is still on the way, so it looks at the snapshot itself, and says no with a reason.
    [Fact]
    public async Task What_is_not_decided_yet_is_left_to_its_own_second_look()
    {
        await using var house = new Gatehouse();
        var deciding = house.Open(Trusted);
        await PutInForceAsync(house);
        Assert.Empty(deciding.Cuts);

        deciding.Opened(new EntryId(0, 0));
        var refusing = new FakeChannel(house.Run, Trusted, canSend: true) { Under = _ => Gatehouse.NotAllowed };
        refusing.Opened(new EntryId(0, 0));
        Assert.Null(house.Decisions.Overtaken(deciding, Next));
        Assert.Same(Next, deciding.Snapshot);
        Assert.Equal("egress.not-allowed", house.Decisions.Overtaken(refusing, Next)?.Denial?.Code);
    }

    // Its response was asked for when the run was clean; the labels that came since shut nothing that sends no more.
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Labels_that_came_since_shut_only_what_can_send_under_the_old_rules_too(bool canSend, int cuts)
    {
        await using var house = new Gatehouse();
        var act = Open(house, allowed: true, canSend);
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.Equal(cuts, act.Cuts.Count);

        await PutInForceAsync(house);
        Assert.Equal(cuts, act.Cuts.Count);
    }

    [Fact]
    public async Task A_source_that_gets_a_label_brings_it_to_who_still_reads_there_and_shuts_what_it_shuts()
    {
        await using var house = new Gatehouse();
        var reading = Gatehouse.Asking(ActionClass.Read) with { Source = new Source("s", Entries.Labels("")) };
        var tainted = reading with { Source = new Source("s", Entries.Labels("untrusted")) };
        var reader = house.OpenUnder(reading, _ => tainted);
        var act = Open(house, allowed: true);

        await PutInForceAsync(house);

        Assert.Equal("untrusted", house.Run.Labels.Set.ToString());
        Assert.Empty(reader.Cuts);
        Assert.Equal("flow.two-doors", Assert.Single(act.Cuts).Code);
    }

    [Fact]
    public async Task With_a_broken_disk_what_is_no_longer_allowed_is_cut_all_the_same()
    {
        await using var house = new Gatehouse();
        var gone = Open(house, allowed: false);
        house.Disk.Writing = HeldDisk.Broken;
        house.Sequencer.Append(new LedgerEntry.NodeStopped { Reason = "a test" });
        await house.Sequencer.Failed;

        Assert.Equal(1, await PutInForceAsync(house));
        Assert.Single(gone.Cuts);
    }

    // From here on the new snapshot is the one that a label join asks under.
    [Fact]
    public async Task What_stays_is_judged_by_the_new_snapshot_from_then_on()
    {
        await using var house = new Gatehouse();
        var channel = Open(house, allowed: true);
        await PutInForceAsync(house);
        Assert.Same(Next, channel.Snapshot);
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.Equal("flow.two-doors", Assert.Single(channel.Cuts).Code);
    }

    private static Ask Trusted =>
        Gatehouse.Asking(ActionClass.Effect) with { Source = new Source("t", Entries.Labels("")) };

    private static FakeChannel Open(Gatehouse house, bool allowed, bool canSend = true) => house.OpenUnder(
        Trusted, _ => allowed ? Trusted : Trusted with { Match = new RuleMatch.None() }, canSend);

    private static Task<int> PutInForceAsync(Gatehouse house) => new Turnover(
        new SnapshotSource(Gatehouse.Rules), house.Decisions, house.Interlock, house.Channels, house.Sequencer)
        .PutInForceAsync(Next);
}
