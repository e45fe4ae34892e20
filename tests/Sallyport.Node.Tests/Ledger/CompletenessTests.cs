using System.Net;
using System.Net.Sockets;
using Sallyport.Decisions;
using Sallyport.Egress;

namespace Sallyport.Ledger.Tests;

/// <summary>What a build records is held to what is counted at the dial and at the reply: one that leaves an entry out,
/// and one that dials past the decision, are found.</summary>
public sealed class CompletenessTests : IDisposable
{
    private const int Exchanges = 6;
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task A_build_that_records_everything_is_complete()
    {
        await RunAsync(leftOut: -1);
        Assert.Null(Audit());
    }

    [Fact]
    public async Task A_build_that_leaves_out_any_one_entry_is_found()
    {
        for (var leftOut = 0; leftOut < 2 * Exchanges; leftOut++)
        {
            using var one = new TestLedger();
            await RunAsync(leftOut, one);
            var fault = Audit(one);
            Assert.True(fault?.Code == "ledger.incomplete", $"entry {leftOut} of the exchanges was left out: {fault}");
        }
    }

    [Fact]
    public async Task A_build_that_dials_past_the_decision_is_found()
    {
        await RunAsync(leftOut: -1, dialsPast: true);
        Assert.Equal("ledger.incomplete", Audit()?.Code);
        Assert.Contains(
            $"{Exchanges + 1} connections were dialled since the start, and {Exchanges} of them", Audit()?.Detail,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_while_something_is_open_are_bounds_that_no_order_breaks()
    {
        await using (var sequencer = ledger.Open())
        {
            sequencer.Append(Started());
            var tally = new Tally();
            await Parallel.ForAsync(0, 64, cancellation, (i, _) =>
            {
                var id = sequencer.Append(Entries.Decided($"/{i}")).Id;
                tally.Began();
                tally.Dialled();
                sequencer.Append(() => tally.Counts);
                sequencer.Append(Entries.Observed(id) with { Dials = 1 });
                tally.Replied();
                sequencer.Append(() => tally.Counts);
                return ValueTask.CompletedTask;
            });
        }

        Assert.Null(Audit());
    }

    [Fact]
    public async Task What_a_full_disk_refused_is_not_taken_for_an_entry_that_was_left_out()
    {
        await using (var sequencer = ledger.Open())
        {
            sequencer.Append(Started());
            sequencer.Append(Entries.Decided());
            sequencer.Append(new LedgerEntry.Gap
            {
                Code = "ledger.disk-full",
                From = DateTimeOffset.UnixEpoch,
                Milliseconds = 1,
                Carried = 1,
                Refused = 1,
            });
            sequencer.Append(new LedgerEntry.Counts { Dials = 1, Replies = 1, Open = 0 });
        }

        Assert.Null(Audit());
    }

    private static LedgerEntry.NodeStarted Started() =>
        new() { Version = "0", Snapshot = new string('a', 64), TornBytesCut = 0 };

    // The parts of a gateway, put together without a gateway: so one of them can be left out.
    private async Task RunAsync(int leftOut, TestLedger? one = null, bool dialsPast = false)
    {
        var dialler = new CheckedDialler(
            new Network
            {
                Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34")]),
                Connect = (_, _) => Task.FromException<Socket>(new SocketException((int)SocketError.ConnectionRefused)),
                OwnAddresses = () => new HashSet<IPAddress>(),
            },
            TimeProvider.System);
        await using var sequencer = (one ?? ledger).Open();
        sequencer.Append(Started());
        for (var i = 0; i < Exchanges; i++)
        {
            // Without its entry the act goes on under a name that nothing has.
            var id = leftOut == 2 * i ? new EntryId(0, 1_000 + i) : sequencer.Append(Entries.Decided($"/{i}")).Id;
            dialler.Tally.Began();
            await DialAsync(dialler);
            if (leftOut != (2 * i) + 1)
            {
                sequencer.Append(Entries.Observed(id) with { Dials = 1 });
            }

            dialler.Tally.Replied();
        }

        if (dialsPast)
        {
            await DialAsync(dialler);
        }

        sequencer.Append(() => dialler.Tally.Counts);
        sequencer.Append(Entries.Stopped());
    }

    private async Task DialAsync(CheckedDialler dialler)
    {
        Assert.True(Target.TryFromAuthority("a.test:443", out var target, out _));
        Assert.True(RulePattern.TryParse("a.test", out var pattern, out _));
        var rule = new EgressRule(new RuleReference("sallyport.yaml:1", "a.test"), pattern);
        Assert.IsType<DialResult.Failed>(await dialler.DialAsync(target, rule, Upstream.Undeclared, cancellation));
    }

    private Fault? Audit(TestLedger? one = null) =>
        LedgerAudit.TryVerify((one ?? ledger).Folder, new LocalDisk(), new(), out _, out var fault) ? null : fault;
}
