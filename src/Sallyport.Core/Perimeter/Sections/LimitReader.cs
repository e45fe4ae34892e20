using System.Globalization;
using Sallyport.Decisions;
using Sallyport.Identity;
using Sallyport.Limits;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>limits</c>: how much agents may do in a minute, an hour and a day.</summary>
internal sealed class LimitReader(
    Findings findings, IReadOnlyCollection<string> roles, IReadOnlyCollection<Agent> agents)
{
    /// <summary>The most that a limit can allow: sums of it stay far from the end of 64 bits.</summary>
    private const long NumberMax = Amount.Max;

    private static readonly string[] Counted = [.. LimitWords.Units.Select(unit => unit.Key)];

    // Words that are meant, and that nothing counts yet: a limit that never bites is worse than none.
    private static readonly string[] NotCounted = ["tokens", "money", "calls"];

    private readonly List<(LimitRule Limit, Position Position)> limits = [];

    public LimitRules Read(ConfigNode? node)
    {
        foreach (var (key, value) in Section.Named(node, "limits", findings))
        {
            ReadLimit(key, value);
        }

        if (limits.Count > LimitRules.CountMax)
        {
            findings.Add(
                node!.Position, // Limits are read from a node.
                $"There are {limits.Count} limits", $"Write at most {LimitRules.CountMax}");
        }

        foreach (var (limit, position) in limits)
        {
            WarnOfTighter(limit, position);
        }

        return new LimitRules(
            limits.Select(limit => limit.Limit),
            agents.Select(agent => KeyValuePair.Create(agent.Id, agent.Role)));
    }

    private void ReadLimit(ConfigNode.Scalar key, ConfigNode value)
    {
        var before = findings.Count;
        if (!Name.IsValid(key.Text))
        {
            findings.Add(key.Position, $"The limit name {Quote(key.Text)} is not a name", $"Write {Name.Form}");
        }

        var name = $"limit {Quote(key.Text)}";
        if (Section.Of(value, name, findings, ["for", "per", .. Counted, .. NotCounted]) is not { } section)
        {
            return;
        }

        var scope = ReadScope(section);
        var per = section.Required("per", "hour");
        var window = Section.OneOf(per, "per", LimitWindow.Hour, findings);
        if (ReadAmount(section, key) is { } amount && scope is not null && findings.Count == before)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{findings.File}:{amount.Position.Line}");
            limits.Add((new LimitRule(key.Text, scope, amount.Unit, amount.Max, window, place), key.Position));
        }
    }

    private LimitScope? ReadScope(Section section)
    {
        var node = section.Required("for", "agent:research");
        if (node is null || Section.Text(node, "for", findings) is not { } text)
        {
            return null;
        }

        if (!LimitScope.TryParse(text, out var scope))
        {
            findings.Add(node.Position, $"for is {Quote(text)}", "Write agent:NAME, role:NAME or fleet");
        }
        else if (scope is LimitScope.OfRole { Role: var role } && !roles.Contains(role.Value, StringComparer.Ordinal))
        {
            findings.Add(
                node.Position, $"{section.Name} is for the role {Quote(role.Value)}, which is not under roles",
                Mend(role.Value, roles));
        }
        else if (scope is LimitScope.OfAgent { Agent: var agent } && !agents.Any(known => known.Id == agent))
        {
            findings.Add(
                node.Position, $"{section.Name} is for the agent {Quote(agent.Value)}, which is not under agents",
                Mend(agent.Value, [.. agents.Select(known => known.Id.Value)]));
        }

        return scope;
    }

    private (LimitUnit Unit, long Max, Position Position)? ReadAmount(Section section, ConfigNode.Scalar key)
    {
        foreach (var word in NotCounted)
        {
            if (section.Optional(word) is { } uncounted)
            {
                findings.Add(
                    uncounted.Position, $"{section.Name} counts {word}, and nothing counts those yet",
                    $"Remove it until a gateway does; now it can be: {string.Join(", ", Counted)}");
                return null;
            }
        }

        var written = LimitWords.Units.Where(unit => section.Optional(unit.Key) is not null).ToList();
        if (written.Count != 1)
        {
            findings.Add(
                key.Position,
                written.Count == 0
                    ? $"{section.Name} counts nothing"
                    : $"{section.Name} counts {string.Join(" and ", written.Select(unit => unit.Key))}",
                written.Count == 0
                    ? $"Add one of {string.Join(", ", Counted)}, for example: requests: 1000"
                    : "Write a limit for each");
            return null;
        }

        var (unit, keyword) = written[0];
        var node = section.Optional(keyword)!; // Just seen.
        if (Section.Text(node, keyword, findings) is not { } text)
        {
            return null;
        }

        var isBytes = unit is LimitUnit.BytesSent or LimitUnit.BytesReceived;
        if (Amount.TryParse(text, isBytes, out var max))
        {
            return (unit, max, node.Position);
        }

        findings.Add(
            node.Position, $"{keyword} is {Quote(text)}",
            $"Write a whole number from 1 to {NumberMax.ToString(CultureInfo.InvariantCulture)}"
            + (isBytes ? ", or one with KiB, MiB, GiB or TiB: 50MiB" : ""));
        return null;
    }

    // A limit that is passed only after another has been reached says something that is not so.
    private void WarnOfTighter(LimitRule limit, Position position)
    {
        var tighter = limits.Select(other => other.Limit).FirstOrDefault(other =>
            other != limit && other.Scope == limit.Scope && other.Unit == limit.Unit
            && other.Window >= limit.Window && other.Max <= limit.Max
            && (other.Window != limit.Window || other.Max != limit.Max
                || string.CompareOrdinal(other.Id, limit.Id) < 0));
        if (tighter is not null)
        {
            findings.Warn(
                position, $"limit '{limit.Id}' ({limit}) is never reached: limit '{tighter.Id}' ({tighter}) is before",
                "Remove one of them, or change its number");
        }
    }
}
