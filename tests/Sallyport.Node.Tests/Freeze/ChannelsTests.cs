using Sallyport.Decisions;
using Sallyport.Decisions.Tests;
using Sallyport.Identity;
using Sallyport.Ledger.Tests;
using static Sallyport.Decisions.Tests.Gatehouse;

namespace Sallyport.Freeze.Tests;

public sealed class ChannelsTests
{
    private readonly Channels channels = new();

    [Fact]
    public void A_channel_is_known_until_its_registration_is_disposed()
    {
        using var run = NewRun();
        var channel = new FakeChannel(run, Asking(ActionClass.Read), canSend: true);
        var registered = channels.Register(channel);
        Assert.Same(channel, Assert.Single(channels.Of(run.Id)));
        registered.Dispose();
        Assert.Empty(channels.Of(run.Id));
        Assert.Equal(0, channels.Count);
        Assert.Equal(0, channels.CutAll(new FreezeScope.All(), "freeze.active"));
        Assert.Empty(channel.Cuts);
    }

    [Fact]
    public void A_registration_may_be_disposed_late_and_twice()
    {
        using var run = NewRun();
        var channel = new FakeChannel(run, Asking(ActionClass.Read), canSend: true);
        var other = new FakeChannel(run, Asking(ActionClass.Read), canSend: true);
        var registered = channels.Register(channel);
        using var staying = channels.Register(other);
        Assert.Equal(2, channels.CutAll(new FreezeScope.All(), "freeze.active"));
        registered.Dispose();
        registered.Dispose();
        Assert.Same(other, Assert.Single(channels.Of(run.Id)));
    }

    [Fact]
    public void A_registration_of_nothing_may_be_disposed()
    {
        default(Channels.Registration).Dispose();
        Assert.Equal(0, channels.Count);
    }

    // Two streams of one connection look alike and are two.
    [Fact]
    public void Channels_that_look_alike_are_counted_each()
    {
        using var run = NewRun();
        using var one = channels.Register(new FakeChannel(run, Asking(ActionClass.Read), canSend: true));
        using var other = channels.Register(new FakeChannel(run, Asking(ActionClass.Read), canSend: true));
        Assert.Equal(2, channels.Count);
        Assert.True(one != other);
        Assert.False(one == other);
    }

    [Theory]
    [InlineData("all", 3)]
    [InlineData("agent:research", 2)]
    [InlineData("agent:billing-bot", 1)]
    [InlineData("agent:nobody", 0)]
    [InlineData("run:01jd3k5m7n9p1q3r5s7t9v1w3x", 1)]
    public void A_cut_goes_as_far_as_its_scope_and_down_to_the_socket(string text, int count)
    {
        Assert.True(FreezeScope.TryParse(text, out var scope));
        FakeChannel[] open =
        [
            Of(Entries.Run, Entries.Agent),
            Of(Entries.OtherRun, Entries.Agent),
            Of(Entries.OtherRun, Entries.OtherAgent),
        ];
        Assert.Equal(count, channels.CutAll(scope, "freeze.active"));
        Assert.All(open, channel => Assert.Equal(scope.Covers(channel.Run.Agent, channel.Run.Id) ? 1 : 0, channel.Cuts.Count));
        Assert.All(open.SelectMany(channel => channel.Cuts), cut => Assert.Equal(("freeze.active", CutDepth.Connection), cut));
    }

    // As an exchange does whose end comes with the cut.
    [Fact]
    public void A_channel_may_forget_itself_while_it_is_cut()
    {
        using var run = NewRun();
        Channels.Registration registered = default;
        registered = channels.Register(new FakeChannel(run, Asking(ActionClass.Read), canSend: true) { Cutting = () => registered.Dispose() });
        using var other = channels.Register(new FakeChannel(run, Asking(ActionClass.Read), canSend: true));
        Assert.Equal(2, channels.CutAll(new FreezeScope.All(), "freeze.active"));
        Assert.Equal(1, channels.Count);
    }

    private FakeChannel Of(RunId run, AgentId agent)
    {
        var channel = new FakeChannel(new Flow.RunState(run, agent, Role), Asking(ActionClass.Read), canSend: true);
        channels.Register(channel);
        return channel;
    }
}
