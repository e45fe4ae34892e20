using System.Collections.Frozen;
using System.Net.Http.Headers;
using System.Text;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Flow.Origins;
using Sallyport.Ledger;

namespace Sallyport.Http.Forwarding;

/// <summary>
/// What a response adds to the texts of its run: before the agent has it, so that nothing that it says of it is
/// traced too early.
/// </summary>
/// <param name="exchange">The exchange.</param>
/// <param name="decision">The entry that allowed it: what evidence names.</param>
/// <param name="senders">Whose messages in it are a person's own words; null where nobody's are.</param>
internal sealed class ResponseReading(Exchange exchange, EntryId decision, Senders? senders = null) : IDisposable
{
    // Numbers and words of the protocol, which say nothing.
    private static readonly FrozenSet<string> Idle = new[]
    {
        "connection", "content-length", "date", "keep-alive", "transfer-encoding",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly RunTexts texts = exchange.Run.Texts;
    private TextTrust trust = TrustOf(exchange);
    private readonly string place = RunTexts.PlaceOf(exchange.Ask.Source, exchange.Ask.Host);
    private readonly bool isConfidential = exchange.Brings.IsConfidentialTo(LabelSet.Empty);
    private ResponseIntake? body;
    private SenderReading? messages;

    /// <summary>
    /// Notes what an exposed run says of its own to a trusted source, before the source can say it again: "nothing
    /// found for X" is no evidence for X.
    /// </summary>
    public void Asked()
    {
        var exposure = texts.Index.Exposure;
        if (trust is TextTrust.Untrusted || !(exposure.Untrusted || exposure.Opaque))
        {
            return;
        }

        var said = (exchange.Ask.Trace as RequestOrigins)?.OwnWords(exchange.Run) ?? [];
        if (said.Count > 0 && texts.Begin(new ReadingEntry(
            $"{decision}", TextTrust.Untrusted, Source.Itself)) is { } reading)
        {
            var writer = texts.Index.Begin(TextTrust.Untrusted, reading);
            writer.Append(Encoding.UTF8.GetBytes(string.Join('\n', said)));
            writer.Complete();
        }
    }

    /// <summary>Takes the values of all header fields: a redirect, a cookie or a link leads somewhere too.</summary>
    public void Head(HttpResponseMessage response)
    {
        var text = new StringBuilder();
        Add(text, response.Headers.NonValidated);
        Add(text, response.Content.Headers.NonValidated);
        Index($"{decision} head", text);
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types)
            ? types.ToString()
            : null;
        var coding = response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out var codings)
            ? codings.ToString()
            : null;
        messages = SenderReading.Of(exchange, senders, (int)response.StatusCode, ContentHead.Of(type, coding));
        if (Begin($"{decision}") is { } reading)
        {
            body = new ResponseIntake(
                texts.Index, trust, reading, ContentHead.Of(type, coding), IntakeLimits.Default);
        }
    }

    /// <summary>Takes bytes of the body, before they are written to the agent.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        Recheck();
        body?.Take(bytes);
        messages?.Take(bytes);
        if (body is null or { IsOpaque: true })
        {
            texts.NoteOpaque(place, isConfidential);
        }
    }

    /// <summary>Takes the values of trailer fields.</summary>
    public void Trailers(HttpResponseMessage response)
    {
        Recheck();
        var text = new StringBuilder();
        Add(text, response.TrailingHeaders.NonValidated);
        Index($"{decision} trailers", text);
        messages?.Complete(texts, decision, place);
    }

    /// <summary>From here on nobody looks into what comes.</summary>
    public void MarkOpaque() => texts.MarkOpaque(trust, place, isConfidential);

    /// <inheritdoc/>
    public void Dispose()
    {
        body?.Dispose();
        messages?.Dispose();
    }

    // A run may have written there while this is read: what comes from here on is not trusted any more, and its words
    // would stand beside trusted ones. They are not indexed at all.
    private void Recheck()
    {
        if (trust is TextTrust.Trusted && exchange.Brings.IsUntrusted)
        {
            trust = TextTrust.Untrusted;
            texts.MarkOpaque(trust, place, isConfidential);
            body?.Dispose();
            body = null;
        }
    }

    // What an exposed run says of its own may come back in other words: an answer to it vouches for nothing. Common
    // words are noted as its own (see Asked); they come back as they are.
    private static TextTrust TrustOf(Exchange exchange)
    {
        if (exchange.Brings.IsUntrusted)
        {
            return TextTrust.Untrusted;
        }

        var (exposure, ask) = (exchange.Run.Texts.Index.Exposure, exchange.Ask);
        return (exposure.Untrusted || exposure.Opaque)
            && (!ask.Untyped.IsEmpty || ask.Trace is RequestOrigins trace && trace.SaysMore(exchange.Run))
            ? TextTrust.Untrusted
            : TextTrust.Trusted;
    }

    private static void Add(StringBuilder text, HttpHeadersNonValidated fields)
    {
        foreach (var (name, values) in fields)
        {
            if (!Idle.Contains(name))
            {
                text.AppendJoin('\n', values).Append('\n');
            }
        }
    }

    private void Index(string entry, StringBuilder text)
    {
        if (text.Length > 0 && Begin(entry) is { } reading)
        {
            var writer = texts.Index.Begin(trust, reading);
            writer.Append(Encoding.UTF8.GetBytes(text.ToString()));
            writer.Complete();
        }
    }

    private int? Begin(string entry) => texts.Begin(new ReadingEntry(entry, trust, place, isConfidential));
}
