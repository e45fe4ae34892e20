using Sallyport.Decisions;
using Sallyport.Identity;

namespace Sallyport.Egress.Tests;

// Builders with legal defaults for the tests of this room.
internal static class Perimeters
{
    public static AgentId Research { get; } = Parsed("research");

    public static EgressRules Rules(string[] allow, params string[] deny) =>
        Rules([.. allow.Select(text => Rule(text))], deny);

    public static EgressRules Rules(EgressRule[] allow, params string[] deny) =>
        new([new(Research, Role(allow, deny))]);

    public static RoleRules Role(EgressRule[] allow, params string[] deny) =>
        new(allow, [.. deny.Select(text => Rule(text))]);

    public static EgressRule Rule(string text, ActionClass? declared = null) =>
        Make(text, declared, ConnectMode.Inspect);

    public static EgressRule Tunnel(string text) => Make(text, null, ConnectMode.Tunnel);

    public static Target Plain(string text) => Target.TryFromAbsoluteForm(text, out var target, out var fault)
        ? target
        : throw new ArgumentException(fault.Detail, nameof(text));

    public static Target Connect(string text) => Target.TryFromAuthority(text, out var target, out var fault)
        ? target
        : throw new ArgumentException(fault.Detail, nameof(text));

    public static Target Inside(string authority, string path) =>
        Target.TryFromTunnel(Connect(authority), path, out var target, out var fault)
            ? target
            : throw new ArgumentException(fault.Detail, nameof(path));

    // One word for a match, and the rule that it names.
    public static string Word(RuleMatch match) => match switch
    {
        RuleMatch.Allowed allowed => $"{allowed.Class.ToString().ToLowerInvariant()} by {allowed.Rule.Text}",
        RuleMatch.Forbidden forbidden => $"forbidden by {forbidden.Rule.Text}",
        RuleMatch.NearMiss near => $"near {near.Near.Text}",
        RuleMatch.RefusedAddress refused => $"refused {refused.Address} {refused.AddressClass}",
        RuleMatch.None => "none",
        _ => throw new ArgumentOutOfRangeException(nameof(match)),
    };

    private static EgressRule Make(string text, ActionClass? declared, ConnectMode mode) =>
        RulePattern.TryParse(text, out var pattern, out var fault)
            ? new EgressRule(new RuleReference("sallyport.yaml:1", text), pattern, declared, mode)
            : throw new ArgumentException(fault.Detail, nameof(text));

    private static AgentId Parsed(string name) =>
        AgentId.TryParse(name, out var agent) ? agent : throw new ArgumentException(name, nameof(name));
}
