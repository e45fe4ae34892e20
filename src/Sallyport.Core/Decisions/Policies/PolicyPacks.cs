using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Decisions.Policies;

/// <summary>The policies that come with the program: Cedar text, each readable in five minutes.</summary>
public static class PolicyPacks
{
    private const string Prefix = "Sallyport.Decisions.Policies.Packs.";
    private const string Suffix = ".cedar";

    private static readonly FrozenDictionary<string, PolicyText> Packs = ReadAll();

    /// <summary>The packs of a perimeter that names none.</summary>
    public static IReadOnlyList<string> Default { get; } = ["allow-list", "two-doors"];

    /// <summary>Every pack, in ordinal order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Packs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The text of a pack.</summary>
    public static bool TryRead(string name, [NotNullWhen(true)] out PolicyText? pack) =>
        Packs.TryGetValue(name, out pack);

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
