using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Ledger;
using static Sallyport.Decisions.Tests.Gatehouse;

namespace Sallyport.Decisions.Tests;

public sealed class InterlockTests : IAsyncDisposable
{
    private readonly Gatehouse house = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task A_join_is_recorded_with_the_whole_set_and_its_version()
    {
        Assert.True(await house.JoinAsync("social"));
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.Equal(new RunLabels(Ledger.Tests.Entries.Labels("social,untrusted"), 2), house.Run.Labels);
        var joins = (await house.CloseAndReadAsync())
            .Select(entry => Assert.IsType<LedgerEntry.LabelsJoined>(entry.Entry));
        Assert.Equal(
            [("social", 1L), ("social,untrusted", 2L)],
            joins.Select(join => ($"{join.Labels}", join.LabelVersion)));
    }

    [Fact]
    public async Task Labels_that_are_there_already_are_not_joined_again()
    {
        Assert.True(await house.JoinAsync("social,untrusted"));
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.True(await house.JoinAsync(""));
        Assert.Equal(1, house.Run.Labels.Version);
        Assert.Single(await house.CloseAndReadAsync());
    }

    [Fact]
    public async Task A_join_is_written_when_it_returns()
    {
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.Equal(1, house.Sequencer.Written);
    }

    [Fact]
    public async Task What_is_no_longer_allowed_is_cut_before_the_join_returns_and_no_deeper_than_its_own_stream()
    {
        var effect = house.Open(Asking(ActionClass.Effect));
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.Equal(("flow.two-doors", CutDepth.Stream), Assert.Single(effect.Cuts));
    }

    // Nothing labelled may be released while a door that it shuts is open: the cut does not wait for the disk, the
    // join does.
    [Fact]
    public async Task The_cut_comes_before_the_join_is_written()
    {
        using var released = new ManualResetEventSlim();
        house.Disk.Writing = HeldDisk.Until(released);
        var effect = house.Open(Asking(ActionClass.Effect));
        var join = house.JoinAsync("untrusted").AsTask();
        Assert.Single(effect.Cuts);
        Assert.False(join.IsCompleted);
        released.Set();
        Assert.True(await join);
    }

    // An upload that its own source's labels did not shut when it was asked, and that those of another read shut by
    // now: what it sends from here on the run knows under both.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_bringer_is_decided_again_while_the_run_can_add_to_it(bool canAdd)
    {
        var upload = house.Open(Asking(ActionClass.Effect), canAdd: canAdd);
        upload.Opened(new EntryId(0, 0));
        Assert.True(await house.Interlock.JoinAsync(upload, cancellation));
        Assert.Equal(canAdd ? 1 : 0, upload.Cuts.Count);
    }

    [Fact]
    public async Task What_is_still_allowed_goes_on()
    {
        FakeChannel[] allowed =
        [
            house.Open(Asking(ActionClass.Read)),
            house.Open(Asking(ActionClass.Model)),
            house.Open(Asking(ActionClass.Read, duplex: true)),
            house.Open(Asking(ActionClass.Effect), canSend: false),
        ];
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.All(allowed, channel => Assert.Empty(channel.Cuts));
    }

    // Its act was decided before, and is whole: what it brings comes after it.
    [Fact]
    public async Task The_effect_that_brings_the_labels_is_not_cut_by_them_and_every_other_one_is()
    {
        var (bringer, other) = (house.Open(Asking(ActionClass.Effect)), house.Open(Asking(ActionClass.Effect)));
        bringer.Opened(new EntryId(0, 0));
        Assert.True(house.Interlock.ShutsItself(bringer));
        Assert.True(await house.Interlock.JoinAsync(bringer, cancellation));
        Assert.Empty(bringer.Cuts);
        Assert.Single(other.Cuts);
    }

    [Fact]
    public void A_read_of_an_untrusted_source_and_an_effect_on_a_trusted_one_do_not_shut_themselves()
    {
        Assert.False(house.Interlock.ShutsItself(house.Open(Asking(ActionClass.Read))));
        Assert.False(house.Interlock.ShutsItself(
            house.Open(Asking(ActionClass.Effect) with { Source = new Source("ours", LabelSet.Empty) })));
    }

    [Fact]
    public async Task The_channels_of_another_run_go_on()
    {
        using var run = NewRun();
        var other = house.Open(Asking(ActionClass.Effect), run);
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.Empty(other.Cuts);
    }

    [Fact]
    public async Task A_harmless_label_cuts_nothing()
    {
        var effect = house.Open(Asking(ActionClass.Effect));
        Assert.True(await house.JoinAsync("social"));
        Assert.Empty(effect.Cuts);
    }

    [Fact]
    public async Task A_cut_is_recorded_with_the_decision_that_had_opened_the_channel()
    {
        var verdict = await house.DecideAsync(Asking(ActionClass.Effect));
        house.Open(Asking(ActionClass.Effect, path: "/opened")).Opened(verdict.Entry!.Value); // An allow has an entry.
        Assert.True(await house.JoinAsync("untrusted"));
        var cut = Assert.Single(
            (await house.CloseAndReadAsync()).Select(entry => entry.Entry).OfType<LedgerEntry.ChannelCut>());
        Assert.Equal(
            (verdict.Entry, "flow.two-doors", "https://www.moltbook.com/opened", house.Run.Id),
            (cut.Decision, cut.Code, cut.Target, cut.Run));
    }

    [Fact]
    public async Task After_the_join_no_effect_is_allowed()
    {
        Assert.True(await house.JoinAsync("untrusted"));
        var effect = await house.DecideAsync(Asking(ActionClass.Effect));
        Assert.Equal(DenyReason.PolicyForbids, Assert.IsType<Decision.Deny>(effect.Decision).Reason);
        Assert.IsType<Decision.Allow>((await house.DecideAsync(Asking(ActionClass.Read))).Decision);
    }

    [Fact]
    public async Task A_join_that_cannot_be_written_fails()
    {
        house.Disk.Writing = HeldDisk.Broken;
        Assert.False(await house.JoinAsync("untrusted"));
    }

    [Fact]
    public async Task A_join_that_gets_no_position_fails_and_changes_nothing()
    {
        house.Disk.Writing = HeldDisk.Broken;
        await house.DecideAsync(Asking(ActionClass.Read));
        var effect = house.Open(Asking(ActionClass.Effect));
        Assert.False(await house.JoinAsync("untrusted"));
        Assert.Equal(RunLabels.None, house.Run.Labels);
        Assert.Empty(effect.Cuts);
    }

    // The second reader of the same labels waits until the first has shut the doors for both.
    [Fact]
    public async Task Who_brings_the_same_labels_meanwhile_waits_until_the_doors_are_shut()
    {
        using var released = new ManualResetEventSlim();
        house.Disk.Writing = HeldDisk.Until(released);
        var first = house.JoinAsync("untrusted").AsTask();
        Assert.Equal(1, house.Run.Labels.Version);
        var second = house.JoinAsync("untrusted").AsTask();
        Assert.False(second.IsCompleted);
        released.Set();
        Assert.True(await first);
        Assert.True(await second);
        Assert.Single(await house.CloseAndReadAsync());
    }

    [Fact]
    public async Task A_join_that_waits_for_another_can_be_given_up()
    {
        using var released = new ManualResetEventSlim();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        house.Disk.Writing = HeldDisk.Until(released);
        var first = house.JoinAsync("untrusted").AsTask();
        var second = house.Interlock.JoinAsync(house.Reading("untrusted"), gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        released.Set();
        Assert.True(await first);
    }
}
