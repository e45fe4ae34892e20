using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Approvals.Tests;
using Sallyport.Decisions.Policies;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Ledger;
using Sallyport.Ledger.Tests;
using Sallyport.Limits;
using Sallyport.Perimeter.Tests;

namespace Sallyport.Decisions.Tests;

/// <summary>Everything that a decision touches, over a real ledger, with one open run.</summary>
internal sealed class Gatehouse : IAsyncDisposable
{
    private readonly TestLedger ledger = new();
    private readonly ScratchFolder scratch = new();

    public Gatehouse(bool syncReads = false)
    {
        Sequencer = ledger.Open(Disk);
        Freeze = Switch.Open(
            Path.Combine(scratch.Path, "freeze.json"), 0, [], Sequencer, Channels, TimeProvider.System,
            NullLogger.Instance);
        Decisions = new DecisionPoint(
            Freeze, Sequencer, Limits, syncReads, TimeProvider.System, NullLogger<DecisionPoint>.Instance);
        Holds = new Holds(Sequencer, Clock, NullLogger<Holds>.Instance);
        Freeze.Frozen = scope => Holds.Void(scope, "freeze.active");
        Interlock = new Interlock(Decisions, Channels, Sequencer);
        Run = NewRun();
    }

    private static readonly Agent Known = new(SpiffeId.Of("example.org", Entries.Agent), Role, "ada");

    public static Snapshot Rules { get; } = new(new string('a', 64), [Known], [Policies(), ApprovalRules.Default]);

    /// <summary>The usual rules, and these limits.</summary>
    public static Snapshot RulesWith(params IEnumerable<LimitRule> limits) => new(
        new string('a', 64), [Known], [Policies(), new LimitRules(limits, [KeyValuePair.Create(Known.Id, Role)])]);

    public static RoleName Role => RoleName.TryParse("reader", out var role) ? role : throw new FormatException();

    private static PolicyRules Policies()
    {
        var packs = PolicyPacks.Default.Select(name =>
            PolicyPacks.TryRead(name, out var pack) ? pack : throw new FormatException(name));
        return PolicyCompiler.Compile(packs, [Known], [], []).Rules ?? throw new FormatException();
    }

    public static Source Feed { get; } = new("moltbook", Entries.Labels("social,untrusted"));

    public HeldDisk Disk { get; } = new();

    public Channels Channels { get; } = new();

    public Sequencer Sequencer { get; }

    public Switch Freeze { get; }

    public LimitCounters Limits { get; } = new LimitHistory(LimitRules.None, TimeProvider.System).Start();

    public DecisionPoint Decisions { get; }

    public Interlock Interlock { get; }

    public RunState Run { get; }

    public HandClock Clock { get; } = new();

    public Holds Holds { get; }

    public static Ask Asking(ActionClass action, bool duplex = false, string path = "/") => new()
    {
        Gateway = "http",
        Method = action is ActionClass.Read ? "GET" : "POST",
        Target = "https://www.moltbook.com" + path,
        Host = "www.moltbook.com",
        Match = new RuleMatch.Allowed(new RuleReference("sallyport.yaml:12", "www.moltbook.com"), action),
        Source = Feed,
        Duplex = duplex,
    };

    public static Ask NotAllowed { get; } = Asking(ActionClass.Read) with { Match = new RuleMatch.None() };

    public static RunState NewRun() => new(RunId.New(TimeProvider.System), Entries.Agent, Role);

    public ValueTask<Verdict> DecideAsync(Ask ask) =>
        Decisions.DecideAsync(Rules, Run, ask, TestContext.Current.CancellationToken);

    public ValueTask<bool> JoinAsync(string labels) =>
        Interlock.JoinAsync(Reading(labels), TestContext.Current.CancellationToken);

    /// <summary>An allowed read of a source with these labels.</summary>
    public FakeChannel Reading(string labels)
    {
        var channel = Open(
            Asking(ActionClass.Read) with { Source = new Source("read", Entries.Labels(labels)) }, canSend: false);
        channel.Opened(new EntryId(0, 0));
        return channel;
    }

    public FakeChannel Open(Ask ask, RunState? run = null, bool canSend = true, bool canAdd = false)
    {
        var channel = new FakeChannel(run ?? Run, ask, canSend, canAdd);
        Channels.Register(channel);
        return channel;
    }

    /// <summary>An open channel of which another snapshot makes something else.</summary>
    public FakeChannel OpenUnder(Ask ask, Func<Snapshot, Ask> under, bool canSend = true)
    {
        var channel = new FakeChannel(Run, ask, canSend) { Under = under };
        Channels.Register(channel);
        channel.Opened(new EntryId(0, 0));
        return channel;
    }

    /// <summary>Closes the ledger and reads it whole.</summary>
    public async Task<IReadOnlyList<RecordedEntry>> CloseAndReadAsync()
    {
        await Sequencer.DisposeAsync();
        var reader = new LedgerReader(ledger.Folder, new LocalDisk(), live: null);
        Assert.True(reader.TryRead(0, LedgerReader.EntriesMax, out var entries, out var fault), fault?.Detail);
        Assert.True(entries.Count < LedgerReader.EntriesMax);
        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        await Sequencer.DisposeAsync();
        Run.Dispose();
        ledger.Dispose();
        scratch.Dispose();
    }
}

/// <summary>A channel that notes how it was cut.</summary>
internal sealed class FakeChannel(RunState run, Ask ask, bool canSend, bool canAdd = false)
    : DecidedChannel(run, Gatehouse.Rules, ask)
{
    public ConcurrentQueue<(string Code, CutDepth Depth)> Cuts { get; } = new();

    public Action? Cutting { get; init; }

    /// <summary>What another snapshot makes of the question; the same where a test does not say.</summary>
    public Func<Snapshot, Ask>? Under { get; init; }

    public override bool CanSend => canSend;

    public override bool CanAdd => canAdd;

    public override Ask AskUnder(Snapshot other) => Under?.Invoke(other) ?? Ask;

    public override void Cut(string code, CutDepth depth)
    {
        Cutting?.Invoke();
        Cuts.Enqueue((code, depth));
    }
}
