using Sallyport.Decisions.Policies;
using Sallyport.Decisions.Tests;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Ledger.Tests;

namespace Sallyport.Decisions.Approvals.Tests;

/// <summary>Acts that policies hold, over a real ledger: an effect of a run with <c>untrusted</c> waits for a
/// person, so
/// does one with <c>social</c>, and one with <c>secret</c> is denied.</summary>
internal sealed class HeldStage : IAsyncDisposable
{
    private static readonly Agent Known = new(
        SpiffeId.Of("example.org", Entries.Agent), Gatehouse.Role, "ada");

    public HeldStage(TimeSpan wait = default, int openMax = 32)
    {
        Rules = RulesOf("b", wait, openMax);
        Snapshots = new SnapshotSource(Rules);
        Held = new HeldDecisions(House.Decisions, House.Holds, Snapshots, House.Clock);
    }

    public Gatehouse House { get; } = new();

    public Snapshot Rules { get; }

    public SnapshotSource Snapshots { get; }

    public HeldDecisions Held { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Answer Alice { get; } = new("uid:1000", "alice", "signature", "because");

    public static Snapshot RulesOf(string hash, TimeSpan wait = default, int openMax = 32) => new(
        new string(hash[0], 64), [Known],
        [
            PolicyCompiler.Compile([Pack("allow-list"), new("own.cedar", Own)], [Known], [], []).Rules
                ?? throw new FormatException(),
            ApprovalRules.Default with { Wait = wait, OpenMax = openMax },
        ]);

    /// <summary>A run that has read untrusted text.</summary>
    public async Task TaintAsync(string labels = "untrusted") => Assert.True(await House.JoinAsync(labels));

    /// <summary>One request, as a gateway sends it.</summary>
    public ValueTask<Verdict> AskAsync(
        string body = "pay", RunState? run = null, Snapshot? rules = null, CancellationToken? ended = null) =>
        Held.DecideAsync(
            Channel(run, rules), _ => ValueTask.FromResult<WholeAct?>(Act(body)), ended ?? Cancellation);

    /// <summary>One request that is too long to be taken whole.</summary>
    public ValueTask<Verdict> AskTooLongAsync() =>
        Held.DecideAsync(Channel(null, null), _ => ValueTask.FromResult<WholeAct?>(null), Cancellation);

    /// <summary>A request that ends with a ticket, and the ticket.</summary>
    public async Task<HeldTicket> HeldAsync(string body = "pay", RunState? run = null)
    {
        var verdict = await AskAsync(body, run);
        Assert.Equal("approval.required", verdict.Denial?.Code);
        Assert.True(House.Holds.TryFind(verdict.Facts.Hold!.Ticket, out var ticket)); // a held one has a ticket
        return ticket;
    }

    public async Task ApproveAsync(HeldTicket ticket) =>
        Assert.Null(await House.Holds.ApproveAsync(ticket, Alice, TimeSpan.FromHours(1)));

    /// <summary>The words of approval entries, in the order of the log.</summary>
    public async Task<IReadOnlyList<string>> ChangesAsync() =>
    [
        .. (await House.CloseAndReadAsync()).Select(entry => entry.Entry).OfType<Ledger.LedgerEntry.ApprovalChanged>()
            .Select(entry => entry.Change),
    ];

    public ValueTask DisposeAsync() => House.DisposeAsync();

    private HeldChannel Channel(RunState? run, Snapshot? rules)
    {
        var channel = new HeldChannel(
            run ?? House.Run, rules ?? Rules, Gatehouse.Asking(ActionClass.Effect) with { Consent = Consent.None });
        House.Channels.Register(channel);
        return channel;
    }

    private static WholeAct Act(string body) => new()
    {
        Gateway = "http",
        Class = ActionClass.Effect,
        Method = "POST",
        Target = "https://www.moltbook.com/",
        Fields = [],
        Body = System.Text.Encoding.UTF8.GetBytes(body),
    };

    private const string Own = """
        @id("ask") @hold("approval") @reason("it has read untrusted text")
        forbid (principal is Agent, action in Action::"effects", resource)
        when { context.labels.contains("untrusted") };
        @id("ask-social") @hold("approval") @reason("it has read a feed")
        forbid (principal is Agent, action in Action::"effects", resource)
        when { context.labels.contains("social") };
        @id("never") @reason("it knows a secret")
        forbid (principal is Agent, action in Action::"effects", resource)
        when { context.labels.contains("secret") };
        """;

    private static PolicyText Pack(string name) =>
        PolicyPacks.TryRead(name, out var pack) ? pack : throw new FormatException(name);

    private sealed class HeldChannel(RunState run, Snapshot rules, Ask ask) : DecidedChannel(run, rules, ask)
    {
        public override bool CanSend => true;

        public override bool CanAdd => false;

        public override Ask AskUnder(Snapshot other) => Ask;

        public override void Cut(string code, CutDepth depth)
        {
            // Nothing of it is open.
        }
    }
}
