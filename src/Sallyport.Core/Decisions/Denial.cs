using System.Globalization;
using Sallyport.Decisions.Policies;
using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>The words of a denial: who, what, which rule, why, and what would allow it.</summary>
public static class Denial
{
    /// <summary>
    /// The stable code of a denial. What is malformed keeps the code of the parser that found it, what a policy
    /// forbids the policy's own.
    /// </summary>
    public static string Code(Decision.Deny deny, Facts facts) => Told(deny).Reason switch
    {
        DenyReason.NoIdentity => "identity.missing",
        DenyReason.Malformed => facts.Match is RuleMatch.Malformed malformed ? malformed.Fault.Code : "http.malformed",
        DenyReason.Misdirected => "http.misdirected",
        DenyReason.MethodRefused => "http.method-refused",
        DenyReason.AgentUnknown => "identity.agent-unknown",
        DenyReason.Frozen => "freeze.active",
        DenyReason.NotAllowed => "egress.not-allowed",
        DenyReason.MethodOrPathNotAllowed => "egress.method-or-path",
        DenyReason.Forbidden => "egress.forbidden",
        DenyReason.RefusedAddress => "egress.refused-address",
        DenyReason.LimitExceeded => LimitWords.Code,
        DenyReason.PolicyForbids => deny.Policies[0].Code, // A forbid has a policy.
        DenyReason.NotPermitted => "policy.not-permitted",
        DenyReason.PolicyErred => "policy.erred",
        DenyReason.ApprovalRequired => "approval.required",
        DenyReason.Unstable => "decisions.unstable",
        DenyReason.LedgerUnavailable => "ledger.unavailable",
        DenyReason.ApprovalDeclined => "approval.declined",
        DenyReason.ApprovalExpired => "approval.expired",
        DenyReason.TooManyHolds => "approval.too-many",
        DenyReason.UnheldBody => "flow.unheld-body",
        DenyReason.LedgerQuota => "ledger.quota",
        DenyReason.LedgerReserve => "ledger.reserve",
    };

    /// <summary>A denial for a person and for a model, in the same words.</summary>
    public static Fault Explain(Decision.Deny deny, Facts facts) =>
        new(Code(deny, facts), Detail(deny, facts), Mend(deny, facts));

    /// <summary>A denial that stands in the ledger: where one rule would allow it, with the command that writes that
    /// rule.</summary>
    public static Fault ExplainRecorded(Decision.Deny deny, Facts facts, EntryId? entry)
    {
        var fault = Explain(deny, facts);
        return entry is not null && deny.Reason is DenyReason.NotAllowed or DenyReason.MethodOrPathNotAllowed
            && RuleFor(facts) is not null
                ? fault with { Mend = $"{fault.Mend}. Or have it proposed: sallyport policy permit {entry}" }
                : fault;
    }

    private static string? RuleFor(Facts facts) => NarrowestRule.For(facts.Method, facts.Target);

    private static Decision.Deny Told(Decision.Deny deny)
    {
        ArgumentNullException.ThrowIfNull(deny);
        return deny;
    }

    private static string Detail(Decision.Deny deny, Facts facts) => deny.Reason switch
    {
        DenyReason.NoIdentity =>
            "This connection belongs to no open run, so there is nobody to decide for.",
        DenyReason.Malformed => facts.Match is RuleMatch.Malformed malformed
            ? malformed.Fault.Detail
            : "The request has no single meaning.",
        DenyReason.Misdirected =>
            $"The tunnel was opened for {facts.Host}, and the request inside is for "
            + $"{(facts.Match as RuleMatch.Misdirected)?.Inner}.",
        DenyReason.MethodRefused =>
            $"The method {facts.Method} is never forwarded.",
        DenyReason.AgentUnknown =>
            $"Agent '{facts.Agent}' is not in the configuration that is in force.",
        DenyReason.Frozen =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + $"freeze {facts.Freeze?.Id} ({facts.Freeze?.Scope}) is active: {facts.Freeze?.Reason}.",
        DenyReason.NotAllowed =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: no rule allows the host {facts.Host}.",
        DenyReason.MethodOrPathNotAllowed =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + $"the nearest rule, {Rule(facts)}, does not cover this method and path.",
        DenyReason.Forbidden =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + $"{Rule(facts)} denies it, and deny wins over allow.",
        DenyReason.RefusedAddress =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: {Address(facts)} is never dialled.",
        DenyReason.LimitExceeded =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: {BudgetWords.Detail(facts)}.",
        DenyReason.PolicyForbids =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + $"{ReasonOf(deny.Policies[0])}. Policy {deny.Policies[0]}; "
            + $"rule {Rule(facts)}{Effect(facts)}; the run carries {Carried(facts)}.{Foreign(facts)}",
        DenyReason.NotPermitted =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + $"rule {Rule(facts)} names it, and no policy permits it.",
        DenyReason.PolicyErred =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + $"policy {deny.Policies[0]} could not be evaluated, and what cannot be evaluated is denied.",
        DenyReason.ApprovalRequired =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target} without a person's approval: "
            + $"{ReasonOf(deny.Policies[0])}. "
            + $"Policy {deny.Policies[0]}; rule {Rule(facts)}{Effect(facts)}; the run carries {Carried(facts)}."
            + Foreign(facts)
            + (facts.Hold is { } hold ? $" Ticket {hold.Ticket} waits for an answer until {hold.Until}." : ""),
        DenyReason.Unstable =>
            $"The labels or freezes of this run changed three times while the answer to "
            + $"{facts.Method} {facts.Target} was being recorded.",
        DenyReason.LedgerUnavailable =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + "the ledger cannot record it, and what is not recorded does not happen.",
        DenyReason.ApprovalDeclined =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + $"{facts.Hold?.By} was asked (ticket {facts.Hold?.Ticket}) and has declined: "
            + $"{facts.Hold?.Reason.TrimEnd('.')}.",
        DenyReason.ApprovalExpired =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: "
            + $"nobody answered ticket {facts.Hold?.Ticket} until {facts.Hold?.Until}.",
        DenyReason.TooManyHolds =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target} without a person's approval, "
            + "and as many acts as may wait for one are waiting already.",
        DenyReason.UnheldBody =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target} without a person's approval: "
            + $"{ReasonOf(deny.Policies[0])}. Its body is longer than 1 MiB, the most that is held whole "
            + "until somebody has answered.",
        DenyReason.LedgerQuota or DenyReason.LedgerReserve =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: what is not recorded does not happen. "
            + facts.Unrecorded?.Detail,
    };

    private static string Mend(Decision.Deny deny, Facts facts) => deny.Reason switch
    {
        DenyReason.NoIdentity =>
            "Start the program with: sallyport run --agent NAME -- COMMAND",
        DenyReason.Malformed => facts.Match is RuleMatch.Malformed malformed
            ? malformed.Fault.Mend
            : "Send a request that RFC 9112 allows.",
        DenyReason.Misdirected =>
            "Open a tunnel for each host, and use the same name in CONNECT, SNI and Host.",
        DenyReason.MethodRefused =>
            "Use another method; WebSocket goes over HTTP/1.1.",
        DenyReason.AgentUnknown =>
            $"Add '{facts.Agent}' under agents: in perimeter/sallyport.yaml, "
            + $"or end its run with: sallyport runs end {facts.Run}",
        DenyReason.Frozen =>
            $"When the incident is over: sallyport thaw {facts.Freeze?.Id}",
        DenyReason.NotAllowed or DenyReason.MethodOrPathNotAllowed when RuleFor(facts) is null =>
            "No rule can name exactly this. If it is meant, add one for a plain method and path to the role's "
            + "allow list in perimeter/sallyport.yaml, then: sallyport apply",
        DenyReason.NotAllowed or DenyReason.MethodOrPathNotAllowed =>
            "To allow it, add to the role's allow list in perimeter/sallyport.yaml: "
            + $"\"{RuleFor(facts)}\", then: sallyport apply",
        DenyReason.Forbidden =>
            $"To allow it, remove or narrow the deny rule {Rule(facts)}, then: sallyport apply",
        DenyReason.RefusedAddress =>
            "If this is a service of yours, name it: "
            + "a source with a host name and an address: in perimeter/sallyport.yaml.",
        DenyReason.LimitExceeded =>
            BudgetWords.Mend(facts),
        DenyReason.PolicyForbids =>
            deny.Policies[0].Mend is { Length: > 0 } mend
                ? Filled(mend, facts)
                : $"See which clause decided with: sallyport policy explain. Then change the policy at "
                    + $"{deny.Policies[0].Place}, then: sallyport apply",
        DenyReason.NotPermitted =>
            "Add the pack allow-list to policies: in perimeter/sallyport.yaml, or a permit that covers it.",
        DenyReason.PolicyErred =>
            $"Mend the policy at {deny.Policies[0].Place}: what it reads is not always there, so ask with 'has' first.",
        DenyReason.ApprovalRequired =>
            facts.Hold is { } asked
                ? $"An operator can approve exactly this act: sallyport approve {asked.Ticket} "
                    + $"(look first: sallyport approvals show {asked.Ticket}). Then send the same request again from "
                    + "the same run, every field and byte as before: it passes once. A program that ends after one "
                    + "request ends its run and the ticket with it: then let requests wait (approvals: wait: 5m)."
                : facts.IsChannel
                ? "Nobody can approve what a tunnel or WebSocket will carry. "
                    + "Send single requests, or act from a run that the policy does not stop."
                : "A person can approve the act itself, when a run asks for it: sallyport approvals",
        DenyReason.Unstable =>
            "Try again.",
        DenyReason.LedgerUnavailable =>
            "See what the ledger lacks: sallyport status",
        DenyReason.ApprovalDeclined =>
            "It stays declined for this run. Do it another way, or ask who declined.",
        DenyReason.ApprovalExpired =>
            "Send the same request again to ask again; who is asked sees it with: sallyport approvals",
        DenyReason.TooManyHolds =>
            "Have what waits answered first: sallyport approvals",
        DenyReason.UnheldBody =>
            "Send less at once, or do it from a run that the policy does not stop.",
        DenyReason.LedgerQuota or DenyReason.LedgerReserve =>
            facts.Unrecorded?.Mend ?? "See what the ledger lacks: sallyport status",
    };

    private static string ReasonOf(PolicyReference policy) =>
        policy.Reason.Length > 0 ? policy.Reason : "a policy forbids it";

    private static string Carried(Facts facts) => facts.Labels.Count == 0 ? "no label" : $"the labels {facts.Labels}";

    // Both are names of ours, so that nothing an agent chose stands in a command that a person pastes.
    private static string Filled(string mend, Facts facts) => mend
        .Replace("{agent}", facts.Agent?.Value, StringComparison.Ordinal)
        .Replace("{run}", facts.Run?.ToString(), StringComparison.Ordinal);

    private static string Rule(Facts facts) => facts.Match switch
    {
        RuleMatch.Allowed allowed => allowed.Rule.ToString(),
        RuleMatch.Forbidden forbidden => forbidden.Rule.ToString(),
        RuleMatch.NearMiss near => near.Near.ToString(),
        _ => "none",
    };

    // Policies look at effects, and what makes an act one is not always seen at once.
    private static string Effect(Facts facts) =>
        facts.Match is RuleMatch.Allowed { Class: ActionClass.Effect, Basis: var basis }
            ? $", an effect since {Basis(facts, basis)}"
            : "";

    private static string Basis(Facts facts, ClassBasis basis) => basis switch
    {
        ClassBasis.Method => $"{facts.Method} is not GET or HEAD",
        ClassBasis.Content => $"a {facts.Method} with content sends something out",
        ClassBasis.Carried => "its address or a header field carries text that belongs to somebody else",
        ClassBasis.Channel => "it sends and reads at once",
        ClassBasis.Rule => "its rule declares it",
    };


    // What a person looks at first: the words that are somebody else's, and where they were read.
    private static string Foreign(Facts facts)
    {
        foreach (var argument in facts.Arguments)
        {
            if (argument.Words.Contains(OriginWords.Untrusted, StringComparer.Ordinal)
                && argument.Told.FirstOrDefault(IsTelling) is { } evidence)
            {
                var shown = argument.Shown.Length > 0 ? $" ('{argument.Shown}')" : "";
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $" {PlaceOf(argument)}{shown} stands in what was "
                    + $"{(evidence.Entry == OriginWords.Brief ? "given to the run and repeats" : "read from")} "
                    + $"{evidence.Place} "
                    + $"(entry {evidence.Entry}, bytes {evidence.Start} to {evidence.Start + evidence.Length - 1}"
                    + $"{(argument.Item is { } item ? $", item {item}" : "")}).");
            }
        }

        return "";
    }

    private static bool IsTelling(OriginEvidence evidence) =>
        evidence.Place.Length > 0 && (evidence.Word == OriginWords.Untrusted || evidence.IsConfidential);

    private static string PlaceOf(ArgumentOrigin argument) =>
        argument.Place.Length == 0 ? "The whole address" : $"Its {argument.Place}";

    private static string Address(Facts facts) => facts.Match is RuleMatch.RefusedAddress refused
        ? $"{refused.Address} ({refused.AddressClass})"
        : facts.Host;
}
