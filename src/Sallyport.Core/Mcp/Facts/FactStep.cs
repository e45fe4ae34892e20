using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Sallyport.Egress;

namespace Sallyport.Mcp;

/// <summary>One step of a fact: from some values to some values. Closed.</summary>
public abstract record FactStep
{
    private FactStep(string word) => Word = word;

    /// <summary>As configuration writes it.</summary>
    public string Word { get; }

    /// <summary>Takes each value one step further.</summary>
    internal virtual Fault? Apply(FactItem item, List<FactItem> to)
    {
        foreach (var part in item.Flattened())
        {
            if (part.Text is not { } text)
            {
                return FactFault.Shape(part.Pointer, "a text");
            }

            if (!TryMap(part, text, out var mapped, out var fault))
            {
                return fault;
            }

            to.Add(mapped);
        }

        return null;
    }

    private protected virtual bool TryMap(
        FactItem item, string text, out FactItem mapped, [NotNullWhen(false)] out Fault? fault) =>
        throw new InvalidOperationException($"The step {Word} does not map texts.");

    /// <summary>A text that is a JSON document: on with the document.</summary>
    public sealed record Json() : FactStep("json")
    {
        private protected override bool TryMap(
            FactItem item, string text, out FactItem mapped, [NotNullWhen(false)] out Fault? fault)
        {
            var isJson = StrictJson.TryParse(Encoding.UTF8.GetBytes(text), JsonBounds.Fact, out var json, out fault);
            mapped = isJson ? new FactItem(item.Pointer, json!.Root) : default; // json is there when isJson
            fault = fault is null ? null : ToolFault.At(item.Pointer, fault);
            return fault is null;
        }
    }

    /// <summary>A text in base64 (RFC 4648, 4 and 5, padding or not) that holds UTF-8.</summary>
    public sealed record Base64() : FactStep("base64")
    {
        private protected override bool TryMap(
            FactItem item, string text, out FactItem mapped, [NotNullWhen(false)] out Fault? fault)
        {
            var plain = text.Replace('+', '-').Replace('/', '_').TrimEnd('=');
            var bytes = new byte[Base64Url.GetMaxDecodedLength(plain.Length)];
            var isText = Base64Url.IsValid(plain)
                && Base64Url.TryDecodeFromChars(plain, bytes, out var written)
                && Utf8.IsValid(bytes = bytes[..written]);
            fault = isText ? null : FactFault.Decode(item.Pointer, "base64 of UTF-8 text");
            mapped = isText ? item.With(Encoding.UTF8.GetString(bytes)) : default;
            return isText;
        }
    }

    /// <summary>Percent-encoding (RFC 3986, 2.1), decoded once. A plus stays a plus.</summary>
    public sealed record Url() : FactStep("url")
    {
        private protected override bool TryMap(
            FactItem item, string text, out FactItem mapped, [NotNullWhen(false)] out Fault? fault)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var length = 0;
            var isText = true;
            for (var i = 0; i < bytes.Length && isText; i++)
            {
                var b = bytes[i];
                if (b == '%')
                {
                    isText = i + 2 < bytes.Length
                        && byte.TryParse(
                            bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                            out b);
                    i += 2;
                }

                bytes[length++] = b;
            }

            isText = isText && Utf8.IsValid(bytes.AsSpan(0, length));
            fault = isText ? null : FactFault.Decode(item.Pointer, "percent-encoded UTF-8 text");
            mapped = isText ? item.With(Encoding.UTF8.GetString(bytes, 0, length)) : default;
            return isText;
        }
    }

    /// <summary>Lower case, by Unicode and no culture.</summary>
    public sealed record Lower() : FactStep("lower")
    {
        private protected override bool TryMap(
            FactItem item, string text, out FactItem mapped, [NotNullWhen(false)] out Fault? fault)
        {
            (mapped, fault) = (item.With(text.ToLowerInvariant()), null);
            return true;
        }
    }

    /// <summary>The host of an absolute URL, in the spelling that targets have.</summary>
    public sealed record HostOf() : FactStep("host-of")
    {
        private protected override bool TryMap(
            FactItem item, string text, out FactItem mapped, [NotNullWhen(false)] out Fault? fault)
        {
            mapped = default;
            fault = FactFault.Decode(item.Pointer, "an absolute URL with a plain host");
            var slashes = text.IndexOf("://", StringComparison.Ordinal);
            if (slashes <= 0 || !IsScheme(text.AsSpan(0, slashes)))
            {
                return false;
            }

            // Only what every reader takes for the authority: browsers end it at a backslash too, and drop tabs.
            var rest = text.AsSpan(slashes + 3);
            var end = rest.IndexOfAny("/?#");
            var authority = end < 0 ? rest : rest[..end];
            if (!Authority.TryParse(authority, 0, out var host, out _, out _))
            {
                return false;
            }

            (mapped, fault) = (item.With(host.Text), null!);
            return true;
        }

        private static bool IsScheme(ReadOnlySpan<char> text)
        {
            foreach (var c in text)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                {
                    return false;
                }
            }

            return char.IsAsciiLetter(text[0]);
        }
    }

    /// <summary>On with what a path leads to, from each value.</summary>
    /// <param name="Path">The path.</param>
    public sealed record At(FactPath Path) : FactStep("at")
    {
        internal override Fault? Apply(FactItem item, List<FactItem> to) => Path.Select(item, to);
    }

    /// <summary>The elements of an array; anything else is taken for the one element.</summary>
    public sealed record Each() : FactStep("each")
    {
        internal override Fault? Apply(FactItem item, List<FactItem> to)
        {
            to.AddRange(item.Flattened());
            return null;
        }
    }

    /// <summary>How many values there are. Last.</summary>
    public sealed record Count() : FactStep("count");

    /// <summary>Whether there is a value. Last.</summary>
    public sealed record Exists() : FactStep("exists");

    /// <summary>Whether some text matches some glob. Last.</summary>
    /// <param name="Globs">What is looked for.</param>
    public sealed record MatchesAny(ImmutableArray<Glob> Globs) : FactStep("matches-any");
}
