using Sallyport.Decisions;
using Sallyport.Egress;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>A rule with the place where its text stands.</summary>
internal sealed record PlacedRule(EgressRule Rule, Position Position);

/// <summary>Reads allow and deny rules, in the short form (a text) and in the long one (a mapping).</summary>
internal static class RuleReader
{
    private const string Example = "GET,HEAD api.example.org/v1/**";

    public static IReadOnlyList<PlacedRule> Read(ConfigNode? list, string name, RuleSide side, Findings findings)
    {
        var rules = new List<PlacedRule>();
        foreach (var item in Section.Items(list, name, findings))
        {
            var rule = item is ConfigNode.Mapping ? Long(item, name, side, findings) : Short(item, name, findings);
            if (rule is not null)
            {
                rules.Add(rule);
            }
        }

        return rules;
    }

    private static PlacedRule? Short(ConfigNode item, string name, Findings findings) =>
        Pattern(item, $"A rule of {name}", findings) is { } parsed ? Place(item, parsed, findings) : null;

    private static PlacedRule? Long(ConfigNode item, string name, RuleSide side, Findings findings)
    {
        string[] keys = side is RuleSide.Allow ? ["rule", "class", "mode", "reason"] : ["rule", "reason"];
        if (Section.Of(item, $"A rule of {name}", findings, keys) is not { } section)
        {
            return null;
        }

        var text = section.Required("rule", Example);
        var pattern = Pattern(text, section.Name, findings);
        var classNode = section.Optional("class");
        var declared = Section.OneOf(classNode, "class", ActionClass.Effect, findings);
        var mode = Section.OneOf(section.Optional("mode"), "mode", ConnectMode.Inspect, findings);
        var reason = Section.Text(section.Optional("reason"), "reason", findings) ?? "";
        if (text is null || pattern is null)
        {
            return null;
        }

        if (mode is ConnectMode.Tunnel)
        {
            CheckTunnel(text, pattern, classNode, declared, findings);
        }

        return Place(text, pattern, findings, classNode is null ? null : declared, mode, reason);
    }

    private static void CheckTunnel(
        ConfigNode text, RulePattern pattern, ConfigNode? classNode, ActionClass declared, Findings findings)
    {
        if (!pattern.NamesWholeHost)
        {
            findings.Add(
                text.Position,
                $"The tunnel rule {Quote(pattern.ToString())} names methods or a path, "
                + "and inside a tunnel nobody sees them",
                "Name host and port alone, or leave out mode: tunnel");
        }

        if (classNode is not null && declared is not ActionClass.Effect)
        {
            findings.Add(
                classNode.Position,
                $"A tunnel rule has class {Quote(declared.ToString().ToLowerInvariant())}, "
                + "and what passes unseen counts as an effect",
                "Leave class out");
        }
    }

    private static RulePattern? Pattern(ConfigNode? node, string name, Findings findings)
    {
        if (Section.Text(node, name, findings) is not { } text || node is null)
        {
            return null;
        }

        if (RulePattern.TryParse(text, out var pattern, out var fault))
        {
            return pattern;
        }

        findings.Add(node.Position, fault.Detail, fault.Mend);
        return null;
    }

    private static PlacedRule Place(
        ConfigNode text,
        RulePattern pattern,
        Findings findings,
        ActionClass? declared = null,
        ConnectMode mode = ConnectMode.Inspect,
        string reason = "")
    {
        var reference = new RuleReference($"{findings.File}:{text.Position.Line}", pattern.ToString());
        return new PlacedRule(new EgressRule(reference, pattern, declared, mode) { Reason = reason }, text.Position);
    }
}
