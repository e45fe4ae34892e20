using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Mcp;

/// <summary>JSON Pointer (RFC 6901) as text: the place of a value within a document.</summary>
internal static class JsonPointer
{
    /// <summary>The whole document.</summary>
    public const string Root = "";

    /// <summary>The pointer one step further.</summary>
    public static string Join(string pointer, string token) => string.Concat(pointer, "/", Escape(token));

    /// <summary>The pointer to an element of an array.</summary>
    public static string Join(string pointer, int index) => $"{pointer}/{index}";

    /// <summary>Takes a pointer apart; null if it is none (RFC 6901, 3).</summary>
    public static bool TrySplit(string pointer, [NotNullWhen(true)] out string[]? tokens)
    {
        tokens = null;
        if (pointer.Length == 0)
        {
            tokens = [];
            return true;
        }

        if (pointer[0] != '/')
        {
            return false;
        }

        var parts = pointer[1..].Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (!TryUnescape(parts[i], out var token))
            {
                return false;
            }

            parts[i] = token;
        }

        tokens = parts;
        return true;
    }

    /// <summary>For a message: whole documents have a name too.</summary>
    public static string Shown(string pointer) => pointer.Length == 0 ? "the whole" : Egress.Excerpt.Of(pointer);

    private static string Escape(string token) => token.AsSpan().ContainsAny('~', '/')
        ? token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
        : token;

    private static bool TryUnescape(string part, [NotNullWhen(true)] out string? token)
    {
        token = part.Replace("~1", "/", StringComparison.Ordinal);
        for (var i = part.IndexOf('~', StringComparison.Ordinal); i >= 0; i = part.IndexOf('~', i + 1))
        {
            if (i + 1 == part.Length || part[i + 1] is not ('0' or '1'))
            {
                token = null;
                return false;
            }
        }

        // "~01" is "~1": the slash first, then the tilde.
        token = token.Replace("~0", "~", StringComparison.Ordinal);
        return true;
    }
}
