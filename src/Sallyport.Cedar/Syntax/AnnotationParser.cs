using System.Collections.Immutable;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Syntax;

/// <summary>
/// <c>@name</c> and <c>@name("text")</c>, which stand before policies and before declarations of a schema.
/// </summary>
internal static class AnnotationParser
{
    /// <summary>All annotations that stand here, perhaps none; null after a mistake, which is reported.</summary>
    /// <param name="tokens">Where to read.</param>
    /// <param name="duplicateCode">The code of the mistake that a name stands twice.</param>
    public static ImmutableArray<Annotation>? Parse(TokenReader tokens, string duplicateCode)
    {
        var annotations = ImmutableArray.CreateBuilder<Annotation>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (tokens.TryTake(TokenKind.At))
        {
            var key = tokens.Current;
            string? value = null;
            if (!tokens.Expect(TokenKind.Identifier, "the name of an annotation")
                || (tokens.TryTake(TokenKind.OpenParen) && !TryParseValue(tokens, out value)))
            {
                return null;
            }

            var name = tokens.TextOf(key).ToString();
            if (!names.Add(name))
            {
                tokens.Report(duplicateCode, $"The annotation @{name} is given twice.", "Keep one of them.", key.Span);
                return null;
            }

            annotations.Add(new Annotation(name, value));
        }

        return annotations.ToImmutable();
    }

    private static bool TryParseValue(TokenReader tokens, out string? value)
    {
        value = null;
        var literal = tokens.Current;
        return tokens.Expect(TokenKind.String, "a text in double quotes")
            && tokens.TryUnescape(literal, pattern: false, out value)
            && tokens.Expect(TokenKind.CloseParen, "')'");
    }
}
