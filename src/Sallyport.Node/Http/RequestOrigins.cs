using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;

namespace Sallyport.Http;

/// <summary>Whose text a request's address and header fields are.</summary>
internal static class RequestOrigins
{
    private const int FieldsMax = 64;

    // Set by the client's own library from a short list, or by what is decided anyway.
    private static readonly FrozenSet<string> Idle = new[]
    {
        "accept", "accept-encoding", "accept-language", "connection", "content-length", "content-type", "host",
        "keep-alive", "proxy-authorization", "proxy-connection", "te", "transfer-encoding", "upgrade",
        "upgrade-insecure-requests", "cache-control", "pragma", "sec-websocket-key", "sec-websocket-version",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The header fields that a run can say something with. Copied: a request is asked about again while others use it.
    /// </summary>
    public static ImmutableArray<KeyValuePair<string, string>> Fields(IHeaderDictionary headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return
        [
            .. headers
                .Where(field => !Idle.Contains(field.Key) && !field.Key.StartsWith(':'))
                .Select(field => KeyValuePair.Create(field.Key.ToLowerInvariant(), field.Value.ToString())),
        ];
    }

    /// <summary>Traces one request.</summary>
    /// <param name="run">Whose.</param>
    /// <param name="target">Its target.</param>
    /// <param name="rule">The rule that allows it.</param>
    /// <param name="fields">Its <see cref="Fields"/>; none for a CONNECT, whose fields end at the gate.</param>
    /// <param name="isRead">Whether it would be a read.</param>
    public static ImmutableArray<ArgumentOrigin> Of(
        RunState run,
        Target target,
        EgressRule rule,
        ImmutableArray<KeyValuePair<string, string>> fields,
        bool isRead)
    {
        var texts = run.Texts;
        if (run.Labels.Set.Count == 0)
        {
            foreach (var (name, value) in fields)
            {
                texts.NoteSaid(name, value);
            }

            fields = [];
        }

        if (isRead && texts.IsEmpty)
        {
            return [];
        }

        var address = target.IsAuthority ? $"https://{target.HostAndPort}/" : target.ToString();
        return
        [
            .. RuleWords.Vouch(ArgumentOrigins.OfUrl(texts.Index, address, EntryOf), rule, target),
            .. OfFields(texts, fields, EntryOf),
        ];

        ReadingEntry EntryOf(int reading) => texts[reading] is var place
            ? new ReadingEntry(place.Entry, place.Trust, place.Place, place.IsConfidential)
            : default;
    }

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
