using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>content</c>: which bodies are kept, for how long, and how much of them.</summary>
internal sealed class ContentReader(
    Findings findings, IReadOnlyCollection<string> roles, IReadOnlyCollection<Agent> agents, Sources sources)
{
    public ContentRules Read(ConfigNode? node)
    {
        if (node is null || Section.Of(node, "content", findings, "total", "keep") is not { } content)
        {
            return ContentRules.None;
        }

        var total = Bytes(content.Optional("total"), "total", ContentRules.TotalBytesUsual, Amount.Max);
        var keep = content.Required("keep", "[{ source: wiki, bodies: responses, for: 30d }]");
        return new ContentRules(
            total, [.. Section.Items(keep, "keep", findings).Select(ReadRule).OfType<ContentRule>()]);
    }

    private ContentRule? ReadRule(ConfigNode node)
    {
        if (Section.Of(node, "A line of keep", findings, "source", "agent", "role", "bodies", "for", "largest")
            is not { } rule)
        {
            return null;
        }

        var bodies = rule.Required("bodies", "responses");
        var sides = Section.OneOf(bodies, "bodies", ContentSides.Both, findings);
        var time = Time(rule.Required("for", "30d"));
        var largest = Bytes(
            rule.Optional("largest"), "largest", ContentRules.BodyBytesUsual, ContentRules.BodyBytesMost);
        var source = Source(rule.Optional("source"));
        var agent = Known(rule.Optional("agent"), "agent", [.. agents.Select(one => one.Id.Value)]);
        var role = Known(rule.Optional("role"), "role", roles);
        return bodies is null || time is null ? null : new ContentRule(sides, time, largest)
        {
            Source = source,
            Agent = AgentId.TryParse(agent, out var id) ? id : null,
            Role = RoleName.TryParse(role, out var name) ? name : null,
        };
    }

    private RetentionTime? Time(ConfigNode? node)
    {
        if (node is null || Section.Text(node, "for", findings) is not { } text)
        {
            return null;
        }

        if (!RetentionTime.TryParse(text, out var time))
        {
            findings.Add(node.Position, $"for is {Quote(text)}", $"Write {RetentionTime.Form}");
        }

        return time;
    }

    private long Bytes(ConfigNode? node, string key, long usual, long most)
    {
        if (node is null || Section.Text(node, key, findings) is not { } text)
        {
            return usual;
        }

        if (Amount.TryParse(text, isBytes: true, out var bytes) && bytes <= most)
        {
            return bytes;
        }

        findings.Add(
            node.Position, $"{key} is {Quote(text)}",
            most == ContentRules.BodyBytesMost ? "Write bytes with a unit, at most 64MiB" : "Write bytes, as 4GiB");
        return usual;
    }

    private string? Source(ConfigNode? node)
    {
        var named = sources.All.Select(upstream => upstream.Source).ToList();
        var text = Known(node, "source", [.. named.Select(source => source.Name).Distinct(StringComparer.Ordinal)]);
        if (node is not null && named.Any(source => source.Name == text && source.Labels.Contains(Label.Secret)))
        {
            findings.Add(
                node.Position, $"source {Quote(text!)} is labelled secret, and a secret is never kept", // it has a name
                "Remove the line, or the label if it is not true");
        }

        return text;
    }

    // What is not there is a mistake: else a name that is misspelt would keep nothing, or everybody's.
    private string? Known(ConfigNode? node, string kind, IReadOnlyCollection<string> names)
    {
        if (node is null || Section.Text(node, kind, findings) is not { } text)
        {
            return null;
        }

        if (!names.Contains(text, StringComparer.Ordinal))
        {
            findings.Add(
                node.Position, $"keep names the {kind} {Quote(text)}, which is not under {kind}s", Mend(text, names));
        }

        return text;
    }
}
