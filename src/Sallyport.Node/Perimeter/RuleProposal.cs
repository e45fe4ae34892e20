using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sallyport.Perimeter;

/// <summary>Writes one allow rule into the text of a configuration. Every other byte stays: comments and layout are
/// people's.</summary>
public static class RuleProposal
{
    /// <summary>Adds a rule to the role of an agent. It is the only difference, or there is none.</summary>
    /// <param name="yaml">The bytes of <c>sallyport.yaml</c>.</param>
    /// <param name="agent">Whose role.</param>
    /// <param name="rule">The rule: printable ASCII without quotes and backslashes.</param>
    /// <param name="note">Why, as a comment; without an end of line.</param>
    /// <param name="text">The new bytes.</param>
    /// <param name="fault">There is no such agent or role, or no place that can be found for sure.</param>
    public static bool TryAdd(
        byte[] yaml, string agent, string rule, string note,
        [NotNullWhen(true)] out byte[]? text, [NotNullWhen(false)] out Fault? fault)
    {
        (text, fault) = (null, null);
        var root = YamlReader.Read(yaml, PerimeterFolder.FileName).Root;
        if (Child(Child(Child(root, "agents"), agent), "role") is not ConfigNode.Scalar role
            || Child(Child(root, "roles"), role.Text) is not ConfigNode.Mapping rules)
        {
            fault = new Fault(
                "permit.agent-unknown", $"The agent '{agent}' has no role in the files of the perimeter folder.",
                "Add it under agents: and its role under roles:.");
            return false;
        }

        var lines = Encoding.UTF8.GetString(yaml).Split('\n').ToList();
        if (Insert(lines, rules, rule, note)
            && Encoding.UTF8.GetBytes(string.Join('\n', lines)) is var bytes
            && YamlReader.Read(bytes, PerimeterFolder.FileName).Root is { } after
            && IsOnlyDifference(root!, after, role.Text, rule)) // it has roles
        {
            text = bytes;
            return true;
        }

        fault = new Fault(
            "permit.no-place", $"No place for the rule was found in the role '{role.Text}'.",
            $"Write it by hand into its allow list: \"{rule}\"");
        return false;
    }

    private static bool Insert(List<string> lines, ConfigNode.Mapping role, string rule, string note)
    {
        var (quoted, allow) = ($"\"{rule}\"", Child(role, "allow"));
        switch (allow)
        {
            // At the end: a rule that was written before keeps its place before this one.
            case ConfigNode.Sequence { Items: [.., var last] } list when At(lines, list) == '-':
                var dash = new string(' ', list.Position.Column - 1) + "- ";
                lines.Insert(LastLine(last), $"{dash}{quoted} # {note}");
                return true;
            case ConfigNode.Sequence list when At(lines, list) == '[':
                InsertAfter(lines, list, list.Items.Count > 0 ? $"{quoted}, " : quoted);
                return true;
            case null when At(lines, role) == '{':
                InsertAfter(lines, role, role.Entries.Count > 0 ? $" allow: [{quoted}]," : $" allow: [{quoted}] ");
                return true;
            case null when role.Entries.Count > 0:
                var indent = new string(' ', role.Position.Column - 1);
                lines.Insert(role.Position.Line - 1, $"{indent}allow: [{quoted}] # {note}");
                return true;
            default:
                return false;
        }
    }

    private static char At(List<string> lines, ConfigNode node) =>
        node.Position.Line <= lines.Count && node.Position.Column <= lines[node.Position.Line - 1].Length
            ? lines[node.Position.Line - 1][node.Position.Column - 1]
            : '\0';

    private static void InsertAfter(List<string> lines, ConfigNode node, string text) =>
        lines[node.Position.Line - 1] = lines[node.Position.Line - 1].Insert(node.Position.Column, text);

    private static int LastLine(ConfigNode node) => node switch
    {
        ConfigNode.Mapping { Entries: { Count: > 0 } entries } => entries.Max(entry => LastLine(entry.Value)),
        ConfigNode.Sequence { Items: { Count: > 0 } items } => items.Max(LastLine),
        _ => node.Position.Line,
    };

    // A scalar over several lines, a place that was misjudged: nothing is written that means anything else.
    private static bool IsOnlyDifference(ConfigNode before, ConfigNode after, string role, string rule)
    {
        var (old, now) = (new List<string>(), new List<string>());
        Flatten(before, "", old);
        Flatten(after, "", now);
        return now.Remove($"/roles/{role}/allow/-={rule}")
            && old.Order(StringComparer.Ordinal)
                .SequenceEqual(now.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private static void Flatten(ConfigNode node, string path, List<string> into)
    {
        switch (node)
        {
            case ConfigNode.Scalar scalar:
                into.Add($"{path}={scalar.Text}");
                break;
            case ConfigNode.Sequence sequence:
                foreach (var item in sequence.Items)
                {
                    Flatten(item, $"{path}/-", into);
                }

                break;
            case ConfigNode.Mapping mapping:
                foreach (var (key, value) in mapping.Entries)
                {
                    Flatten(value, $"{path}/{key.Text}", into);
                }

                break;
        }
    }

    private static ConfigNode? Child(ConfigNode? node, string key) =>
        (node as ConfigNode.Mapping)?.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}
