using System.Buffers;

namespace Sallyport.Cedar.Syntax;

/// <summary>What counts as an identifier (Cedar grammar, ANYIDENT, RESERVED and Path).</summary>
internal static class Identifiers
{
    /// <summary>The namespace that belongs to the language itself; no part of a name may be it.</summary>
    public const string CedarNamespace = "__cedar";

    private static readonly SearchValues<char> s_parts =
        SearchValues.Create("_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public static bool IsStart(char c) => char.IsAsciiLetter(c) || c == '_';

    public static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>An identifier, reserved or not: what an annotation's key may be.</summary>
    public static bool IsAnyIdentifier(ReadOnlySpan<char> text) =>
        text.Length > 0 && IsStart(text[0]) && !text.ContainsAnyExcept(s_parts);

    /// <summary>Words that the grammar keeps for itself.</summary>
    public static bool IsReserved(ReadOnlySpan<char> text) => text
        is "true" or "false" or "if" or "then" or "else" or "in" or "like" or "has" or "is" or CedarNamespace;

    /// <summary>What may stand after a dot, before a colon in a record, and in a path.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text) => IsAnyIdentifier(text) && !IsReserved(text);

    /// <summary>Identifiers joined by <c>::</c>, normalized.</summary>
    public static bool IsPath(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var colon = text.IndexOf(':');
            if (colon < 0)
            {
                return IsIdentifier(text);
            }

            if (!IsIdentifier(text[..colon]) || !text[colon..].StartsWith("::", StringComparison.Ordinal))
            {
                return false;
            }

            text = text[(colon + 2)..];
        }
    }
}
