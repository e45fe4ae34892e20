using System.Collections.Immutable;
using Sallyport.Flow.Origins;

namespace Sallyport.Decisions;

/// <summary>
/// Whose text the values of a request's body are: as of the arguments of a tool, below the place <c>/body</c>.
/// </summary>
public static class BodyOrigins
{
    /// <summary>Where the values of a body are.</summary>
    public const string Place = "/body";

    // More are told together: an entry holds 65,535 bytes, and policies ask for words and not for places.
    private const int PartsMax = 48;

    private static readonly ImmutableArray<string> Composed = [OriginWords.Composed];

    /// <summary>Traces a body.</summary>
    /// <param name="index">What the run has read.</param>
    /// <param name="json">Its values, one JSON value in UTF-8.</param>
    /// <param name="names">Names of members that say something by themselves.</param>
    /// <param name="entryOf">Tells what the number of a reading stands for.</param>
    /// <returns>At least one part; empty where a bound kept a value from being traced: then the body is not.</returns>
    public static ImmutableArray<ArgumentOrigin> Of(
        TextIndex index, ReadOnlySpan<byte> json, ImmutableArray<string> names, Func<int, ReadingEntry> entryOf)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(entryOf);
        var values = ArgumentOrigins.OfValues(index, json, entryOf);
        var parts = ImmutableArray.CreateBuilder<ArgumentOrigin>(values.Length + names.Length + 1);
        foreach (var value in values)
        {
            parts.Add(value with { Place = Place + value.Place, Shown = Shown(value), Said = Below(value.Said) });
        }

        foreach (var name in names)
        {
            var told = ArgumentOrigins.OfText(index, Place + "/*/name", name, entryOf);
            parts.Add(told with { Shown = Shown(told) });
        }

        if (parts.Any(part => part.IsUnread))
        {
            return [];
        }

        if (parts.Count == 0)
        {
            parts.Add(new ArgumentOrigin(Place, "", IsDestination: false, Composed, [])); // Nobody's text.
        }

        return parts.Count <= PartsMax ? parts.DrainToImmutable() : Together(parts);
    }

    /// <summary>What of a request nobody has traced: what policies cannot look into, without a traced body.</summary>
    /// <param name="untyped">What policies cannot look into.</param>
    /// <param name="arguments">What was traced.</param>
    public static ImmutableArray<string> Untraced(
        ImmutableArray<string> untyped, ImmutableArray<ArgumentOrigin> arguments) =>
        untyped.IsEmpty || !arguments.Any(IsOfBody) ? untyped : untyped.Remove(Place, StringComparer.Ordinal);

    /// <summary>Whether a part of a request is one of its body.</summary>
    internal static bool IsOfBody(ArgumentOrigin part) =>
        part.Place.StartsWith(Place, StringComparison.Ordinal)
        && (part.Place.Length == Place.Length || part.Place[Place.Length] == '/');

    // Words of the body are not those of the address, wherever there: an endorsement names the place.
    private static SaidText? Below(SaidText? said) =>
        said is null ? null : said with { Place = Place + said.Place, Within = Below(said.Within) };

    // It goes into the ledger, and a body may hold what is nobody's business: a password stands nowhere.
    private static string Shown(ArgumentOrigin part) =>
        (part.IsDestination || !part.Evidence.IsEmpty) && !part.Evidence.Any(evidence => evidence.IsConfidential)
            ? part.Shown
            : "";

    // The doubtful ones first; of the rest one for each answer, so that policies hear every word.
    private static ImmutableArray<ArgumentOrigin> Together(IEnumerable<ArgumentOrigin> parts)
    {
        var ordered = parts
            .OrderByDescending(part => part.Words.Contains(OriginWords.Untrusted, StringComparer.Ordinal))
            .ThenByDescending(part => part.IsDestination)
            .ToList();
        var rest = ordered.Skip(PartsMax)
            .GroupBy(part => (part.IsDestination, Words: string.Join(' ', part.Words)))
            .Select(group => group.First() with { Place = Place, Shown = "", Evidence = [] });
        return [.. ordered.Take(PartsMax), .. rest];
    }
}
