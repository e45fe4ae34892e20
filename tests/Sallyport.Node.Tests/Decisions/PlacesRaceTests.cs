using Sallyport.Flow;
using Sallyport.Ledger;
using Sallyport.Ledger.Tests;
using static Sallyport.Decisions.Tests.Gatehouse;

namespace Sallyport.Decisions.Tests;

// What one run writes another reads, racing. The seed chooses who writes what where; the order is the machine's.
public sealed class PlacesRaceTests
{
    private const int Readers = 8;

    private static readonly Source Wiki = new("wiki", LabelSet.Empty);

    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    // When the act goes out, each run that reads there carries its labels: those that entered before it, and those
    // that will be dialled after it.
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task No_act_goes_out_before_every_open_reader_of_its_place_has_its_labels(int seed)
    {
        await using var house = new Gatehouse();
        var random = new Random(seed);
        Assert.True(await house.JoinAsync("untrusted"));
        var writer = Opened(house, Note("/notes/7", ActionClass.Effect), house.Run);
        var readers = Enumerable.Range(0, Readers).Select(_ => NewRun()).ToList();
        var dialled = new int[Readers];
        using var start = new Barrier(Readers + 1);
        var reads = readers.Select((run, at) => Task.Run(
            async () =>
            {
                var channel = Opened(house, Note(at % 2 == 0 ? "/notes" : "/notes/7/x", ActionClass.Read), run);
                start.SignalAndWait(cancellation);
                Thread.SpinWait(random.Next(0, 400));
                Assert.True(await house.Interlock.JoinAsync(channel, cancellation));
                Volatile.Write(ref dialled[at], 1);
            },
            cancellation)).ToList();
        var act = Task.Run(
            async () =>
            {
                start.SignalAndWait(cancellation);
                Assert.True(await house.Interlock.JoinAsync(writer, cancellation));
                var reading = Enumerable.Range(0, Readers).Where(at => Volatile.Read(ref dialled[at]) == 1);
                Assert.All(reading, at => Assert.True(readers[at].Labels.Set.IsUntrusted, $"seed {seed}: {at}"));
            },
            cancellation);
        await Task.WhenAll([act, .. reads]);
        Assert.All(readers, run => Assert.Equal("untrusted", $"{run.Labels.Set}"));
        var entries = await house.CloseAndReadAsync();
        Assert.Single(entries, entry => entry.Entry is LedgerEntry.PlaceLabelled);
        Assert.Equal(Readers + 1, entries.Count(entry => entry.Entry is LedgerEntry.LabelsJoined));
        readers.ForEach(run => run.Dispose());
    }

    // Two runs that write to each other's places while both read: neither waits for the other for ever.
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Runs_that_write_where_the_other_reads_both_end_with_all_labels(int seed)
    {
        await using var house = new Gatehouse();
        var labels = new[] { "untrusted", "social", "confidential", "secret" };
        var runs = labels.Select(_ => NewRun()).ToList();
        var random = new Random(seed);
        var tasks = runs.SelectMany((run, at) =>
        {
            var writes = Opened(house, Note($"/notes/{at}", ActionClass.Model) with { Duplex = true }, run, acts: true);
            var reads = Opened(house, Note("/notes", ActionClass.Read), run);
            var feed = Opened(
                house, Note("/", ActionClass.Read) with { Source = new Source($"s{at}", Entries.Labels(labels[at])) },
                run);
            return new[] { writes, reads, feed }.OrderBy(_ => random.Next()).ToList();
        }).Select(channel => Task.Run(
            async () => Assert.True(await house.Interlock.JoinAsync(channel, cancellation)), cancellation)).ToList();
        await Task.WhenAll(tasks);
        Assert.All(runs, run => Assert.Equal("confidential,secret,social,untrusted", $"{run.Labels.Set}"));
        runs.ForEach(run => run.Dispose());
    }

    // Labels that join while a channel is open go to where it writes, and on to who reads there.
    [Fact]
    public async Task What_joins_a_run_goes_to_where_it_is_still_writing_and_on_to_who_reads_there()
    {
        await using var house = new Gatehouse();
        using var other = NewRun();
        var upload = Opened(house, Note("/up", ActionClass.Model), house.Run, acts: true);
        var reader = Opened(house, Note("/", ActionClass.Read), other);
        Assert.True(await house.Interlock.JoinAsync(upload, cancellation));
        Assert.True(await house.Interlock.JoinAsync(reader, cancellation));
        Assert.Equal(0, house.Decisions.Places.Map.Count);
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.Equal("untrusted", $"{house.Decisions.Places.Map.At("wiki", "/up")}");
        Assert.Equal("untrusted", $"{other.Labels.Set}");
        Assert.True(reader.Brings.IsUntrusted);
    }

    // A door of the reader's that these labels shut is shut before the act goes out.
    [Fact]
    public async Task What_the_labels_shut_in_the_readers_run_is_cut()
    {
        await using var house = new Gatehouse();
        using var other = NewRun();
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.True(await house.Interlock.JoinAsync(
            Opened(house, Note("/", ActionClass.Read), other, canSend: false), cancellation));
        var effect = house.Open(
            Note("/x", ActionClass.Effect) with { Source = new Source("o", LabelSet.Empty) }, other);
        Assert.True(await house.Interlock.JoinAsync(
            Opened(house, Note("/a", ActionClass.Effect), house.Run), cancellation));
        Assert.Equal("flow.two-doors", Assert.Single(effect.Cuts).Code);
    }

    [Fact]
    public async Task Labels_that_the_source_brings_anyway_are_not_noted()
    {
        await using var house = new Gatehouse();
        Assert.True(await house.JoinAsync("untrusted"));
        Assert.True(await house.Interlock.JoinAsync(
            Opened(house, Asking(ActionClass.Effect), house.Run), cancellation));
        Assert.Equal(0, house.Decisions.Places.Map.Count);
    }

    private static Ask Note(string path, ActionClass action) =>
        Asking(action, path: path) with { Source = Wiki, PlacePath = path };

    private static FakeChannel Opened(
        Gatehouse house, Ask ask, RunState run, bool acts = false, bool canSend = true)
    {
        var channel = house.Open(ask, run, canSend);
        channel.Opened(new EntryId(0, 0), reservation: null, acts);
        return channel;
    }
}
