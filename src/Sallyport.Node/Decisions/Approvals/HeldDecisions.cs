using Sallyport.Decisions.Policies;

namespace Sallyport.Decisions.Approvals;

/// <summary>Decides for a gateway whose acts a person can be asked about: what is held waits, or ends with a
/// ticket.</summary>
/// <remarks>
/// Any gateway that can take an act whole can use it. The act is decided first, without looking at its content; only
/// if it is held is it taken whole, and looked for among the approvals.
/// </remarks>
public sealed class HeldDecisions(DecisionPoint decisions, Holds holds, SnapshotSource snapshots, TimeProvider time)
{
    /// <summary>Decides what a channel asks. The answer is an allow or a denial, never a hold.</summary>
    /// <param name="channel">The channel, registered.</param>
    /// <param name="takeWhole">Takes the act whole; null when it is too long for that.</param>
    /// <param name="cancellation">The end of who asks, for what waits for them or for a person.</param>
    public async ValueTask<Verdict> DecideAsync(
        DecidedChannel channel,
        Func<CancellationToken, ValueTask<WholeAct?>> takeWhole,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(takeWhole);

        // What got a position gets its end recorded too, so a decision is not cancelled.
        var verdict = await AskAsync(channel);
        if (verdict.Decision is not Decision.Hold)
        {
            return verdict;
        }

        return await takeWhole(cancellation) is { } act
            ? await HoldAsync(channel, verdict, act, cancellation)
            : Deny(channel, DenyReason.UnheldBody, verdict);
    }

    private async ValueTask<Verdict> HoldAsync(
        DecidedChannel channel, Verdict held, WholeAct act, CancellationToken cancellation)
    {
        var rules = channel.Snapshot.Rules<ApprovalRules>();
        var digest = ActDigest.Of(act);
        var policySet = channel.Snapshot.Rules<PolicyRules>().Hash;
        var began = time.GetTimestamp();
        for (var attempt = 0; attempt < DecisionPoint.TriesMax; attempt++)
        {
            var policies = ((Decision.Hold)held.Decision).Policies;
            var ticket = holds.Of(channel.Run.Id, digest, channel.Snapshot.Hash, policySet);
            if (ticket is { Standing.State: HoldState.Declined })
            {
                return Deny(channel, DenyReason.ApprovalDeclined, held, ticket);
            }

            if (ticket is null || !ticket.Hold.Covers(policies.Select(policy => policy.Id)))
            {
                (ticket, var isFull) = await OpenAsync(channel, held, act, digest, policySet, rules);
                if (ticket is null)
                {
                    return Deny(channel, isFull ? DenyReason.TooManyHolds : DenyReason.LedgerUnavailable, held);
                }
            }

            if (ticket.Standing.State is HoldState.Open
                && await ParkAsync(ticket, rules.Wait - time.GetElapsedTime(began), cancellation) is { } denied)
            {
                return Deny(channel, denied, held, ticket);
            }

            // Once more on what is true now: labels, freezes and the snapshot may have moved while it waited.
            if (!ReferenceEquals(snapshots.Current, channel.Snapshot))
            {
                return Deny(channel, DenyReason.ApprovalRequired, held, ticket);
            }

            channel.Bring(Consent.To(ticket, time));
            var verdict = await AskAsync(channel);
            if (verdict.Decision is not Decision.Hold)
            {
                return verdict;
            }

            // Another request has used the approval, or a forbid has come that nobody consented to.
            channel.Bring(Consent.None);
            held = await AskAsync(channel);
            if (held.Decision is not Decision.Hold)
            {
                return held;
            }
        }

        return Deny(channel, DenyReason.Unstable, held);
    }

    // Null when there is an answer to look at.
    private async ValueTask<DenyReason?> ParkAsync(HeldTicket ticket, TimeSpan wait, CancellationToken cancellation)
    {
        if (wait <= TimeSpan.Zero || !holds.TryPark())
        {
            return DenyReason.ApprovalRequired;
        }

        try
        {
            await ticket.Answered.WaitAsync(wait, time, cancellation);
        }
        catch (TimeoutException)
        {
            return DenyReason.ApprovalRequired; // The ticket stays: who asks may come again.
        }
        finally
        {
            holds.Unpark();
        }

        return ticket.Standing.State switch
        {
            HoldState.Declined => DenyReason.ApprovalDeclined,
            HoldState.Expired => DenyReason.ApprovalExpired,
            HoldState.Open or HoldState.Given or HoldState.Used or HoldState.Voided => null,
        };
    }

    private ValueTask<(HeldTicket? Ticket, bool IsFull)> OpenAsync(
        DecidedChannel channel, Verdict held, WholeAct act, ActDigest digest, string policySet, ApprovalRules rules)
    {
        var policies = ((Decision.Hold)held.Decision).Policies;
        var now = time.GetUtcNow();
        return holds.OpenAsync(
            ticket => new Hold
            {
                Ticket = ticket,
                Run = channel.Run.Id,
                Agent = channel.Run.Agent,
                Digest = digest,
                Gateway = act.Gateway,
                Class = act.Class.ToString().ToLowerInvariant(),
                Method = act.Method,
                Target = act.Target,
                Host = channel.Ask.Host,
                Policies = [.. policies.Select(policy => policy.Id)],
                Reason = policies[0].Reason, // A hold has a policy.
                Labels = held.Facts.Labels,
                Snapshot = channel.Snapshot.Hash,
                PolicySet = policySet,
                Opened = now,
                Expires = now + rules.Lifetime,
            },
            HeldContent.Of(act, held.Facts.Arguments),
            rules.OpenMax);
    }

    private ValueTask<Verdict> AskAsync(DecidedChannel channel) =>
        decisions.DecideAsync(channel.Snapshot, channel.Run, channel.Ask, CancellationToken.None);

    private Verdict Deny(DecidedChannel channel, DenyReason reason, Verdict held, HeldTicket? ticket = null)
    {
        channel.Bring(ticket is null ? Consent.None : Consent.To(ticket, time));
        return decisions.Deny(
            channel.Snapshot, channel.Run, channel.Ask,
            new Decision.Deny(reason, ((Decision.Hold)held.Decision).Policies));
    }
}
