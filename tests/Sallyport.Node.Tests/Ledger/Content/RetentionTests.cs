namespace Sallyport.Ledger.Tests;

public sealed class RetentionTests : IAsyncDisposable
{
    private readonly ContentStage stage = new();

    private ContentRetention Retention => stage.Store.Retention;

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task What_is_over_its_time_is_dropped_with_an_entry_and_the_log_verifies_as_before()
    {
        var old = await stage.KeepAsync("old");
        stage.Time.Now = stage.Time.Now.AddDays(20);
        var young = await stage.KeepAsync("young");
        stage.Time.Now = stage.Time.Now.AddDays(10);
        await stage.SweepAsync();

        var dropped = (await stage.ToldAsync())[^1];
        Assert.Equal(
            ("dropped", "retention", 1, old), (dropped.Change, dropped.Reason, dropped.Bodies, dropped.Digests));
        var view = await stage.AnswerAsync(old);
        Assert.Equal(("dropped", "retention"), (view.State, view.Reason));
        Assert.Equal("kept", (await stage.AnswerAsync(young)).State);
        Assert.Equal(1, stage.Store.Bodies);
        Assert.InRange(stage.Store.Bytes, 1, 4096);
        await stage.StopAsync();
        stage.Verify();
    }

    [Fact]
    public async Task A_second_before_its_time_is_over_a_body_stays()
    {
        var digest = await stage.KeepAsync("there");
        stage.Time.Now = stage.Time.Now.AddDays(30).AddSeconds(-1);
        await stage.SweepAsync();
        Assert.Equal("kept", (await stage.AnswerAsync(digest)).State);
    }

    [Fact]
    public async Task A_body_that_is_kept_for_two_times_is_dropped_when_the_longer_is_over()
    {
        stage.Rules = new ContentRules(ContentRules.TotalBytesUsual, [ContentStage.Rule("7d")]);
        var digest = await stage.KeepAsync("both");
        stage.Rules = new ContentRules(ContentRules.TotalBytesUsual, [ContentStage.Rule("30d")]);
        await stage.KeepAsync("both");
        stage.Time.Now = stage.Time.Now.AddDays(8);
        await stage.SweepAsync();
        Assert.Single(stage.Files);
        Assert.DoesNotContain(await stage.ToldAsync(), it => it.Change == "dropped");
        Assert.Equal("kept", (await stage.AnswerAsync(digest)).State);
    }

    [Fact]
    public async Task Many_are_dropped_in_several_entries_that_name_each()
    {
        var bodies = LedgerEntry.ContentChanged.DigestsMax + 10;
        for (var i = 0; i < bodies; i++)
        {
            stage.Pass($"body {i}");
        }

        await stage.Store.KeepWaitingAsync();
        stage.Time.Now = stage.Time.Now.AddDays(31);
        await stage.SweepAsync();
        var dropped = (await stage.ToldAsync()).Where(it => it.Change == "dropped").ToList();
        Assert.Equal(2, dropped.Count);
        Assert.Equal(
            Enumerable.Range(0, bodies).Select(i => ContentStage.DigestOf($"body {i}")).Order(StringComparer.Ordinal),
            dropped.SelectMany(it => it.Digests.Split(' ')).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Empty(stage.Files);
    }

    [Fact]
    public async Task A_legal_hold_on_an_agent_keeps_what_it_sent_or_got_then_and_later_and_nothing_else()
    {
        var before = await stage.KeepAsync("before");
        var (hold, entry, _) = await Retention.HoldAsync(stage.Scope("agent:research"), "case 42", "operator:alice");
        Assert.NotNull(entry);
        var (after, other) = (await stage.KeepAsync("after"), await stage.KeepAsync("other", Entries.OtherAgent));
        stage.Time.Now = stage.Time.Now.AddDays(31);
        await stage.SweepAsync();
        var view = await stage.AnswerAsync(before);
        Assert.Equal(("kept", hold.Id), (view.State, view.Hold));
        Assert.Equal("kept", (await stage.AnswerAsync(after)).State);
        Assert.Equal("dropped", (await stage.AnswerAsync(other)).State);

        Assert.NotNull((await Retention.ReleaseAsync(hold, "case closed", "operator:alice")).Entry);
        stage.Time.Now = stage.Time.Now.AddDays(1);
        await stage.SweepAsync();
        Assert.Equal("dropped", (await stage.AnswerAsync(before)).State);
        Assert.Equal("dropped", (await stage.AnswerAsync(after)).State);
    }

    [Fact]
    public async Task Whose_a_body_was_nobody_knows_any_more_so_every_hold_covers_it()
    {
        var unknown = stage.Pass("without an observation");
        await stage.Store.KeepWaitingAsync();
        await Retention.HoldAsync(stage.Scope("agent:research"), "case 42", "operator:alice");
        stage.Time.Now = stage.Time.Now.AddDays(31);
        await stage.SweepAsync();
        Assert.Equal("kept", (await stage.AnswerAsync(unknown)).State);
    }

    [Fact]
    public async Task What_the_index_may_have_known_of_an_agent_under_a_hold_is_kept_though_another_got_it_since()
    {
        stage.IndexKeep = BlockBits.Entries;
        var shared = await stage.KeepAsync("shared");
        for (var i = 0; i < 3 * BlockBits.Entries; i++)
        {
            stage.Sequencer.Append(Entries.Decided());
        }

        await stage.KeepAsync("shared", Entries.OtherAgent);
        await Retention.HoldAsync(stage.Scope("agent:research"), "case 42", "operator:alice");
        Assert.Equal("kept", (await stage.AnswerAsync(shared)).State);
        while (BeginsAt() is null)
        {
            await Task.Yield();
        }

        stage.Time.Now = stage.Time.Now.AddDays(31);
        await stage.SweepAsync();
        Assert.Equal("kept", (await stage.AnswerAsync(shared)).State);
    }

    [Fact]
    public async Task A_hold_on_one_body_keeps_it_whoever_got_it()
    {
        var (held, free) = (await stage.KeepAsync("held"), await stage.KeepAsync("free"));
        await Retention.HoldAsync(stage.Scope($"digest:{held}"), "case 42", "operator:alice");
        stage.Time.Now = stage.Time.Now.AddDays(31);
        await stage.SweepAsync();
        Assert.Equal("kept", (await stage.AnswerAsync(held)).State);
        Assert.Equal("dropped", (await stage.AnswerAsync(free)).State);
    }

    [Fact]
    public async Task Holds_and_releases_survive_a_restart_and_a_name_is_given_once()
    {
        var digest = await stage.KeepAsync("held");
        var (first, _, _) = await Retention.HoldAsync(stage.Scope($"digest:{digest}"), "case 1", "operator:alice");
        var (second, _, _) = await Retention.HoldAsync(stage.Scope("agent:billing-bot"), "case 2", "uid:1000");
        await Retention.ReleaseAsync(second, "over", "operator:alice");
        await stage.RestartAsync();
        var hold = Assert.Single(Retention.Holds.All);
        Assert.Equal((first.Id, "case 1", "operator:alice"), (hold.Id, hold.Reason, hold.Author));
        var (third, _, _) = await Retention.HoldAsync(stage.Scope("agent:research"), "case 3", "uid:0");
        Assert.NotEqual(second.Id, third.Id, StringComparer.Ordinal);
        stage.Time.Now = stage.Time.Now.AddDays(31);
        await stage.SweepAsync();
        Assert.Equal("kept", (await stage.AnswerAsync(digest)).State);
    }

    [Fact]
    public async Task A_person_drops_a_body_at_once_and_the_log_says_who_and_why()
    {
        var digest = await stage.KeepAsync("gone");
        var (entry, _) = await Retention.DropAsync(digest, "asked for by its subject", "operator:alice", stage.Index);
        Assert.NotNull(entry);
        var dropped = (await stage.ToldAsync())[^1];
        Assert.Equal(
            ("dropped", "asked for by its subject", "operator:alice", digest),
            (dropped.Change, dropped.Reason, dropped.Author, dropped.Digests));
        Assert.Empty(stage.Files);
        Assert.Equal(
            "content.not-kept", (await Retention.DropAsync(digest, "again", "uid:0", stage.Index)).Fault?.Code);
        await stage.StopAsync();
        stage.Verify();
    }

    [Fact]
    public async Task What_is_held_nobody_drops()
    {
        var digest = await stage.KeepAsync("held");
        await Retention.HoldAsync(stage.Scope("agent:research"), "case 42", "operator:alice");
        var (entry, fault) = await Retention.DropAsync(digest, "away with it", "uid:0", stage.Index);
        Assert.Null(entry);
        Assert.Equal("content.held", fault?.Code);
        Assert.Single(stage.Files);
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_dropped()
    {
        await stage.KeepAsync("there");
        stage.Time.Now = stage.Time.Now.AddDays(31);
        await stage.Sequencer.DisposeAsync();
        await stage.SweepAsync();
        Assert.Single(stage.Files);
        Assert.NotNull((await Retention.DropAsync(
            ContentStage.DigestOf("there"), "away", "uid:0", stage.Index)).Fault);
        Assert.Single(stage.Files);
    }

    // Where the index begins, once it has let go of something.
    private EntryId? BeginsAt() => stage.Index.TryQuery(
        new LedgerFilter { Order = LedgerOrder.OldestFirst, Limit = 1 }, out var page, out _) ? page.First : null;
}
