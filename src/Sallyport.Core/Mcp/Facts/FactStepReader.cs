using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Mcp;

/// <summary>Reads one step as configuration writes it: a word, and what it needs behind a space.</summary>
internal static class FactStepReader
{
    /// <summary>Globs of one <c>matches-any</c>.</summary>
    public const int GlobsMax = 64;

    /// <summary>What a step looks like, for messages.</summary>
    public const string Form =
        "json, base64, url, lower, host-of, each, at POINTER, matches-any GLOB ..., count or exists";

    public static bool TryParse(string text, [NotNullWhen(true)] out FactStep? step)
    {
        var words = text.Split(' ', 2);
        step = (words[0], words.Length) switch
        {
            ("json", 1) => new FactStep.Json(),
            ("base64", 1) => new FactStep.Base64(),
            ("url", 1) => new FactStep.Url(),
            ("lower", 1) => new FactStep.Lower(),
            ("host-of", 1) => new FactStep.HostOf(),
            ("each", 1) => new FactStep.Each(),
            ("count", 1) => new FactStep.Count(),
            ("exists", 1) => new FactStep.Exists(),
            ("at", 2) when FactPath.TryParse(words[1], out var path) => new FactStep.At(path),
            ("matches-any", 2) when ReadGlobs(words[1]) is { IsEmpty: false } globs => new FactStep.MatchesAny(globs),
            _ => null,
        };
        return step is not null;
    }

    private static ImmutableArray<Glob> ReadGlobs(string text)
    {
        var patterns = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return patterns.Length > GlobsMax || patterns.Any(pattern => pattern.Length > Glob.LengthMax)
            ? []
            : [.. patterns.Select(pattern => new Glob(pattern))];
    }
}
