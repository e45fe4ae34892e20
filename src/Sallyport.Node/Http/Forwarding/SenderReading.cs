using System.Text;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Flow.Origins;
using Sallyport.Ledger;

namespace Sallyport.Http.Forwarding;

/// <summary>A person's own words in an answer of a channel, found when the answer is there whole.</summary>
/// <remarks>Only in the answer to a plain read of a path that the configuration names, and only where all that was
/// asked with is the rule's own, the brief's or a trusted source's: else a source that repeats what it is asked could
/// be made to say that somebody sent it.</remarks>
internal sealed class SenderReading : IDisposable
{
    private readonly Senders senders;
    private readonly MemoryStream body = new();
    private readonly Inflater? inflater;
    private bool isLost;

    private SenderReading(Senders senders, string coding)
    {
        this.senders = senders;
        inflater = coding.Length == 0 ? null : new Inflater(coding, Keep);
    }

    /// <summary>Begins with the head of an answer.</summary>
    /// <returns>Null where nobody's words can be in it.</returns>
    public static SenderReading? Of(Exchange exchange, Senders? senders, int status, ContentHead head) =>
        senders is not null
        && status == 200
        && exchange.Ask is { Method: "GET", Duplex: false, Untyped.IsEmpty: true }
        && !exchange.Acts
        && senders.Covers(exchange.Ask.Path)
        && ContentKinds.Of(head.Type) is not null
        && head.Type.Contains("json", StringComparison.OrdinalIgnoreCase)
        && (head.Coding.Length == 0 || Inflater.Knows(head.Coding))
        && !SaysMore(exchange)
            ? new SenderReading(senders, head.Coding)
            : null;

    /// <summary>Takes bytes of the body.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (isLost || bytes.IsEmpty)
        {
            return;
        }

        if (inflater is null ? !Keep(bytes) : !inflater.Push(bytes)) // Keep may have said so before.
        {
            isLost = true;
        }
    }

    /// <summary>The body has come to its end: what bound people say in it is brief from here on.</summary>
    /// <param name="texts">What the run has read.</param>
    /// <param name="decision">The entry that allowed the read.</param>
    /// <param name="place">How evidence names the source.</param>
    public void Complete(RunTexts texts, EntryId decision, string place)
    {
        if (isLost || inflater?.Complete() == false)
        {
            return;
        }

        var said = senders.BriefIn(body.GetBuffer().AsSpan(0, (int)body.Length));
        if (said.Length > 0 && texts.Begin(new ReadingEntry($"{decision}", TextTrust.Brief, place)) is { } reading)
        {
            var writer = texts.Index.Begin(TextTrust.Brief, reading);
            writer.Append(Encoding.UTF8.GetBytes(said));
            writer.Complete();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        inflater?.Dispose();
        body.Dispose();
    }

    private bool Keep(ReadOnlySpan<byte> bytes)
    {
        if (body.Length + bytes.Length > Senders.BytesMax)
        {
            isLost = true;
            return false;
        }

        body.Write(bytes);
        return true;
    }

    // As it was traced before it was sent: the answer's own head may repeat it. Nor may the source be asked with what
    // it said before: it could have been asked for that, and have repeated it.
    private static bool SaysMore(Exchange exchange) =>
        exchange.Ask.Trace is not RequestOrigins trace || trace.SaysMore(exchange.Run);
}
