using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Decisions.Policies;

/// <summary>The policies that come with the program: Cedar text, each readable in five minutes.</summary>
public static class PolicyPacks
{
    private const string Prefix = "Sallyport.Decisions.Policies.Packs.";
    private const string Suffix = ".cedar";

    private static readonly FrozenDictionary<string, PolicyText> Packs = ReadAll();

    // One line each, and the facts without which a pack says nothing.
    private static readonly FrozenDictionary<string, (string Says, string[] Needs)> Notes =
        new Dictionary<string, (string Says, string[] Needs)>(StringComparer.Ordinal)
        {
            ["allow-list"] = ("permits what the allow lists name", []),
            ["devops"] = (
                "no wildcard rights, no deletion without a person", ["iam_actions", "iam_resources", "deletes"]),
            ["finance"] = ("large payments and new payees wait for a person", ["amount"]),
            ["four-eyes"] = ("nobody approves for an agent or a run of their own", []),
            ["operators"] = ("lets those under operators: approve what is held", []),
            ["origins"] = ("acts on a person's or a trusted source's word alone", []),
            ["read-only"] = ("no effect at all", []),
            ["rule-of-two"] = ("untrusted text, secrets, an effect: at most two", []),
            ["social-feeds"] = ("a run that has read a feed only reads and reports", []),
            ["two-doors"] = ("no effect from a run that carries untrusted", []),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The packs of a perimeter that names none.</summary>
    public static IReadOnlyList<string> Default { get; } = ["allow-list", "two-doors"];

    /// <summary>Every pack, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Packs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The text of a pack.</summary>
    public static bool TryRead(string name, [NotNullWhen(true)] out PolicyText? pack) =>
        Packs.TryGetValue(name, out pack);

    /// <summary>What a pack says, in one line.</summary>
    public static string SaysOf(string name) => Notes[name].Says;

    /// <summary>The facts that a pack needs to say anything; others it takes where they are declared.</summary>
    public static IReadOnlyList<string> NeedsOf(string name) => Notes[name].Needs;

    private static FrozenDictionary<string, PolicyText> ReadAll()
    {
        var assembly = typeof(PolicyPacks).Assembly;
        var found = new Dictionary<string, PolicyText>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (resource.StartsWith(Prefix, StringComparison.Ordinal)
                && resource.EndsWith(Suffix, StringComparison.Ordinal))
            {
                using var stream = assembly.GetManifestResourceStream(resource)!; // its name was listed
                using var reader = new StreamReader(stream);
                var name = resource[Prefix.Length..^Suffix.Length];
                found.Add(name, new PolicyText(name + Suffix, reader.ReadToEnd()));
            }
        }

        return found.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
