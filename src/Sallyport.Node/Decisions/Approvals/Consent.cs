using System.Collections.Immutable;
using Sallyport.Ledger;

namespace Sallyport.Decisions.Approvals;

/// <summary>What one request brings of a person's consent: an approval that it may use up, once.</summary>
/// <remarks>
/// Who asks with a consent, be it <see cref="None"/>, is told of a hold as a hold; who asks without is told no.
/// The use is an entry of its own, positioned before the decision that it lets through, and it is claimed in the
/// sequencer's own lock: of two requests that race for one approval, one has it, and the other is decided again.
/// </remarks>
public sealed class Consent
{
    private readonly HeldTicket? ticket;
    private readonly TimeProvider time;
    private volatile bool isOwn;

    private Consent(HeldTicket? ticket, TimeProvider time) => (this.ticket, this.time) = (ticket, time);

    /// <summary>Nothing is consented to yet, and a person can be asked.</summary>
    public static Consent None { get; } = new(null, TimeProvider.System);

    /// <summary>The approval of a ticket.</summary>
    public static Consent To(HeldTicket ticket, TimeProvider time) => new(ticket, time);

    /// <summary>Ids of the policies that are lifted: while the approval is unused, and after this request used
    /// it.</summary>
    public ImmutableArray<string> Policies => isOwn || IsUsable ? ticket!.Hold.Policies
        : []; // usable tickets are there

    /// <summary>The ticket, as decisions speak of it; null where there is none.</summary>
    public HoldReference? Told => ticket?.Reference;

    private bool IsUsable =>
        ticket?.Standing is { State: HoldState.Given } now && time.GetUtcNow() < now.Expires;

    /// <summary>Uses the approval up, if it has not been used by this very request.</summary>
    /// <param name="sequencer">The one point of order.</param>
    /// <param name="fence">What the decision was made under.</param>
    /// <returns>How the entry of the use went; null when there is nothing to use up.</returns>
    public AppendResult? Use(Sequencer sequencer, IFence fence)
    {
        ArgumentNullException.ThrowIfNull(sequencer);
        if (ticket is null || isOwn)
        {
            return null;
        }

        var now = ticket.Standing;
        var used = sequencer.Append(
            Holds.Entry(ticket.Hold, ApprovalWord.Used, now) with { Operator = now.By },
            new Claim(this, fence));
        return used;
    }

    // The last thing that is asked under the lock: once it holds, the entry has its position.
    private bool TryClaim()
    {
        if (ticket!.Standing is not { State: HoldState.Given } now || time.GetUtcNow() >= now.Expires // a claim has one
            || !ticket.TryMove(now, now with { State = HoldState.Used }))
        {
            return false;
        }

        isOwn = true;
        return true;
    }

    private sealed class Claim(Consent consent, IFence fence) : IFence
    {
        public bool Holds => fence.Holds && consent.TryClaim();
    }
}
