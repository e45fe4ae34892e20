using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>One mapping with known keys, read strictly: what is unknown, doubled or missing is a mistake.</summary>
internal sealed class Section
{
    private readonly Findings findings;
    private readonly Position position;
    private readonly Dictionary<string, ConfigNode> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> misspelt = new(StringComparer.Ordinal);

    private Section(string name, ConfigNode.Mapping mapping, Findings findings, string[] keys)
    {
        (Name, this.findings, position) = (name, findings, mapping.Position);
        foreach (var (key, value) in Entries(mapping, name, findings))
        {
            if (!keys.Contains(key.Text, StringComparer.Ordinal))
            {
                findings.Add(key.Position, $"{name} has no key {Quote(key.Text)}", Mend(key.Text, keys));
                misspelt.Add(Nearest(key.Text, keys) ?? "");
                continue;
            }

            values.Add(key.Text, value);
        }
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>A section, or null, with a mistake, when the node is no mapping.</summary>
    public static Section? Of(ConfigNode node, string name, Findings findings, params string[] keys)
    {
        if (node is ConfigNode.Mapping mapping)
        {
            return new Section(name, mapping, findings, keys);
        }

        findings.Add(node.Position, $"{name} is {Kind(node)}", $"Write its keys below it: {string.Join(", ", keys)}");
        return null;
    }

    /// <summary>The entries of a mapping whose keys are names; a name that is written twice is a mistake and counts
    /// once.</summary>
    public static IEnumerable<ConfigEntry> Entries(ConfigNode.Mapping mapping, string name, Findings findings)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            if (lines.TryAdd(entry.Key.Text, entry.Key.Position.Line))
            {
                yield return entry;
                continue;
            }

            findings.Add(
                entry.Key.Position,
                $"{name} has {Quote(entry.Key.Text)} twice; the first is on line {lines[entry.Key.Text]}",
                "Keep one of them");
        }
    }

    /// <summary>The value of a key; null when it is not written.</summary>
    public ConfigNode? Optional(string key) => values.GetValueOrDefault(key);

    /// <summary>The value of a key; null, with a mistake, when it is not written.</summary>
    public ConfigNode? Required(string key, string example)
    {
        if (values.TryGetValue(key, out var value))
        {
            return value;
        }

        // A key that is there under a wrong spelling has been told already.
        if (!misspelt.Contains(key))
        {
            findings.Add(position, $"{Name} has no '{key}'", $"Add for example: {key}: {example}");
        }

        return null;
    }

    /// <summary>The text of a node; null, with a mistake, when it is something else or empty.</summary>
    public static string? Text(ConfigNode? node, string name, Findings findings)
    {
        if (node is null or ConfigNode.Scalar { Text.Length: > 0 })
        {
            return (node as ConfigNode.Scalar)?.Text;
        }

        findings.Add(node.Position, $"{name} is {Kind(node)}", "Write one value, on the same line");
        return null;
    }

    /// <summary>The items of a node; none, with a mistake, when it is no list.</summary>
    public static IReadOnlyList<ConfigNode> Items(ConfigNode? node, string name, Findings findings)
    {
        if (node is null or ConfigNode.Sequence)
        {
            return (node as ConfigNode.Sequence)?.Items ?? [];
        }

        findings.Add(
            node.Position, $"{name} is {Kind(node)}", "Write a list: one item a line, each after '- ', or [] for none");
        return [];
    }

    /// <summary>The names of a node with their values; none, with a mistake, when it is no mapping.</summary>
    public static IEnumerable<ConfigEntry> Named(ConfigNode? node, string name, Findings findings)
    {
        if (node is null or ConfigNode.Mapping)
        {
            return node is ConfigNode.Mapping mapping ? Entries(mapping, name, findings) : [];
        }

        findings.Add(node.Position, $"{name} is {Kind(node)}", "Write one name a line, each with its keys below it");
        return [];
    }

    /// <summary>One of a few words; the fallback when nothing is written, or, with a mistake, something else.</summary>
    public static T OneOf<T>(ConfigNode? node, string name, T fallback, Findings findings)
        where T : struct, Enum
    {
        var text = Text(node, name, findings);
        if (node is null || text is null)
        {
            return fallback;
        }

        var words = Array.ConvertAll(Enum.GetNames<T>(), word => word.ToLowerInvariant());
        if (Array.IndexOf(words, text) is var index and >= 0)
        {
            return Enum.GetValues<T>()[index];
        }

        findings.Add(node.Position, $"{name} is {Quote(text)}", Mend(text, words));
        return fallback;
    }

    private static string Kind(ConfigNode node) => node switch
    {
        ConfigNode.Mapping => "a mapping",
        ConfigNode.Sequence => "a list",
        ConfigNode.Scalar { Text.Length: 0 } => "empty",
        ConfigNode.Scalar scalar => Quote(scalar.Text),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
