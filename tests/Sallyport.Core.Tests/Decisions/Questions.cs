using Sallyport.Decisions.Policies;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Limits;

namespace Sallyport.Decisions.Tests;

// Usual with legal defaults: a clean run of a known agent asks for something that is allowed.
internal static class Questions
{
    public static readonly AgentId Research = Parsed("research");
    public static readonly AgentId Stranger = Parsed("stranger");
    public static readonly RuleReference Rule = new("sallyport.yaml:12", "GET,POST www.moltbook.com/api/v1/**");
    public static readonly FreezeReference Freeze = new("f3", "agent:research", "it posts in a loop");
    public static readonly HoldReference Ticket = new(
        "t7k3m9p2x", new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero), "", "");
    public static readonly Fault Flaw = new(
        "target.malformed", "The request target holds a fragment ('#').", "Leave the fragment out.");

    public static readonly LimitRule Posts = new(
        "posts", new LimitScope.OfAgent(Research), LimitUnit.Effects, 20, LimitWindow.Day, "sallyport.yaml:31");

    private static readonly Agent Known = new(SpiffeId.Of("example.org", Research), RoleOf("reader"), "ada");

    // Valid, and yet it fails when it is asked: the sum has no place in 64 bits.
    private static readonly PolicyText Erring = new(
        "own.cedar",
        "@id(\"erring\") @reason(\"x\") forbid (principal, action, resource) "
        + "when { context has port && context.port + 9223372036854775807 > 0 };");

    public static Snapshot Rules { get; } = RulesOf(Pack("allow-list"), Pack("two-doors"));

    // The rules under which a reason is given: most are given under the usual ones.
    public static Snapshot RulesUnder(DenyReason reason) => reason switch
    {
        DenyReason.NotPermitted => RulesOf(Pack("two-doors")),
        DenyReason.PolicyErred => RulesOf(Pack("allow-list"), Erring),
        DenyReason.ApprovalRequired or DenyReason.ApprovalDeclined or DenyReason.ApprovalExpired
            or DenyReason.TooManyHolds or DenyReason.UnheldBody => RulesOf(Pack("allow-list"), Pack("origins")),
        _ => Rules,
    };

    // A denial for this reason, with the policies that say so.
    public static Decision.Deny Denied(DenyReason reason) => Decider.Decide(RulesUnder(reason), Under(reason)) switch
    {
        Decision.Deny deny when deny.Reason == reason => deny,
        Decision.Hold hold => new Decision.Deny(reason, hold.Policies),
        _ => new Decision.Deny(reason), // Comes from the recording, not from facts.
    };

    public static Snapshot RulesOf(params PolicyText[] policies)
    {
        var (rules, mistakes) = PolicyCompiler.Compile(policies, [Known], [], []);
        return new(new string('a', 64), [Known], [rules ?? throw new FormatException(string.Join('\n', mistakes))]);
    }

    public static PolicyText Pack(string name) =>
        PolicyPacks.TryRead(name, out var pack) ? pack : throw new FormatException(name);

    public static Facts Usual { get; } = new()
    {
        Run = RunOf("01jd3k5m7n9p1q3r5s7t9v1w3x"),
        Agent = Research,
        Method = "POST",
        Target = "https://www.moltbook.com/api/v1/posts?x=1",
        Host = "www.moltbook.com",
        Match = new RuleMatch.Allowed(Rule, ActionClass.Effect, ClassBasis.Method),
        Source = new Source("moltbook", Set("social,untrusted")),
        Labels = LabelSet.Empty,
        Port = 443,
        Path = "/api/v1/posts",
        LabelVersion = 3,
        FreezeEpoch = 2,
        Freeze = null,
        Time = new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero),
    };

    // The facts under which each reason is given.
    public static Facts Under(DenyReason reason) => reason switch
    {
        DenyReason.NoIdentity => Usual with { Run = null, Agent = null, Match = new RuleMatch.None() },
        DenyReason.Malformed => Usual with { Match = new RuleMatch.Malformed(Flaw) },
        DenyReason.Misdirected => Usual with { Match = new RuleMatch.Misdirected("evil.test") },
        DenyReason.MethodRefused => Usual with { Method = "TRACE", Match = new RuleMatch.MethodRefused() },
        DenyReason.AgentUnknown => Usual with { Agent = Stranger },
        DenyReason.Frozen => Usual with { Freeze = Freeze },
        DenyReason.NotAllowed => Usual with { Match = new RuleMatch.None() },
        DenyReason.MethodOrPathNotAllowed => Usual with { Match = new RuleMatch.NearMiss(Rule) },
        DenyReason.Forbidden => Usual with { Match = new RuleMatch.Forbidden(Rule) },
        DenyReason.RefusedAddress => Usual with
        {
            Match = new RuleMatch.RefusedAddress("169.254.169.254", "link-local"),
        },
        DenyReason.LimitExceeded => Usual with { Budgets = [new Budget(Posts, 19, 1, 1, Usual.Time.AddMinutes(7))] },
        DenyReason.PolicyForbids => Usual with { Labels = Set("social,untrusted") },
        DenyReason.NotPermitted => Usual,
        DenyReason.PolicyErred => Usual,
        DenyReason.ApprovalRequired => Usual with { Labels = Set("untrusted"), Hold = Ticket },
        DenyReason.ApprovalDeclined => Usual with
        {
            Labels = Set("untrusted"),
            Hold = Ticket with { By = "alice", Reason = "not to this address" },
        },
        DenyReason.ApprovalExpired => Usual with { Labels = Set("untrusted"), Hold = Ticket },
        DenyReason.TooManyHolds or DenyReason.UnheldBody => Usual with { Labels = Set("untrusted") },
        DenyReason.Unstable => Usual,
        DenyReason.LedgerUnavailable => Usual,
        DenyReason.LedgerQuota or DenyReason.LedgerReserve => Usual with
        {
            Unrecorded = new Fault("ledger.quota", "The quota is full.", "Wait."),
        },
    };

    public static LabelSet Set(string text) =>
        LabelSet.TryParse(text, out var labels) ? labels : throw new FormatException(text);

    public static RunId RunOf(string text) => RunId.TryParse(text, out var run) ? run : throw new FormatException(text);

    private static AgentId Parsed(string text) =>
        AgentId.TryParse(text, out var agent) ? agent : throw new FormatException(text);

    private static RoleName RoleOf(string text) =>
        RoleName.TryParse(text, out var role) ? role : throw new FormatException(text);
}

// Files of the repository that tests read.
internal static class Repository
{
    public static string PathOf(params string[] parts)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sallyport.slnx")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("The tests are not inside the repository.");
        }

        return Path.Combine([folder, .. parts]);
    }
}
