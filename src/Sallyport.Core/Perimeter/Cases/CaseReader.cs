using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Mcp;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter.Cases;

/// <summary>Reads a file of cases: a list, each with who, what, under which labels, and what must come of it.</summary>
/// <remarks>As strict as the configuration: a case that misspells an agent would otherwise pass for the wrong
/// reason.</remarks>
public sealed class CaseReader
{
    private static readonly string[] Words =
        [OriginWords.Brief, OriginWords.Trusted, OriginWords.Composed, OriginWords.Untrusted, OriginWords.Nowhere];

    private readonly Findings findings;
    private readonly Snapshot snapshot;
    private readonly HashSet<Label> labels;
    private readonly List<string> policies;

    private CaseReader(string file, Snapshot snapshot)
    {
        (findings, this.snapshot) = (new Findings(file), snapshot);
        policies = [.. snapshot.Rules<PolicyRules>().Policies.Select(policy => policy.Id)];
        labels =
        [
            Label.Untrusted,
            .. snapshot.Rules<Sources>().All.SelectMany(upstream =>
                upstream.Source.Labels.Labels.Concat(upstream.Paths.SelectMany(at => at.Labels.Labels))),
            .. snapshot.Rules<ToolRules>().Tools.SelectMany(tool => tool.Labels.Labels),
        ];
    }

    /// <summary>Every case of a file, and everything that is wrong with it.</summary>
    /// <param name="root">The file's tree.</param>
    /// <param name="file">The file's name, as messages print it.</param>
    /// <param name="snapshot">The rules that the cases are about.</param>
    /// <returns>The cases without a mistake, the mistakes, and what is probably not meant.</returns>
    public static (ImmutableArray<PolicyCase> Cases, ImmutableArray<Mistake> Mistakes, ImmutableArray<Mistake> Warnings)
        Read(ConfigNode root, string file, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(snapshot);
        var reader = new CaseReader(file, snapshot);
        var cases = Section.Items(root, "The file", reader.findings).Select(reader.Read).OfType<PolicyCase>().ToList();
        return ([.. cases], [.. reader.findings.Mistakes], [.. reader.findings.Warnings]);
    }

    private PolicyCase? Read(ConfigNode item)
    {
        var before = findings.Count;
        if (Section.Of(
            item, "A case", findings, "name", "agent", "http", "tool", "args", "content", "websocket", "labels",
            "origins", "time", "expect", "code", "policies") is not { } section)
        {
            return null;
        }

        var agent = ReadAgent(section.Required("agent", "research"));
        var act = ReadAct(section, item.Position);
        var carried = LabelReader.Read(section.Optional("labels"), "the case", findings);
        WarnOfLabels(section.Optional("labels"), carried);
        var origins = ReadOrigins(section.Optional("origins"), act);
        var time = ReadTime(section.Optional("time"));
        var expected = section.Required("expect", "allow");
        var verdict = Section.OneOf(expected, "expect", TrialVerdict.Deny, findings);
        var deciding = ReadPolicies(section.Optional("policies"));
        var name = Section.Text(section.Optional("name"), "name", findings) ?? "";
        var code = Section.Text(section.Optional("code"), "code", findings);
        if (findings.Count > before || agent is null || act is null)
        {
            return null;
        }

        var question = new Question { Agent = agent, Act = act, Labels = carried, Origins = origins, Time = time };
        return new PolicyCase(findings.File, item.Position, name, question, verdict)
        {
            Code = code,
            Policies = deciding,
        };
    }

    private AgentId? ReadAgent(ConfigNode? node)
    {
        if (node is null || Section.Text(node, "agent", findings) is not { } text)
        {
            return null;
        }

        if (AgentId.TryParse(text, out var agent) && snapshot.Agents.ContainsKey(agent))
        {
            return agent;
        }

        findings.Add(
            node.Position, $"There is no agent {Quote(text)}",
            Mend(text, [.. snapshot.Agents.Keys.Select(known => known.Value).Order(StringComparer.Ordinal)]));
        return null;
    }

    private Act? ReadAct(Section section, Position position)
    {
        var (http, tool) = (section.Optional("http"), section.Optional("tool"));
        if ((http is null) == (tool is null))
        {
            findings.Add(
                position, $"A case has {(http is null ? "neither http nor tool" : "both http and tool")}",
                "Write one of them: http: GET https://api.example.org/v1, or tool: server__tool");
            return null;
        }

        string[] foreign = http is null ? ["content", "websocket"] : ["args"];
        var what = http is null ? "a tool" : "a request";
        foreach (var key in foreign)
        {
            if (section.Optional(key) is { } node)
            {
                findings.Add(node.Position, $"{key} says nothing of {what}", "Remove it");
            }
        }

        return http is not null ? ReadHttp(http, section) : ReadCall(tool!, section.Optional("args")); // one of the two
    }

    private Act.Http? ReadHttp(ConfigNode node, Section section)
    {
        var traits = (IsYes(section.Optional("content"), "content") ? RequestTraits.Content : RequestTraits.None)
            | (IsYes(section.Optional("websocket"), "websocket") ? RequestTraits.Channel : RequestTraits.None);
        if (Section.Text(node, "http", findings) is not { } text)
        {
            return null;
        }

        var words = text.Split(' ', 2);
        if (ActReader.TryRead(words[0], words is [_, var url] ? url : "", traits, out var act, out var fault))
        {
            return act;
        }

        findings.Add(node.Position, fault.Detail.TrimEnd('.'), fault.Mend.TrimEnd('.'));
        return null;
    }

    private Act.Call? ReadCall(ConfigNode node, ConfigNode? args)
    {
        if (Section.Text(node, "tool", findings) is not { } text)
        {
            return null;
        }

        var tools = snapshot.Rules<ToolRules>();
        if (ToolName.TryParse(text, out var name, out _) && tools.TryFind(name, out var tool))
        {
            return new Act.Call(tool, args switch
            {
                null => "{}",
                ConfigNode.Scalar written => written.Text,
                _ => Encoding.UTF8.GetString(CaseArguments.Write(args, tool.Definition.Arguments)),
            });
        }

        findings.Add(
            node.Position, $"There is no tool {Quote(text)}",
            Mend(text, [.. tools.Tools.Select(known => known.Name.ToString())]));
        return null;
    }

    private ImmutableSortedDictionary<string, ImmutableArray<string>> ReadOrigins(ConfigNode? node, Act? act)
    {
        var origins = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (place, words) in Section.Named(node, "origins", findings))
        {
            if (act is not null && PlaceFlaw(place.Text, act) is var (flaw, mend))
            {
                findings.Add(place.Position, flaw, mend);
            }

            // One word is as good as a list of one.
            var items = words is ConfigNode.Scalar
                ? [words]
                : Section.Items(words, $"origins of {Quote(place.Text)}", findings);
            origins.Add(place.Text, [.. items.Select(ReadWord).OfType<string>().Order(StringComparer.Ordinal)]);
        }

        return origins.ToImmutable();
    }

    private string? ReadWord(ConfigNode node)
    {
        var text = Section.Text(node, "An origin", findings);
        if (text is not null && !Words.Contains(text, StringComparer.Ordinal))
        {
            findings.Add(node.Position, $"There is no origin {Quote(text)}", Mend(text, Words));
        }

        return text;
    }

    // A place that the act does not have would leave its origins without an effect.
    private static (string Flaw, string Mend)? PlaceFlaw(string place, Act act)
    {
        if (act is Act.Http)
        {
            return place is "/host" or "/body"
                || place.StartsWith("/path/", StringComparison.Ordinal)
                || place.StartsWith("/query/", StringComparison.Ordinal)
                ? null
                : ($"{Quote(place)} is no part of a request", "Write /host, /path/2, /query/NAME or /body");
        }

        var call = (Act.Call)act;
        if (!ToolArguments.TryRead(
            call.Rule.Definition.Arguments, Encoding.UTF8.GetBytes(call.Arguments), out var arguments, out _))
        {
            return null; // It is denied for that, whatever its origins.
        }

        List<string> places =
            [.. arguments.Leaves.Where(leaf => Trial.TextOf(leaf) is not null).Select(leaf => leaf.Place)];
        return places.Contains(place, StringComparer.Ordinal)
            ? null
            : ($"The call has no text at {Quote(place)}", Mend(place, places));
    }

    private DateTimeOffset ReadTime(ConfigNode? node)
    {
        if (node is null || Section.Text(node, "time", findings) is not { } text)
        {
            return Question.UsualTime;
        }

        string[] forms = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"];
        if (DateTimeOffset.TryParseExact(
            text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        findings.Add(node.Position, $"time is {Quote(text)}", "Write for example 2026-01-31T12:00:00Z");
        return Question.UsualTime;
    }

    private ImmutableArray<string> ReadPolicies(ConfigNode? node)
    {
        var named = ImmutableArray.CreateBuilder<string>();
        foreach (var item in Section.Items(node, "policies", findings))
        {
            if (Section.Text(item, "A policy", findings) is { } text)
            {
                named.Add(text);
                if (!policies.Contains(text, StringComparer.Ordinal))
                {
                    findings.Add(item.Position, $"There is no policy {Quote(text)}", Mend(text, policies));
                }
            }
        }

        return named.ToImmutable();
    }

    private bool IsYes(ConfigNode? node, string name)
    {
        var text = Section.Text(node, name, findings);
        if (node is not null && text is not null and not ("true" or "false"))
        {
            findings.Add(node.Position, $"{name} is {Quote(text)}", "Write true or false");
        }

        return text == "true";
    }

    private void WarnOfLabels(ConfigNode? node, LabelSet carried)
    {
        foreach (var label in carried.Labels.Where(label => !labels.Contains(label)))
        {
            findings.Warn(
                node?.Position ?? new Position(1, 1),
                $"No source and no tool brings the label {Quote(label.Value)}, so no run carries it",
                Mend(label.Value, [.. labels.Order().Select(known => known.Value)]));
        }
    }
}
