using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Sallyport.Egress;

/// <summary>Whose messages in a channel are a person's own words: by the sender id that the source itself gives, in
/// its answers at some paths. Everything else in an answer stays what the source is.</summary>
/// <param name="Path">Which paths, written as they are: another spelling is another path.</param>
/// <param name="Messages">Leads to the messages; <c>*</c> stands for every element of an array.</param>
/// <param name="From">Within a message, its sender's id: a text.</param>
/// <param name="Text">Within a message, what it says: a text.</param>
/// <param name="People">Persons by sender id.</param>
public sealed record Senders(
    PathPattern Path, MessagePointer Messages, MessagePointer From, MessagePointer Text,
    FrozenDictionary<string, string> People)
{
    /// <summary>Most bytes of an answer that is looked at; in a longer one nobody's words are found.</summary>
    public const int BytesMax = 1 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Whether answers at this path are looked at.</summary>
    /// <param name="path">The canonical path of a request.</param>
    public bool Covers(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Span<Range> ranges = stackalloc Range[RequestPath.SegmentsMax];
        return path is ['/', ..]
            && Path.Matches(path.AsSpan(1), ranges[..path.AsSpan(1).Split(ranges, '/')], StringComparison.Ordinal);
    }

    /// <summary>What bound people say in an answer, a message a line; empty where there is nothing, and where the
    /// answer is not JSON of one meaning in UTF-8.</summary>
    public string BriefIn(ReadOnlySpan<byte> answer)
    {
        var said = new StringBuilder();
        try
        {
            using var document = JsonDocument.Parse(answer.ToArray(), Strict);
            foreach (var message in Messages.In(document.RootElement))
            {
                if (TextAt(From, message) is { } from && People.ContainsKey(from) && TextAt(Text, message) is { } text)
                {
                    said.Append(text).Append('\n');
                }
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return "";
        }

        return said.ToString();
    }

    private static string? TextAt(MessagePointer at, JsonElement message) =>
        at.In(message).ToList() is [{ ValueKind: JsonValueKind.String } only] ? only.GetString() : null;
}

/// <summary>A JSON pointer (RFC 6901) in which <c>*</c> stands for every element of an array.</summary>
public sealed record MessagePointer
{
    private const int TokensMax = 16;

    private readonly ImmutableArray<string> tokens;

    private MessagePointer(string text, ImmutableArray<string> tokens) => (Written, this.tokens) = (text, tokens);

    /// <summary>As written.</summary>
    public string Written { get; }

    /// <summary>Whether it may lead to more than one value.</summary>
    public bool IsMany => tokens.Contains("*", StringComparer.Ordinal);

    /// <summary>The only way in.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MessagePointer? parsed)
    {
        ArgumentNullException.ThrowIfNull(text);
        parsed = null;
        if (text is not ("" or ['/', ..]) || text.Count(unit => unit == '/') > TokensMax
            || text.Split('~').Skip(1).Any(after => after is not ['0' or '1', ..]))
        {
            return false;
        }

        parsed = new MessagePointer(text, text.Length == 0 ? [] :
        [
            .. text[1..].Split('/').Select(token => token
                .Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)),
        ]);
        return true;
    }

    /// <summary>What it leads to; what is not there, or has another form, is left out.</summary>
    public IEnumerable<JsonElement> In(JsonElement document)
    {
        IEnumerable<JsonElement> found = [document];
        foreach (var token in tokens)
        {
            found = found.SelectMany(from => Step(from, token));
        }

        return found;
    }

    /// <inheritdoc/>
    public bool Equals(MessagePointer? other) => other is not null && Written == other.Written;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Written);

    private static IEnumerable<JsonElement> Step(JsonElement from, string token) => from.ValueKind switch
    {
        JsonValueKind.Array when token == "*" => from.EnumerateArray(),
        JsonValueKind.Object when token != "*" && from.TryGetProperty(token, out var member) => [member],
        _ => [],
    };
}
