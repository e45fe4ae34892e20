using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Operators;
using Sallyport.Decisions.Policies;
using Sallyport.Identity;

namespace Sallyport.Console;

/// <summary>Who may say yes: told apart first, then asked of the policies, and every refusal is recorded.</summary>
internal sealed class ApprovalDesk(ApiParts parts)
{
    /// <summary>What is said of a ticket that is not there.</summary>
    public static Fault Unknown { get; } = new(
        "approval.unknown",
        "There is no such ticket, or it has ended.",
        "See what waits: sallyport approvals");

    /// <summary>Approves, and with it the open holds of identical acts if that is wanted.</summary>
    /// <returns>What was approved; or why nothing was.</returns>
    public async Task<(AnswerView? Answer, Fault? Fault)> ApproveAsync(
        HeldTicket ticket, ApproveRequest request, PeerProcess peer)
    {
        var snapshot = parts.Snapshots.Current;
        var rules = snapshot.Rules<ApprovalRules>();
        var (person, isSigned, fault) = Identify(
            Challenge.Of(ticket.Hold, request.Identical), request.Signature, peer, rules,
            $"sallyport approve {ticket.Hold.Ticket}");
        fault ??= Objection(snapshot, ticket.Hold, person!, isSigned, peer.Uid) // no fault means a person
            ?? (request.Unseen || ticket.Content is { IsWhole: true } ? null : Unseen(ticket.Hold.Ticket));
        if (fault is not null)
        {
            Refuse(ticket, peer, person, isSigned, fault);
            return (null, fault);
        }

        var answer = AnswerOf(peer, person!, isSigned, request.Reason);
        if (await parts.Holds.ApproveAsync(ticket, answer, rules.Lifetime) is { } failed)
        {
            return (null, failed);
        }

        var (approved, skipped) = (new List<string> { ticket.Hold.Ticket.Text }, new List<string>());
        foreach (var other in request.Identical ? Identical(ticket) : [])
        {
            if ((Objection(snapshot, other.Hold, person!, isSigned, peer.Uid)
                ?? await parts.Holds.ApproveAsync(other, answer, rules.Lifetime)) is { } not)
            {
                skipped.Add($"{other.Hold.Ticket}: {not.Detail}");
            }
            else
            {
                approved.Add(other.Hold.Ticket.Text);
            }
        }

        return (new AnswerView(approved, "given", person!.Name, ticket.Standing.Expires, skipped), null);
    }

    /// <summary>Declines. Whoever may speak to the node may: what tightens needs no second look.</summary>
    public (AnswerView? Answer, Fault? Fault) Decline(HeldTicket ticket, string reason, PeerProcess peer)
    {
        var rules = parts.Snapshots.Current.Rules<ApprovalRules>();
        var author = ActAuthor.OfUser(peer.Uid);

        // Where an agent's program may be that user, nobody says no in the name of a person.
        var answer = parts.Admission.Users.MayHide(peer.Uid) ? new Answer(author, author, "unproven", reason)
            : OfUid(rules, peer.Uid) is [{ } one] ? new Answer(author, one.Name, "uid", reason)
            : new Answer(author, author, "", reason);
        return parts.Holds.Decline(ticket, answer) is { } fault
            ? (null, fault)
            : (new AnswerView([ticket.Hold.Ticket.Text], "declined", answer.Operator, ticket.Standing.Expires, []),
                null);
    }

    /// <summary>Records that a process inside a run asked to approve.</summary>
    public void RefusedInside(HeldTicket ticket, PeerProcess peer, Fault fault) =>
        Refuse(ticket, peer, person: null, isSigned: false, fault);

    /// <summary>Other open holds of the same act, of whichever run.</summary>
    public IEnumerable<HeldTicket> Identical(HeldTicket ticket) => parts.Holds.Live.Where(
        other => other != ticket && other.Standing.State is HoldState.Open && other.Hold.Digest == ticket.Hold.Digest);

    private void Refuse(HeldTicket ticket, PeerProcess peer, Operator? person, bool isSigned, Fault fault) =>
        parts.Holds.Refused(ticket, AnswerOf(peer, person, isSigned, fault.Code));

    /// <summary>How the ledger names who answered, and by what they were known.</summary>
    internal static Answer AnswerOf(PeerProcess peer, Operator? person, bool isSigned, string reason) => new(
        ActAuthor.OfUser(peer.Uid), person?.Name ?? "", person is null ? "" : isSigned ? "signature" : "uid", reason);

    /// <summary>Whether a user that this operator is started a run; nobody knows of one that was rebuilt.</summary>
    internal bool HasStarted(RunId run, Operator person) =>
        parts.Admission.Users.Of(run) is not { } starter || person.Uids.Contains(starter);

    /// <summary>Who asks: by the key where there is a signature, else by the user; but a user under whom an agent's
    /// program may be running proves nothing.</summary>
    /// <param name="challenge">What is signed.</param>
    /// <param name="signature">Base64; null where there is none.</param>
    /// <param name="peer">The process that asks.</param>
    /// <param name="rules">Who may be asked.</param>
    /// <param name="command">What prints the challenge with <c>--challenge</c>, and signs with <c>--key
    /// FILE</c>.</param>
    internal (Operator? Person, bool IsSigned, Fault? Fault) Identify(
        string challenge, string? signature, PeerProcess peer, ApprovalRules rules, string command)
    {
        if (signature is { } text)
        {
            var person = Signatures.SignerOf(challenge, text, rules);
            return (person, true, person is null ? NotSigned(command) : null);
        }

        return OfUid(rules, peer.Uid) switch
        {
            [] => (null, false, NoOperator(peer.Uid)),
            [{ } one] when !parts.Admission.Users.MayHide(peer.Uid) => (one, false, null),
            [{ } one] => (one, false, NeedsKey(command, peer.Uid, one)),
            _ => (null, false, NeedsKey(command, peer.Uid, one: null)),
        };
    }

    private static IReadOnlyList<Operator> OfUid(ApprovalRules rules, uint uid) =>
        [.. rules.Operators.Values.Where(one => one.Uids.Contains(uid))];

    /// <summary>The operators whom the policies let approve this, if each signs.</summary>
    public IReadOnlyList<string> MayApprove(Hold hold)
    {
        var snapshot = parts.Snapshots.Current;
        return
        [
            .. snapshot.Rules<ApprovalRules>().Operators.Values
                .Where(person => Objection(snapshot, hold, person, isSigned: true, UidOf(person)) is null)
                .Select(person => person.Name).Order(StringComparer.Ordinal),
        ];
    }

    private static uint UidOf(Operator person) => person.Uids is [var uid, ..] ? uid : PeerProcess.OwnUid;

    private Fault? Objection(Snapshot snapshot, Hold hold, Operator person, bool isSigned, uint uid) =>
        snapshot.Rules<PolicyRules>().Objection(new ApprovingAct(
            person,
            hold,
            snapshot.Agents.GetValueOrDefault(hold.Agent)?.Owner ?? "",
            HasStarted(hold.Run, person),
            isSigned,
            uid,
            parts.Time.GetUtcNow()));

    private static Fault Unseen(TicketId ticket) => new(
        "approval.unseen",
        $"Not all of {ticket} can be shown (the node was started again, or too much waits), so nobody can have looked.",
        $"Decline it, and the agent asks again. If you know what it is: sallyport approve {ticket} --unseen");

    private static Fault NotSigned(string command) => new(
        "approval.signature",
        "The signature is not one of this challenge by the key of an operator.",
        $"Sign exactly what {command} --challenge prints: "
        + "it changes with what is asked for, and a signature is good once.");

    private static Fault NoOperator(uint uid) => new(
        "approval.no-operator",
        $"User {uid} is no operator of this perimeter, so it may approve nothing.",
        "Name it under operators: in perimeter/sallyport.yaml (docs/guide/approvals.md), then: sallyport apply.");

    private static Fault NeedsKey(string command, uint uid, Operator? one) => new(
        "approval.factor",
        one is null
            ? $"User {uid} is more than one operator, so a signature has to say which."
            : $"Agents have run unconfined as user {uid}, "
                + $"so being that user does not prove to be operator '{one.Name}'.",
        one is { KeyPem: null }
            ? "Make a key with: sallyport approval-key new FILE, and name it as key: of the operator."
            : $"Sign with the operator's key: {command} --key FILE");
}
