using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sallyport.Decisions.Approvals;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>Where a gateway gets its answer: gathered, decided, recorded, and still true.</summary>
/// <param name="freeze">What is frozen.</param>
/// <param name="sequencer">The one point of order.</param>
/// <param name="limits">What is left to whom.</param>
/// <param name="syncReads">Whether reads wait for fsync as effects do (<c>ledger.reads: synced</c>).</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
public sealed class DecisionPoint(
    Switch freeze, Sequencer sequencer, LimitCounters limits, bool syncReads, TimeProvider time,
    ILogger<DecisionPoint> log)
{
    /// <summary>An allow whose facts moved is decided again this often, then denied.</summary>
    public const int TriesMax = 3;

    // One line for each change of state: a full disk must not be filled with its own news.
    private volatile Fault? told;

    /// <summary>What runs have written to places that others read.</summary>
    public Places Places { get; init; } = new(PlaceMap.Empty);

    /// <summary>What people have made their own of what runs were stopped for.</summary>
    public Endorsements Endorsements { get; init; } = new();

    /// <summary>What runs have written to where this reads, as labels.</summary>
    public LabelSet Gained(Ask ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        return Places.At(ask.Source, ask.Host, ask.PlacePath);
    }

    /// <summary>What this brings to its run: what its source does, and what runs have written there.</summary>
    public LabelSet BroughtBy(Ask ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        return ask.Source.Labels.Join(Gained(ask));
    }

    /// <summary>
    /// Decides and records. An allow is returned only when its entry is written (reads) or synced (effects).
    /// </summary>
    /// <param name="snapshot">The snapshot that serves this request from start to end.</param>
    /// <param name="run">The run, or null when none could be identified.</param>
    /// <param name="ask">What is wanted.</param>
    /// <param name="cancellation">The request's end.</param>
    public async ValueTask<Verdict> DecideAsync(
        Snapshot snapshot, RunState? run, Ask ask, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            var facts = Gather(snapshot, run, ask, charges: true);
            var decision = ask.Consent is null ? Decide(snapshot, facts) : Decider.Decide(snapshot, facts);
            if (decision is Decision.Hold)
            {
                var shown = Shown(snapshot, run!, ask, facts); // A hold has a run.
                return new Verdict(decision, shown, null); // To HeldDecisions alone: who else asks brings no consent.
            }

            if (decision is Decision.Deny deny)
            {
                return Deny(snapshot, run, ask, facts, deny);
            }

            // No denial means that there is a run. What was left a moment ago another may have taken since.
            if (!limits.TryReserve(snapshot.Limits, run!.Agent, Needed(facts.Match, ask), out var reservation))
            {
                continue;
            }

            var fence = new Fence(run, facts.LabelVersion, freeze, facts.FreezeEpoch);
            var appended = ask.Consent?.Use(sequencer, fence) is { IsAccepted: false } unused
                ? unused
                : Endorsements.Use(sequencer, fence, run, ask, facts) is { IsAccepted: false } gone
                ? gone
                : sequencer.Append(Entry(snapshot, ask, facts, decision), fence);
            switch (appended.Outcome)
            {
                case AppendOutcome.Accepted:
                    told = told is null ? told : null;
                    return await ConfirmAsync(
                        snapshot, run, ask,
                        new Verdict(decision, facts, appended.Id) { Reservation = reservation }, cancellation);
                case AppendOutcome.Unavailable:
                    reservation?.Release();
                    Tell(appended.Fault!); // Unavailable has a fault.
                    return Unrecorded(appended.Fault!, facts);
                case AppendOutcome.Stale:
                    reservation?.Release();
                    break;
            }
        }

        return Deny(snapshot, run, ask, Gather(snapshot, run, ask), new Decision.Deny(DenyReason.Unstable));
    }

    /// <summary>
    /// Decides without recording: for a channel that is open already, under the labels that it would have from now
    /// on. What it takes of limits was charged when it was opened, so none is in its way.
    /// </summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="run">The run.</param>
    /// <param name="ask">What is open.</param>
    /// <param name="labels">The labels that it would be under.</param>
    /// <returns>Null when it may go on, else the code of the denial.</returns>
    public string? Redecide(Snapshot snapshot, RunState run, Ask ask, LabelSet labels)
    {
        var facts = Gather(snapshot, run, ask) with { Labels = ask.Duplex ? labels.Join(BroughtBy(ask)) : labels };
        return Decide(snapshot, facts) is Decision.Deny deny ? Denial.Code(deny, facts) : null;
    }

    /// <summary>
    /// For a channel that has just been allowed: a snapshot that was put in force meanwhile has the last word, as a
    /// freeze has.
    /// </summary>
    /// <param name="channel">The channel, registered and decided.</param>
    /// <param name="current">The snapshot in force, read after <see cref="DecidedChannel.Opened"/>.</param>
    /// <returns>The denial, recorded, or null when it may go on.</returns>
    public Verdict? Overtaken(DecidedChannel channel, Snapshot current)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (ReferenceEquals(channel.Snapshot, current))
        {
            return null;
        }

        var again = channel.AskUnder(current);
        if (Refuse(current, channel.Run, again) is { } denied)
        {
            return denied;
        }

        channel.JudgeBy(current, again);
        return null;
    }

    /// <summary>
    /// For what touches nothing outside when it is allowed (an inspected CONNECT): only a no is recorded. Never
    /// waits.
    /// </summary>
    /// <returns>The denial, or null when the answer is yes.</returns>
    public Verdict? Refuse(Snapshot snapshot, RunState? run, Ask ask)
    {
        var facts = Gather(snapshot, run, ask);
        return Decide(snapshot, facts) is Decision.Deny deny ? Deny(snapshot, run, ask, facts, deny) : null;
    }

    /// <summary>Records a no that somebody else has come to.</summary>
    public Verdict Deny(Snapshot snapshot, RunState run, Ask ask, Decision.Deny decision) =>
        Deny(snapshot, run, ask, Gather(snapshot, run, ask), decision);

    /// <summary>Ends what a freeze, or another perimeter, ends: what people have consented to, and made their
    /// own.</summary>
    public void Void(Holds holds, FreezeScope scope, string reason)
    {
        ArgumentNullException.ThrowIfNull(holds);
        holds.Void(scope, reason);
        Endorsements.Void(scope, reason, time.GetUtcNow(), sequencer);
    }

    // The record first (P3), then the freeze once more: it may have come while we waited for the disk.
    private async ValueTask<Verdict> ConfirmAsync(
        Snapshot snapshot, RunState run, Ask ask, Verdict verdict, CancellationToken cancellation)
    {
        var allow = (Decision.Allow)verdict.Decision;
        var id = verdict.Entry!.Value; // Accepted entries have a position.
        var recorded = allow.Class is ActionClass.Effect || syncReads
            ? await sequencer.WhenSyncedAsync(id, cancellation)
            : await sequencer.WhenWrittenAsync(id, cancellation);
        if (!recorded)
        {
            verdict.Reservation?.Release();
            return new Verdict(new Decision.Deny(DenyReason.LedgerUnavailable), verdict.Facts, null);
        }

        return freeze.Covering(run.Agent, run.Id) is null
            ? verdict
            : Deny(snapshot, run, ask, Gather(snapshot, run, ask), new Decision.Deny(DenyReason.Frozen));
    }

    private static Verdict Unrecorded(Fault fault, Facts facts) => new(
        new Decision.Deny(fault.Code switch
        {
            LedgerMeter.QuotaCode => DenyReason.LedgerQuota,
            LedgerMeter.ReserveCode => DenyReason.LedgerReserve,
            _ => DenyReason.LedgerUnavailable,
        }),
        facts with { Unrecorded = fault }, null);

    // Of one agent's quota the meter tells by itself.
    private void Tell(Fault fault)
    {
        if (fault.Code != LedgerMeter.QuotaCode && told?.Code != fault.Code)
        {
            told = fault;
            DecisionLog.Unrecorded(log, fault.Detail);
        }
    }

    // Nobody can be asked here: what waits for a person ends as a no.
    private static Decision Decide(Snapshot snapshot, Facts facts) =>
        Decider.Decide(snapshot, facts) is var decision && decision is Decision.Hold hold
            ? new Decision.Deny(DenyReason.ApprovalRequired, hold.Policies)
            : decision;

    private Verdict Deny(Snapshot snapshot, RunState? run, Ask ask, Facts asked, Decision.Deny decision)
    {
        var facts = decision.Reason is DenyReason.PolicyForbids or DenyReason.ApprovalRequired && run is not null
            ? Shown(snapshot, run, ask, asked)
            : asked;
        var entry = sequencer.Append(Entry(snapshot, ask, facts, decision)) is { IsAccepted: true } accepted
            ? accepted.Id
            : (EntryId?)null;
        DecisionLog.Denied(
            log, facts.Method, facts.Host, facts.Agent?.Value ?? "-", Denial.Code(decision, facts),
            entry?.ToString() ?? "-");
        return new Verdict(decision, facts, entry) { CanEndorse = CanEndorse(snapshot, run, ask, facts, decision) };
    }

    // The words that a person can make their own are told by their digests.
    private Facts Shown(Snapshot snapshot, RunState run, Ask ask, Facts facts) =>
        facts with { Arguments = Endorsements.Show(run, ask, snapshot.Hash, facts.Arguments) };

    // Whether it would be let through if a person made all of these words their own; or held, where it is not now.
    private bool CanEndorse(Snapshot snapshot, RunState? run, Ask ask, Facts facts, Decision.Deny deny) =>
        facts.Arguments.Any(part => part.Item is not null)
        && Decider.Decide(snapshot, Gather(snapshot, run, ask, liftsAll: true)) is { } lifted
        && (lifted is Decision.Allow || (lifted is Decision.Hold && deny.Reason is DenyReason.PolicyForbids));

    private Facts Gather(Snapshot snapshot, RunState? run, Ask ask, bool charges = false, bool liftsAll = false)
    {
        var now = time.GetUtcNow();
        var frozen = freeze.State;
        var labels = run?.Labels ?? RunLabels.None;
        var alive = run is { Ended: false };

        // After the labels were read: text that comes later can only make the answer more cautious.
        var brought = BroughtBy(ask);
        var (match, arguments) = alive && ask.Trace is { } trace
            ? Carried(ask, Lifted(trace.Of(run!)), run!, labels.Set) // alive means not null
            : (ask.Match, []);
        return new Facts
        {
            Run = alive ? run!.Id : null, // alive means not null
            Agent = alive ? run!.Agent : null,
            Method = ask.Method,
            Target = ask.Target,
            Host = ask.Host,
            Match = match,
            Arguments = arguments,
            Source = ask.Source with { Labels = brought },
            Labels = ask.Duplex ? labels.Set.Join(brought) : labels.Set,
            LabelVersion = labels.Version,
            FreezeEpoch = frozen.Epoch,
            Freeze = alive && frozen.Covering(run!.Agent, run.Id) is { } covering
                ? new FreezeReference(covering.Id, covering.Scope.ToString()!, covering.Reason)
                : null,
            Port = ask.Port,
            Path = ask.Path,
            IsChannel = ask.Duplex,
            IsInspected = ask.Inspected,
            Untyped = ask.Untyped,
            Budgets = alive ? limits.Budgets(snapshot.Limits, run!.Agent, charges ? Needed(match, ask) : default) : [],
            Time = now,
            Consented = ask.Consent?.Policies ?? [],
            Hold = ask.Consent?.Told,
        };

        ImmutableArray<ArgumentOrigin> Lifted(ImmutableArray<ArgumentOrigin> parts) => liftsAll
            ? Endorsements.LiftAll(parts)
            : Endorsements.Lift(run!, ask, snapshot.Hash, now, parts); // as above
    }

    private static Amounts Needed(RuleMatch match, Ask ask) =>
        Amounts.Of(match is RuleMatch.Allowed { Class: ActionClass.Effect }, ask.BodyBytesLeast);

    // What a read tells by asking may make an effect of it (promise P5).
    private static (RuleMatch Match, ImmutableArray<ArgumentOrigin> Arguments) Carried(
        Ask ask, ImmutableArray<ArgumentOrigin> parts, RunState run, LabelSet labels)
    {
        if (ask.Match is not RuleMatch.Allowed { Class: ActionClass.Read } read)
        {
            return (ask.Match, parts);
        }

        // By what the operator says of the source: what a run has written there entitles nobody to hear more of it.
        var place = RunTexts.PlaceOf(ask.Source, ask.Host);
        var isSecretive = labels.IsConfidentialTo(ask.Source.Labels)
            || (labels.IsConfidentialTo(LabelSet.Empty) && run.Texts.HasUnreadSecretBeside(place));
        var told = CarriedText.Of(parts, place, ask.Source, isSecretive, run.Texts.IsIncompleteBeside(place));
        return (
            CarriedText.IsCarried(told)
                ? read with { Class = ActionClass.Effect, Basis = ClassBasis.Carried }
                : read,
            told);
    }

    // Decided on what was said; recorded by name where that may be a secret.
    private LedgerEntry.Decided Entry(Snapshot snapshot, Ask ask, Facts decided, Decision decision)
    {
        var shadow = Shadow.Beside(snapshot, decided, decision);
        var facts = SecretFacts.Of(decided, sequencer.Secrets.Digest);
        return new LedgerEntry.Decided
        {
            Run = facts.Run,
            Agent = facts.Agent,
            Gateway = ask.Gateway,
            Class = facts.Match is RuleMatch.Allowed allowed ? ClassWord(allowed.Class) : "",
            Method = facts.Method,
            Target = facts.Target,
            Host = facts.Host,
            Verdict = decision is Decision.Allow ? "allow" : "deny",
            Code = decision is Decision.Deny deny ? Denial.Code(deny, facts) : "",
            Rule = facts.Match switch
            {
                RuleMatch.Allowed matched => matched.Rule.ToString(),
                RuleMatch.Forbidden forbidden => forbidden.Rule.ToString(),
                RuleMatch.NearMiss near => near.Near.ToString(),
                _ => "",
            },
            Policies = PoliciesOf(decision, facts),
            BytesReserved = decision is Decision.Allow ? ask.BodyBytesLeast : 0,
            Source = facts.Source.Name,
            Labels = facts.Labels,
            LabelVersion = facts.LabelVersion,
            FreezeEpoch = facts.FreezeEpoch,
            Snapshot = snapshot.Hash,
            Facts = FactsWriter.Write(facts, shadow),
        };
    }

    // Where a ticket stands for the act it comes first, so that who reads the entry finds the hold and its answer.
    private static string PoliciesOf(Decision decision, Facts facts)
    {
        var policies = decision is Decision.Deny deny ? string.Join(", ", deny.Policies)
            : string.Join(", ", facts.Consented);
        return facts.Hold is { } hold ? $"{hold.Ticket}: {policies}" : policies;
    }

    private static string ClassWord(ActionClass action) => action switch
    {
        ActionClass.Read => "read",
        ActionClass.Effect => "effect",
        ActionClass.Model => "model",
    };

    private sealed class Fence(RunState run, long labelVersion, Switch freeze, long freezeEpoch) : IFence
    {
        public bool Holds => run.Labels.Version == labelVersion && freeze.State.Epoch == freezeEpoch && !run.Ended;
    }
}

internal static partial class DecisionLog
{
    [LoggerMessage(2001, LogLevel.Information, "deny {Method} {Host} agent={Agent} code={Code} entry={Entry}")]
    public static partial void Denied(
        ILogger logger, string method, string host, string agent, string code, string entry);

    [LoggerMessage(2002, LogLevel.Error, "nothing is allowed: {Detail}")]
    public static partial void Unrecorded(ILogger logger, string detail);
}
