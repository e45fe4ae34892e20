using System.Text;

namespace Sallyport.Verbs;

/// <summary>JSON for a terminal, a pipe or a file. The serializer escapes what would matter inside HTML; here that only
/// hides <c>+</c>, <c>&amp;</c> and quotes from whoever reads. What a terminal could obey, and whatever is not ASCII,
/// stays escaped. Never for a page.</summary>
internal static class PlainJson
{
    private const int EscapeLength = 6;

    /// <summary>The same JSON, with <c>+ &amp; ' &gt; `</c> as they are.</summary>
    /// <param name="json">What the serializer has written: ASCII.</param>
    public static string Of(string json)
    {
        var plain = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length;)
        {
            // An escaped backslash is two characters: what follows it is no escape.
            var length = json[at] != '\\' ? 1 : json.AsSpan(at).StartsWith("\\u") ? EscapeLength : 2;
            var part = json.AsSpan(at, length);
            ReadOnlySpan<char> shown = part switch
            {
                "\\u002B" => "+",
                "\\u0026" => "&",
                "\\u0027" => "'",
                "\\u003E" => ">",
                "\\u0060" => "`",
                _ => part,
            };
            plain.Append(shown);
            at += length;
        }

        return plain.ToString();
    }
}
