using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Policies;
using Sallyport.Limits;
using Sallyport.Mcp;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>
/// Reads <c>policies</c>: packs by name, files by path, validated against the schema of this perimeter; and in the same
/// way its <c>shadow</c>, which is asked beside them.
/// </summary>
internal sealed class PolicyReader(Findings findings, ReadReferencedFile readFile, ReadPack readPack)
{
    private const string Extension = ".cedar";

    private readonly List<PolicyText> texts = [];
    private readonly List<(string Name, Position Position)> packsNamed = [];
    private string name = "policies";
    private Position? packsAt;
    private PolicyReader? shadow;

    /// <summary>The texts that are named; every mistake in the naming is told.</summary>
    public PolicyReader Read(ConfigNode? node)
    {
        var section = node is null ? null : Section.Of(node, name, findings, "packs", "files", "shadow");
        var (packs, files) = (section?.Optional("packs"), section?.Optional("files"));
        ReadTexts(packs, files, node?.Position ?? new Position(1, 1));
        if (section?.Optional("shadow") is { } written)
        {
            ReadShadow(written, packs, files);
        }

        return this;
    }

    // What the shadow leaves out is as in force, so that it says no more than what would be other.
    private void ReadShadow(ConfigNode node, ConfigNode? packs, ConfigNode? files)
    {
        if (Section.Of(node, "shadow of policies", findings, "packs", "files") is not { } section)
        {
            return;
        }

        if (section.Optional("packs") is null && section.Optional("files") is null)
        {
            findings.Add(
                node.Position, "The shadow names nothing, so it is what is in force",
                "Name the packs or the files that would be other");
            return;
        }

        shadow = new PolicyReader(findings, readFile, readPack) { name = "policies.shadow" };
        shadow.ReadTexts(section.Optional("packs") ?? packs, section.Optional("files") ?? files, node.Position);
    }

    private void ReadTexts(ConfigNode? packs, ConfigNode? files, Position at)
    {
        if (packs is not null)
        {
            packsAt = packs.Position;
            foreach (var item in Section.Items(packs, "packs of policies", findings))
            {
                AddPack(item);
            }
        }
        else
        {
            foreach (var pack in PolicyPacks.Default)
            {
                AddDefault(pack, at);
            }
        }

        foreach (var item in Section.Items(files, "files of policies", findings))
        {
            AddFile(item);
        }
    }

    /// <summary>The rules; null, with every mistake told at its own file and line, when a text has one.</summary>
    public PolicyRules? Compile(
        IReadOnlyCollection<Agent> agents, ToolRules tools, LimitRules limits, IReadOnlyCollection<Operator> operators)
    {
        var rules = CompileTexts(agents, tools, limits, operators);
        WarnOfDoors();
        WarnOfOperators(rules, operators);
        WarnOfFreezing(rules);
        if (packsAt is { } named && operators.Count > 0 && IsNamed("four-eyes"))
        {
            ApprovalWarnings.OfFourEyes(named, agents, operators, findings);
        }

        return rules;
    }

    /// <summary>The rules of the shadow in the same way; null, too, where there is none.</summary>
    public ShadowRules? CompileShadow(
        IReadOnlyCollection<Agent> agents, ToolRules tools, LimitRules limits,
        IReadOnlyCollection<Operator> operators) =>
        shadow?.CompileTexts(agents, tools, limits, operators) is { } rules ? new ShadowRules(rules) : null;

    private PolicyRules? CompileTexts(
        IReadOnlyCollection<Agent> agents, ToolRules tools, LimitRules limits, IReadOnlyCollection<Operator> operators)
    {
        var (rules, mistakes) = PolicyCompiler.Compile(
            texts, agents, [.. tools.Tools.Select(tool => tool.Action)], tools.Facts.Attributes,
            limits.All.Select(limit => limit.Id), operators);

        // What a pack cannot say here is told below, in words that name what to add; nobody can mend a pack.
        var packs = packsNamed.Select(pack => $"{pack.Name}{Extension}").ToHashSet(StringComparer.Ordinal);
        foreach (var mistake in mistakes.Where(mistake => !mistake.IsWarning || !packs.Contains(mistake.File)))
        {
            findings.AddIn(
                mistake.File == PolicyCompiler.Nowhere ? name : mistake.File,
                new Position(mistake.Line, mistake.Column), mistake.What, mistake.Mend,
                mistake.IsWarning);
        }

        foreach (var (pack, position) in packsNamed)
        {
            WarnOfFacts(pack, position, tools);
        }

        return rules;
    }

    // Leaving the seed rule out is a choice that nobody should make by leaving a word out.
    private void WarnOfDoors()
    {
        var (doors, origins) = (IsNamed("two-doors"), IsNamed("origins"));
        if (packsAt is { } at && !doors && !origins && !IsNamed("read-only"))
        {
            findings.Warn(
                at, "No pack keeps a run that has read untrusted text from acting",
                "Name two-doors or origins, unless a policy of your own does it");
        }
        else if (packsAt is { } both && doors && origins)
        {
            findings.Warn(
                both, "two-doors denies all that origins would ask a person about",
                "Keep one of the two");
        }
    }

    // Being listed is not enough: what nobody permits is a denial with a detour.
    private void WarnOfOperators(PolicyRules? rules, IReadOnlyCollection<Operator> operators)
    {
        if (packsAt is not { } at || rules is null)
        {
            return;
        }

        if (operators.Count > 0 && !rules.PermitsApproving)
        {
            findings.Warn(
                at, "There are operators, and no policy permits them to approve anything",
                "Add the pack operators, or a permit of your own");
        }
    }

    // Legal, and to be decided with open eyes: who may not freeze has to find somebody who may.
    private void WarnOfFreezing(PolicyRules? rules)
    {
        foreach (var policy in rules?.OfFreezing ?? [])
        {
            findings.Warn(
                packsAt ?? new Position(1, 1), $"The policy {policy} can refuse a freeze: it makes an emergency harder",
                "Leave freezing to everybody who reaches the node, and restrict thaw instead");
        }
    }

    private bool IsNamed(string pack) => packsNamed.Any(named => named.Name == pack);

    // A pack that looks for a fact which nothing declares never says no: worse than no pack, since it looks like one.
    private void WarnOfFacts(string pack, Position position, ToolRules tools)
    {
        foreach (var needed in PolicyPacks.NeedsOf(pack))
        {
            var isRead = tools.Facts.Facts.Any(
                fact => fact.Name == needed && tools.Tools.Any(tool => fact.AppliesTo(tool.Name)));
            if (!isRead)
            {
                findings.Warn(
                    position,
                    $"The pack {Quote(pack)} needs the fact '{needed}', and no tool has it, so what it says of it "
                    + "never applies",
                    $"Declare '{needed}' under facts: docs/reference/policies.md shows how");
            }
        }
    }

    // Missing only from a kept snapshot, when the defaults have changed since.
    private void AddDefault(string pack, Position position)
    {
        if (readPack(pack, out var text))
        {
            texts.Add(text);
        }
        else
        {
            findings.Add(position, $"The pack {Quote(pack)} is not in the snapshot", "Name the packs under policies");
        }
    }

    private void AddPack(ConfigNode item)
    {
        if (Section.Text(item, "A pack of policies", findings) is not { } named)
        {
            return;
        }

        if (!readPack(named, out var pack))
        {
            findings.Add(item.Position, $"There is no pack {Quote(named)}", Mend(named, PolicyPacks.Names));
        }
        else if (texts.Contains(pack))
        {
            findings.Add(item.Position, $"The pack {Quote(named)} is named twice", "Keep one of them");
        }
        else
        {
            texts.Add(pack);
            packsNamed.Add((named, item.Position));
        }
    }

    private void AddFile(ConfigNode item)
    {
        if (Section.Text(item, "A file of policies", findings) is not { } path)
        {
            return;
        }

        if (!path.EndsWith(Extension, StringComparison.Ordinal))
        {
            findings.Add(
                item.Position,
                $"The file {Quote(path)} does not end in {Extension}",
                "Name a file of Cedar policies");
            return;
        }

        readFile(path, out var text, out var fault);
        if (text is null)
        {
            findings.Add(
                item.Position,
                fault?.Detail ?? $"The file {Quote(path)} cannot be read",
                fault?.Mend ?? "Put it there");
        }
        else
        {
            texts.Add(new PolicyText(path, text));
        }
    }
}
