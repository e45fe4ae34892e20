using Sallyport.Identity;
using Sallyport.Ledger.Tests;
using static Sallyport.Decisions.Tests.Gatehouse;

namespace Sallyport.Flow.Tests;

public sealed class RunsTests
{
    private readonly Runs runs = new();

    [Fact]
    public void An_open_run_is_found_until_it_ends()
    {
        using var run = NewRun();
        runs.Add(run);
        Assert.True(runs.TryFind(run.Id, out var found));
        Assert.Same(run, found);
        Assert.False(run.Ended);
        Assert.True(runs.End(run.Id, out var ended));
        Assert.Same(run, ended);
        Assert.True(run.Ended);
        Assert.False(runs.TryFind(run.Id, out _));
    }

    [Fact]
    public void A_run_ends_once()
    {
        using var run = NewRun();
        runs.Add(run);
        Assert.True(runs.End(run.Id, out _));
        Assert.False(runs.End(run.Id, out _));
    }

    [Fact]
    public void An_id_is_given_out_once()
    {
        using var run = NewRun();
        using var same = new RunState(run.Id, run.Agent, run.Role);
        runs.Add(run);
        Assert.Throws<InvalidOperationException>(() => runs.Add(same));
        Assert.True(runs.TryFind(run.Id, out var found));
        Assert.Same(run, found);
    }

    [Fact]
    public void Open_runs_are_listed_oldest_first()
    {
        var time = new TickingTime();
        RunId[] ids = [.. Enumerable.Range(0, 20).Select(_ => RunId.New(time))];
        foreach (var id in ids.OrderBy(id => id.Text[^1]))
        {
            runs.Add(new RunState(id, Entries.Agent, Role));
        }

        Assert.Equal(ids, runs.Open.Select(run => run.Id));
    }

    [Theory]
    [InlineData("", 0, "social", 1, true)]
    [InlineData("social", 3, "social,untrusted", 4, true)]
    [InlineData("social", 3, "social", 4, true)]
    [InlineData("social", 3, "social,untrusted", 3, false)]
    [InlineData("social", 3, "social,untrusted", 2, false)]
    [InlineData("social", 3, "untrusted", 4, false)]
    [InlineData("social", 3, "", 4, false)]
    public void Labels_grow_and_never_shrink(string labels, long version, string grown, long grownVersion, bool isTaken)
    {
        using var run = NewRun();
        if (version > 0)
        {
            run.Grow(new RunLabels(Entries.Labels(labels), version));
        }

        var before = run.Labels;
        var after = new RunLabels(Entries.Labels(grown), grownVersion);
        var refused = Record.Exception(() => run.Grow(after));
        Assert.Equal(isTaken, refused is null);
        Assert.Equal(isTaken ? after : before, run.Labels);
        Assert.True(refused is null or InvalidOperationException);
    }

    [Fact]
    public void A_new_run_carries_nothing()
    {
        using var run = NewRun();
        Assert.Equal(RunLabels.None, run.Labels);
        Assert.Equal((LabelSet.Empty, 0), (run.Labels.Set, run.Labels.Version));
    }
}
