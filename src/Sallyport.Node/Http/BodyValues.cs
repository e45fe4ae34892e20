using System.Buffers;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Sallyport.Flow;
using Sallyport.Http.Forwarding;

namespace Sallyport.Http;

/// <summary>
/// What a request's body says, in the form in which the arguments of a tool are traced: one JSON value. The rules are
/// in docs/reference/origins.md.
/// </summary>
/// <param name="Json">The value, in UTF-8: as it came, or made of form fields or of one text.</param>
/// <param name="Names">Names of members that say something by themselves.</param>
internal sealed record BodyValues(byte[] Json, ImmutableArray<string> Names)
{
    /// <summary>Bytes that a body may have.</summary>
    public const int BytesMax = WholeBody.BytesMax;

    private const int NamesMax = 64;
    private const int PiecesMax = 64;
    private const int PlainNameMax = 40;
    private const int DepthMax = 64;

    // What ends a piece of a text that may be an address.
    private static readonly SearchValues<char> PieceEnds = SearchValues.Create(" \t\r\n\"'<>()[]{},;|`");

    private static readonly JsonWriterOptions Loose = new() { SkipValidation = true }; // A form may name a field twice.

    /// <summary>Reads a body.</summary>
    /// <param name="contentType">Content-Type as it came; several lines are none that is known.</param>
    /// <param name="contentEncoding">Content-Encoding as it came.</param>
    /// <param name="body">The whole body.</param>
    /// <returns>Null where somebody else may read it in another way: then nobody knows what it says.</returns>
    public static BodyValues? Of(string contentType, string contentEncoding, ReadOnlyMemory<byte> body)
    {
        var head = ContentHead.Of(contentType, contentEncoding);

        // What is compressed two programs may read differently: one stops behind the first member, another goes on.
        if (TypeOf(head.Type) is not { } type || head.Coding.Length > 0 || !Utf8.IsValid(body.Span))
        {
            return null;
        }

        if (body.IsEmpty)
        {
            return new BodyValues("[]"u8.ToArray(), []);
        }

        var bytes = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (type is "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal))
        {
            return OfJson(bytes);
        }

        if (type is "application/x-www-form-urlencoded")
        {
            return OfForm(Encoding.UTF8.GetString(bytes.Span));
        }

        // Some servers look at the first character and not at the type.
        return bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..] && OfJson(bytes) is { } json ? json
            : ContentKinds.Of(head.Type) is null ? null
            : OfText(Encoding.UTF8.GetString(bytes.Span));
    }

    // The media type in lower case, of UTF-8 or of nothing said; empty where there is none. Null: another charset, or
    // not to be read.
    private static string? TypeOf(string contentType)
    {
        if (contentType.Length == 0)
        {
            return "";
        }

        return MediaTypeHeaderValue.TryParse(contentType, out var parsed)
            && (parsed.CharSet ?? "").Trim('"').ToLowerInvariant() is "" or "utf-8" or "utf8" or "us-ascii"
            ? parsed.MediaType?.ToLowerInvariant()
            : null;
    }

    private static BodyValues? OfJson(ReadOnlyMemory<byte> json)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName && !TryAddName(reader.GetString() ?? "", names))
                {
                    return null;
                }
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null; // Not JSON, or half a surrogate pair, which is no text.
        }

        return new BodyValues(json.ToArray(), names.DrainToImmutable());
    }

    // As servers read forms: fields are divided by '&', by some also by ';', so with one of these nobody knows. The
    // name user[email] is the member email of user, as in most frameworks.
    private static BodyValues? OfForm(string form)
    {
        if (form.Contains(';', StringComparison.Ordinal))
        {
            return null;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        var json = new ArrayBufferWriter<byte>();
        using (var to = new Utf8JsonWriter(json, Loose))
        {
            to.WriteStartObject();
            foreach (var field in form.Split('&'))
            {
                var equals = field.IndexOf('=', StringComparison.Ordinal);
                if (Decoded(equals < 0 ? field : field[..equals]) is not { } name
                    || Decoded(equals < 0 ? "" : field[(equals + 1)..]) is not { } value)
                {
                    return null;
                }

                var path = name.Split('[').Select(part => part.TrimEnd(']')).ToList();
                if (path.Count > DepthMax / 2 || !path.TrueForAll(part => TryAddName(part, names)))
                {
                    return null;
                }

                foreach (var part in path[..^1])
                {
                    to.WriteStartObject(part);
                }

                to.WriteString(path[^1], value);
                foreach (var _ in path[..^1])
                {
                    to.WriteEndObject();
                }
            }

            to.WriteEndObject();
        }

        return new BodyValues(json.WrittenSpan.ToArray(), names.DrainToImmutable());
    }

    // The text, and what in it may be an address: in a text nobody knows which word says where it goes.
    private static BodyValues? OfText(string text)
    {
        // Escapes of formats that are not read here: another may see other words.
        if (text.Contains("&#", StringComparison.Ordinal) || text.Contains("<!", StringComparison.Ordinal)
            || text.Contains("\\u", StringComparison.OrdinalIgnoreCase)
            || text.Contains("\\x", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var pieces = new List<string>();
        foreach (var range in text.AsSpan().SplitAny(PieceEnds))
        {
            var piece = text.AsSpan()[range].TrimEnd(".:!?");
            if (piece.Length < text.Length && MayBeAddress(piece))
            {
                pieces.Add(piece.ToString());
            }
        }

        return pieces.Count > PiecesMax ? null : new BodyValues(Written(text, pieces), []);
    }

    private static byte[] Written(string text, List<string> pieces)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var to = new Utf8JsonWriter(json))
        {
            if (pieces.Count == 0)
            {
                to.WriteStringValue(text);
            }
            else
            {
                to.WriteStartArray();
                pieces.ForEach(to.WriteStringValue);
                to.WriteStringValue(text);
                to.WriteEndArray();
            }
        }

        return json.WrittenSpan.ToArray();
    }

    private static bool MayBeAddress(ReadOnlySpan<char> piece) =>
        piece.Contains('@') || piece.Contains("://", StringComparison.Ordinal)
        || piece.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
        || (piece.Length >= 15 && char.IsAsciiLetter(piece[0]) && char.IsAsciiLetter(piece[1])
            && char.IsAsciiDigit(piece[2]) && char.IsAsciiDigit(piece[3])); // An IBAN.

    private static bool TryAddName(string name, ImmutableArray<string>.Builder names)
    {
        if (IsPlain(name) || names.Contains(name, StringComparer.Ordinal))
        {
            return true;
        }

        names.Add(name);
        return names.Count <= NamesMax;
    }

    // What programs call their members: words, perhaps numbered. Anything else could be the message itself.
    private static bool IsPlain(string name)
    {
        var letters = name.AsSpan().TrimEnd("0123456789");
        return name.Length <= PlainNameMax && name.Length - letters.Length <= 2
            && letters.IndexOfAnyExcept(NameLetters) < 0;
    }

    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-$ ");

    // Plus and percent (WHATWG URL, 5.1); null where it is no text then.
    private static string? Decoded(string field)
    {
        var bytes = new List<byte>(field.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var at = 0; at < field.Length; at++)
        {
            if (field[at] == '%' && at + 2 < field.Length
                && byte.TryParse(field.AsSpan(at + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier,
                    System.Globalization.CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                at += 2;
            }
            else if (field[at] == '+')
            {
                bytes.Add((byte)' ');
            }
            else if (Rune.TryGetRuneAt(field, at, out var rune))
            {
                bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
                at += rune.Utf16SequenceLength - 1;
            }
        }

        byte[] all = [.. bytes];
        return Utf8.IsValid(all) ? Encoding.UTF8.GetString(all) : null;
    }
}
