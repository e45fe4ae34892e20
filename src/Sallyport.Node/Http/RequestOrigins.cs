using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Flow.Origins;
using Sallyport.Http.Forwarding;

namespace Sallyport.Http;

/// <summary>Whose text a request's address, header fields and body are.</summary>
internal sealed class RequestOrigins : ActTrace
{
    private const int FieldsMax = 64;
    private const int IdleLengthMax = 128;

    // Names that every client knows (IANA, HTTP field names). Any other is chosen, and can say something by itself.
    private static readonly FrozenSet<string> KnownNames = new[]
    {
        "accept", "accept-encoding", "accept-language", "accept-charset", "authorization", "cache-control",
        "content-encoding", "content-type", "cookie", "date", "dnt", "if-match", "if-modified-since", "if-none-match",
        "if-range", "if-unmodified-since", "origin", "pragma", "priority", "range", "referer", "sec-fetch-dest",
        "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "sec-websocket-extensions", "sec-websocket-key",
        "sec-websocket-protocol", "sec-websocket-version", "traceparent", "tracestate", "upgrade-insecure-requests",
        "user-agent", "x-api-key", "x-requested-with",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // What clients say of themselves, in words that carry nothing.
    private static readonly FrozenSet<string> IdleWords = new[]
    {
        "", "*", "text", "html", "plain", "application", "json", "xhtml+xml", "xml", "image", "avif", "webp", "apng",
        "svg+xml", "javascript", "event-stream", "octet-stream", "gzip", "deflate", "br", "zstd", "identity", "q",
        "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1", "1.0", "0", "no-cache", "no-store",
        "max-age", "charset", "utf-8", "en", "en-us", "en-gb",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Idle =
        IdleWords.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly SearchValues<char> IdleDividers = SearchValues.Create(",;=/ ");

    private readonly Target target;
    private readonly ImmutableArray<KeyValuePair<string, string>> fields;
    private readonly EgressRule rule;
    private readonly bool isRead;
    private volatile Told? told;
    private volatile BodyValues? body;

    private RequestOrigins(
        Target target, ImmutableArray<KeyValuePair<string, string>> fields, EgressRule rule, bool isRead) =>
        (this.target, this.fields, this.rule, this.isRead) = (target, fields, rule, isRead);

    /// <summary>Traces a request.</summary>
    /// <param name="target">Its target.</param>
    /// <param name="request">It, with its header fields; null for a CONNECT, whose fields end at the gate.</param>
    /// <param name="match">What the rules say.</param>
    /// <param name="rule">The rule.</param>
    /// <returns>Null where no rule allows it: then nobody looks at what it says.</returns>
    public static RequestOrigins? Of(Target target, HttpRequest? request, RuleMatch match, EgressRule? rule) =>
        Of(target, request is null ? [] : Fields(request), match, rule);

    /// <summary>The same request under another snapshot, whose rule vouches for other parts of the address.</summary>
    public RequestOrigins? Under(RuleMatch match, EgressRule? other)
    {
        var under = Of(target, fields, match, other);
        under?.Take(body);
        return under;
    }

    /// <summary>Traces the request's body too, from here on; null where nobody knows what it says.</summary>
    public void Take(BodyValues? values) => body = values;

    /// <summary>
    /// Whether the run says something of its own, as it was traced last: what was read after the request had come says
    /// nothing of it.
    /// </summary>
    public bool SaysMore(RunState run)
    {
        foreach (var part in Last(run).Parts)
        {
            if (!part.IsSpelledOut && part.Words is not ([OriginWords.Brief] or [OriginWords.Trusted])
                && !CarriedText.IsCommon(part.Shown))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The parts of the address that the run says of its own, as they were traced last.</summary>
    public IReadOnlyList<string> OwnWords(RunState run) => ArgumentOrigins.OwnWords(Last(run).Address);

    /// <inheritdoc/>
    public override ImmutableArray<ArgumentOrigin> Of(RunState run) => Trace(run)?.Parts ?? [];

    private Told Last(RunState run) => told ?? Trace(run) ?? new Told([], []);

    private Told? Trace(RunState run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var (texts, said) = (run.Texts, fields);
        if (run.Labels.Set.Count == 0)
        {
            foreach (var (name, value) in fields)
            {
                texts.NoteSaid(name, value);
            }

            said = [];
        }

        if (isRead && texts.IsEmpty)
        {
            return null;
        }

        var address = texts.Index.TraceUrl(
            target.IsAuthority ? $"https://{target.HostAndPort}/" : target.ToString());
        return told = new Told(
            [
                .. RuleWords.Vouch(
                    ArgumentOrigins.OfUrl(texts.Index, address, reading => texts[reading]), rule, target),
                .. Spelling(),
                .. OfFields(texts, said, run.Labels.Set.IsConfidentialTo(LabelSet.Empty)),
                .. body is { } values
                    ? BodyOrigins.Of(texts.Index, values.Json, values.Names, reading => texts[reading])
                    : [],
            ],
            address);
    }

    // Pairs without a name and value have no part, and their number says something.
    private IEnumerable<ArgumentOrigin> Spelling() =>
        target.PathAndQuery.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query
        && target.PathAndQuery.AsSpan(query + 1).Trim("&;=").IsEmpty
            ? [new ArgumentOrigin("/query", "", true, [OriginWords.Nowhere], [])]
            : [];

    private static RequestOrigins? Of(
        Target target, ImmutableArray<KeyValuePair<string, string>> fields, RuleMatch match, EgressRule? rule) =>
        match is RuleMatch.Allowed { Class: var action } && rule is not null
            ? new(target, fields, rule, action is ActionClass.Read)
            : null;

    // Whatever is passed on; a length is the content's. Copied: a request is asked about again while others use it.
    private static ImmutableArray<KeyValuePair<string, string>> Fields(HttpRequest request)
    {
        var fields = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(request.Headers.Count);
        foreach (var (name, value) in ExchangeHeaders.Passed(request))
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                fields.Add(KeyValuePair.Create(
                    KnownNames.TryGetValue(name, out var known) ? known : name.ToLowerInvariant(), value));
            }
        }

        return fields.DrainToImmutable();
    }

    private static IEnumerable<ArgumentOrigin> OfFields(
        RunTexts texts, ImmutableArray<KeyValuePair<string, string>> fields, bool hasSecrets)
    {
        var count = 0;
        foreach (var (name, value) in fields)
        {
            if (texts.WasSaid(name, value))
            {
                continue;
            }

            if (++count > FieldsMax)
            {
                yield return new ArgumentOrigin("/headers", "", false, [OriginWords.Untrusted], []) { IsUnread = true };
                yield break;
            }

            var place = $"/headers/{name}";
            if (!KnownNames.Contains(name))
            {
                yield return Hidden(texts, $"{place}/name", name);
            }

            // Idle words in an order of one's own can spell a secret.
            if (hasSecrets || !IsIdle(value))
            {
                yield return Hidden(texts, place, value);
            }
        }
    }

    // It may be a credential: it is named, and not shown.
    private static ArgumentOrigin Hidden(RunTexts texts, string place, string value) =>
        ArgumentOrigins.OfText(texts.Index, place, value, reading => texts[reading]) with { Shown = "" };

    private static bool IsIdle(ReadOnlySpan<char> value)
    {
        if (value.Length > IdleLengthMax)
        {
            return false;
        }

        foreach (var word in value.SplitAny(IdleDividers))
        {
            if (!Idle.Contains(value[word]))
            {
                return false;
            }
        }

        return true;
    }

    // The parts of one trace, and the address by itself.
    private sealed record Told(ImmutableArray<ArgumentOrigin> Parts, IReadOnlyList<TracedArgument> Address);
}
