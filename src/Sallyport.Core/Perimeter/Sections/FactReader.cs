using Sallyport.Mcp;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>facts</c>: what is taken out of the arguments of tools where Cedar cannot look.</summary>
internal sealed class FactReader(Findings findings)
{
    private readonly List<FactDefinition> facts = [];

    /// <summary>Every fact; a warning where one reads no tool.</summary>
    /// <param name="node">The section.</param>
    /// <param name="tools">Every tool, for what the patterns may name.</param>
    public FactExtractors Read(ConfigNode? node, IReadOnlyList<ToolRule> tools)
    {
        foreach (var (key, value) in Section.Named(node, "facts", findings))
        {
            ReadFact(key, value, tools);
        }

        if (FactExtractors.TryCreate(facts, out var extractors, out var faults))
        {
            return extractors;
        }

        foreach (var fault in faults)
        {
            findings.Add(node?.Position ?? new Position(1, 1), fault.Detail, fault.Mend);
        }

        return FactExtractors.None;
    }

    private void ReadFact(ConfigNode.Scalar key, ConfigNode value, IReadOnlyList<ToolRule> tools)
    {
        var name = $"fact {Quote(key.Text)}";
        if (Section.Of(value, name, findings, "tools", "at", "steps", "type") is not { } section)
        {
            return;
        }

        var before = findings.Count;
        var patterns = section.Required("tools", "[\"server__*\"]");
        var at = section.Optional("at"); // the whole of the arguments where it is not written
        var steps = section.Optional("steps");
        var type = section.Required("type", "Long");
        var options = new FactOptions(
            key.Text,
            [.. Texts(patterns, $"tools of {name}", findings)],
            Section.Text(at, $"at of {name}", findings) ?? "",
            [.. Texts(steps, $"steps of {name}", findings)],
            Section.Text(type, $"type of {name}", findings) ?? "");
        if (findings.Count > before)
        {
            return; // What is not there would be told again as what is wrong.
        }

        if (!FactDefinition.TryRead(options, out var fact, out var mistakes))
        {
            foreach (var mistake in mistakes)
            {
                var place = mistake.Part switch
                {
                    FactPart.Tools => patterns,
                    FactPart.Path => at,
                    FactPart.Steps => (steps as ConfigNode.Sequence)?.Items.ElementAtOrDefault(mistake.Index) ?? steps,
                    FactPart.Type => type,
                    FactPart.Name => key,
                };
                findings.Add(place?.Position ?? key.Position, $"{name}: {mistake.Detail}", mistake.Mend);
            }

            return;
        }

        facts.Add(fact);
        WarnOfPatterns(fact, patterns, name, tools);
    }

    // A pattern that names no tool is a typing error more often than a tool that is still to come.
    private void WarnOfPatterns(FactDefinition fact, ConfigNode? patterns, string name, IReadOnlyList<ToolRule> tools)
    {
        foreach (var (index, pattern) in fact.Tools.Index())
        {
            if (!tools.Any(tool => pattern.Matches(tool.Name.ToString())))
            {
                var known = tools.Select(tool => tool.Name.ToString()).ToList();
                findings.Warn(
                    (patterns as ConfigNode.Sequence)?.Items[index].Position ?? new Position(1, 1),
                    $"{name} names the tools {Quote(pattern.Pattern)}, and no tool is of that pattern",
                    known.Count == 0 ? "Name the server and its list under tools" : Mend(pattern.Pattern, known));
            }
        }
    }

    private static IEnumerable<string> Texts(ConfigNode? node, string name, Findings findings)
    {
        foreach (var item in Section.Items(node, name, findings))
        {
            if (Section.Text(item, $"One of {name}", findings) is { } text)
            {
                yield return text;
            }
        }
    }
}
