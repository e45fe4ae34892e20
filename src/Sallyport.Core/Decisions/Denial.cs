using System.Buffers;

namespace Sallyport.Decisions;

/// <summary>The words of a denial: who, what, which rule, why, and what would allow it.</summary>
public static class Denial
{
    // What a rule says literally, and what stays within the quotes that a rule is proposed in: no '*', no '"', no '\'.
    private static readonly SearchValues<char> PlainPath =
        SearchValues.Create("!$%&'()+,-./0123456789:=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");

    private static readonly SearchValues<char> PlainMethod = SearchValues.Create("-ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>The stable code of a reason. What is malformed keeps the code of the parser that found it.</summary>
    public static string Code(DenyReason reason, Facts facts) => reason switch
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
        DenyReason.TwoDoors => "flow.two-doors",
        DenyReason.Unstable => "decisions.unstable",
        DenyReason.LedgerUnavailable => "ledger.unavailable",
    };

    /// <summary>A denial for a person and for a model, in the same words.</summary>
    public static Fault Explain(DenyReason reason, Facts facts) => new(Code(reason, facts), Detail(reason, facts), Mend(reason, facts));

    private static string Detail(DenyReason reason, Facts facts) => reason switch
    {
        DenyReason.NoIdentity =>
            "This connection belongs to no open run, so there is nobody to decide for.",
        DenyReason.Malformed =>
            facts.Match is RuleMatch.Malformed malformed ? malformed.Fault.Detail : "The request has no single meaning.",
        DenyReason.Misdirected =>
            $"The tunnel was opened for {facts.Host}, and the request inside is for {(facts.Match as RuleMatch.Misdirected)?.Inner}.",
        DenyReason.MethodRefused =>
            $"The method {facts.Method} is never forwarded.",
        DenyReason.AgentUnknown =>
            $"Agent '{facts.Agent}' is not in the configuration that is in force.",
        DenyReason.Frozen =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: freeze {facts.Freeze?.Id} ({facts.Freeze?.Scope}) is active: {facts.Freeze?.Reason}.",
        DenyReason.NotAllowed =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: no rule allows the host {facts.Host}.",
        DenyReason.MethodOrPathNotAllowed =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: the nearest rule, {Rule(facts)}, does not cover this method and path.",
        DenyReason.Forbidden =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: {Rule(facts)} denies it, and deny wins over allow.",
        DenyReason.RefusedAddress =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: {Address(facts)} is never dialled.",
        DenyReason.TwoDoors =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: this is an effect (rule {Rule(facts)}), and the run carries the labels "
            + $"{facts.Labels}. A run that has read something untrusted may not act until a person opens the inner door.",
        DenyReason.Unstable =>
            $"The labels or freezes of this run changed three times while the answer to {facts.Method} {facts.Target} was being recorded.",
        DenyReason.LedgerUnavailable =>
            $"Agent '{facts.Agent}' may not {facts.Method} {facts.Target}: the ledger cannot record it, and what is not recorded does not happen.",
    };

    private static string Mend(DenyReason reason, Facts facts) => reason switch
    {
        DenyReason.NoIdentity =>
            "Start the program with: sallyport run --agent NAME -- COMMAND",
        DenyReason.Malformed =>
            facts.Match is RuleMatch.Malformed malformed ? malformed.Fault.Mend : "Send a request that RFC 9112 allows.",
        DenyReason.Misdirected =>
            "Open a tunnel for each host, and use the same name in CONNECT, SNI and Host.",
        DenyReason.MethodRefused =>
            "Use another method; WebSocket goes over HTTP/1.1.",
        DenyReason.AgentUnknown =>
            $"Add '{facts.Agent}' under agents: in perimeter/sallyport.yaml, or end its run with: sallyport runs end {facts.Run}",
        DenyReason.Frozen =>
            $"When the incident is over: sallyport thaw {facts.Freeze?.Id}",
        DenyReason.NotAllowed or DenyReason.MethodOrPathNotAllowed when !IsNameable(facts) =>
            "No rule can name exactly this. If it is meant, add one for a plain method and path to the role's allow list in "
            + "perimeter/sallyport.yaml, then restart the node.",
        DenyReason.NotAllowed or DenyReason.MethodOrPathNotAllowed =>
            $"To allow it, add to the role's allow list in perimeter/sallyport.yaml: \"{RuleMethod(facts)} {RuleTarget(facts)}\", then restart the node.",
        DenyReason.Forbidden =>
            $"To allow it, remove or narrow the deny rule {Rule(facts)}, then restart the node.",
        DenyReason.RefusedAddress =>
            "If this is a service of yours, name it: a source with a host name and an address: in perimeter/sallyport.yaml.",
        DenyReason.TwoDoors =>
            $"Do it from a run that has read nothing untrusted: sallyport run --agent {facts.Agent} -- COMMAND",
        DenyReason.Unstable =>
            "Try again.",
        DenyReason.LedgerUnavailable =>
            "See what the ledger lacks: sallyport status",
    };

    private static string Rule(Facts facts) => facts.Match switch
    {
        RuleMatch.Allowed allowed => allowed.Rule.ToString(),
        RuleMatch.Forbidden forbidden => forbidden.Rule.ToString(),
        RuleMatch.NearMiss near => near.Near.ToString(),
        _ => "none",
    };

    private static string Address(Facts facts) => facts.Match is RuleMatch.RefusedAddress refused
        ? $"{refused.Address} ({refused.AddressClass})"
        : facts.Host;

    // What a CONNECT will be used for is not known yet: the narrowest useful rule only reads.
    private static string RuleMethod(Facts facts) => facts.Method == "CONNECT" ? "GET,HEAD" : facts.Method;

    // The agent chose method and path: pasted as a rule, "/**" would allow it the whole host.
    private static bool IsNameable(Facts facts)
    {
        var target = RuleTarget(facts);
        var path = target.IndexOf('/', StringComparison.Ordinal);
        return !facts.Method.AsSpan().ContainsAnyExcept(PlainMethod)
            && (path < 0 || !target.AsSpan(path).ContainsAnyExcept(PlainPath));
    }

    // A rule names host and path; scheme, query and the default port are not part of it.
    private static string RuleTarget(Facts facts)
    {
        var target = facts.Target;
        var authority = target.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? target[(scheme + 3)..] : target;
        return authority.Split('?', 2)[0];
    }
}
