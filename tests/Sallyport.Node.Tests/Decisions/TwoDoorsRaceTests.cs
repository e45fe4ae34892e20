using System.Collections.Concurrent;
using Sallyport.Ledger;
using static Sallyport.Decisions.Tests.Gatehouse;

namespace Sallyport.Decisions.Tests;

// Promise P5 under load. The seed chooses who joins what when; the threads' order is the machine's.
public sealed class TwoDoorsRaceTests
{
    private const int Senders = 12;
    private const int Rounds = 12;

    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(61)]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(64)]
    public async Task No_effect_is_positioned_after_the_labels_that_shut_its_door_and_none_before_stays_open(int seed)
    {
        await using var house = new Gatehouse();
        var random = new Random(seed);
        var allowed = new ConcurrentQueue<FakeChannel>();
        var joinAt = random.Next(1, Rounds - 2);
        var sends = Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(house, sender, allowed), cancellation));
        var joins = Enumerable.Range(0, 3).Select(joiner => Task.Run(
            async () =>
            {
                for (var decided = 0L; decided < (joinAt + joiner) * Senders; decided = house.Sequencer.Written)
                {
                    await house.Sequencer.WhenGrownAsync(decided, cancellation);
                }

                Assert.True(await house.JoinAsync(joiner == 0 ? "social" : "social,untrusted"));
            },
            cancellation));
        await Task.WhenAll([.. sends, .. joins]);

        var entries = await house.CloseAndReadAsync();
        AssertInOrder(entries, seed);
        Assert.NotEmpty(allowed);
        Assert.All(allowed, channel => Assert.True(!channel.Cuts.IsEmpty, $"seed {seed}: an effect stayed open"));
    }

    // Registered, then decided, as the gateway does it; and kept open.
    private static async Task SendAsync(Gatehouse house, int sender, ConcurrentQueue<FakeChannel> allowed)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var ask = Asking(ActionClass.Effect, path: $"/{sender}/{round}");
            var channel = house.Open(ask);
            if ((await house.DecideAsync(ask)).Decision is Decision.Allow)
            {
                allowed.Enqueue(channel);
            }
        }
    }

    // Each decision stands under exactly the labels that were joined before its position.
    private static void AssertInOrder(IReadOnlyList<RecordedEntry> entries, int seed)
    {
        var (version, labels) = (0L, "");
        foreach (var recorded in entries)
        {
            if (recorded.Entry is LedgerEntry.LabelsJoined join)
            {
                Assert.Equal(version + 1, join.LabelVersion);
                (version, labels) = (join.LabelVersion, $"{join.Labels}");
            }
            else if (recorded.Entry is LedgerEntry.Decided { Verdict: "allow" } decided)
            {
                Assert.True(
                    decided.LabelVersion == version && $"{decided.Labels}" == labels,
                    $"seed {seed}: {recorded.Id} was decided under {decided.LabelVersion} '{decided.Labels}', and {version} '{labels}' stood there");
                Assert.False(labels.Contains("untrusted", StringComparison.Ordinal), $"seed {seed}: {recorded.Id} acts after it read");
            }
        }

        Assert.Contains("untrusted", labels, StringComparison.Ordinal);
    }
}
