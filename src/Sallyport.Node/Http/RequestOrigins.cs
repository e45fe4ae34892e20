using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;

namespace Sallyport.Http;

/// <summary>Whose text a request's address and header fields are.</summary>
internal sealed class RequestOrigins : ActTrace
{
    private const int FieldsMax = 64;

    // Set by the client's own library from a short list, or by what is decided anyway.
    private static readonly FrozenSet<string> Idle = new[]
    {
        "accept", "accept-encoding", "accept-language", "connection", "content-length", "content-type", "host",
        "keep-alive", "proxy-authorization", "proxy-connection", "te", "transfer-encoding", "upgrade",
        "upgrade-insecure-requests", "cache-control", "pragma", "sec-websocket-key", "sec-websocket-version",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly Target target;
    private readonly ImmutableArray<KeyValuePair<string, string>> fields;
    private readonly EgressRule rule;
    private readonly bool isRead;

    private RequestOrigins(
        Target target, ImmutableArray<KeyValuePair<string, string>> fields, EgressRule rule, bool isRead) =>
        (this.target, this.fields, this.rule, this.isRead) = (target, fields, rule, isRead);

    /// <summary>Traces a request.</summary>
    /// <param name="target">Its target.</param>
    /// <param name="headers">Its header fields; null for a CONNECT, whose fields end at the gate.</param>
    /// <param name="match">What the rules say.</param>
    /// <param name="rule">The rule.</param>
    /// <returns>Null where no rule allows it: then nobody looks at what it says.</returns>
    public static RequestOrigins? Of(Target target, IHeaderDictionary? headers, RuleMatch match, EgressRule? rule) =>
        match is RuleMatch.Allowed { Class: var action } && rule is not null
            ? new(target, headers is null ? [] : Fields(headers), rule, action is ActionClass.Read)
            : null;

    /// <summary>The same request under another snapshot, whose rule vouches for other parts of the address.</summary>
    public RequestOrigins? Under(RuleMatch match, EgressRule? other) =>
        match is RuleMatch.Allowed { Class: var action } && other is not null
            ? new(target, fields, other, action is ActionClass.Read)
            : null;

    /// <inheritdoc/>
    public override ImmutableArray<ArgumentOrigin> Of(RunState run)
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
            return [];
        }

        var address = target.IsAuthority ? $"https://{target.HostAndPort}/" : target.ToString();
        return
        [
            .. RuleWords.Vouch(ArgumentOrigins.OfUrl(texts.Index, address, EntryOf), rule, target),
            .. OfFields(texts, said, EntryOf),
        ];

        ReadingEntry EntryOf(int reading) => texts[reading] is var place
            ? new ReadingEntry(place.Entry, place.Trust, place.Place, place.IsConfidential)
            : default;
    }

    // Those that a run can say something with. Copied: a request is asked about again while others use it.
    private static ImmutableArray<KeyValuePair<string, string>> Fields(IHeaderDictionary headers) =>
    [
        .. headers
            .Where(field => !Idle.Contains(field.Key) && !field.Key.StartsWith(':'))
            .Select(field => KeyValuePair.Create(field.Key.ToLowerInvariant(), field.Value.ToString())),
    ];

    private static IEnumerable<ArgumentOrigin> OfFields(
        RunTexts texts, ImmutableArray<KeyValuePair<string, string>> fields, Func<int, ReadingEntry> entryOf)
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

            // A value may be a credential: it is named, and not shown.
            yield return ArgumentOrigins.OfText(texts.Index, $"/headers/{name}", value, entryOf) with { Shown = "" };
        }
    }
}
