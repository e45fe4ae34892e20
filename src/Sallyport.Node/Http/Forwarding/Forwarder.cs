using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sallyport.Decisions;
using Sallyport.Flow;
using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Http.Forwarding;

/// <summary>Carries an allowed request out and its response back.</summary>
/// <remarks>
/// <code>
/// agent --request--> (1) an act that its own labels would shut: whole, held
///                    (2) labels joined --> (3) dial; head, body as it arrives, hashed --> upstream
/// agent &lt;--response-- (5) &lt;-- (4) head
///                     (6) body as it arrives, hashed, indexed; (7) observation written; (8) last byte
/// </code>
/// </remarks>
internal sealed class Forwarder(
    Upstreams upstreams, Interlock interlock, Sequencer sequencer, Tally tally, ContentStore content,
    ILogger<Forwarder> log)
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>Runs the exchange to its end. Never throws for what a peer does.</summary>
    public async Task ForwardAsync(Exchange exchange, Dial dial, Verdict verdict, HttpContext context)
    {
        using var sent = new BodyDigest(Keeping(exchange, ContentSides.Requests));
        using var received = new BodyDigest(Keeping(exchange, ContentSides.Responses));
        var outcome = new Outcome(exchange, verdict.Entry!.Value, sent, received); // An allow has an entry.
        tally.Began();
        try
        {
            await ExchangeAsync(exchange, dial, outcome, context);
        }
        catch (Exception failed) when (IsPeers(failed))
        {
            await FailAsync(exchange, outcome, verdict, context, failed);
        }
        finally
        {
            // An allow has its end recorded whatever happens, a bug of ours included.
            if (!outcome.Observed)
            {
                await TryObserveAsync(outcome, "failed");
            }

            tally.Replied();
        }
    }

    private async Task ExchangeAsync(Exchange exchange, Dial dial, Outcome outcome, HttpContext context)
    {
        var content = await ContentAsync(exchange, outcome.Sent, context.Request);

        // Step 2: before anything that the upstream chooses can be seen: whether and when it answers, how fast it
        // takes a body, with which fault it fails (P4).
        if (!await interlock.JoinAsync(exchange, exchange.Ended))
        {
            throw new LedgerUnavailableException();
        }

        using var reading = new ResponseReading(exchange, outcome.Decision, dial.Upstream.Senders);
        reading.Asked();

        // Steps 3 and 4.
        exchange.Ended.ThrowIfCancellationRequested();
        using var request = Request(exchange, dial, content, context);
        using var response = await upstreams
            .For(exchange.Run, exchange.OpenedUnder, dial.Upstream)
            .SendAsync(request, exchange.Ended);
        outcome.Status = (int)response.StatusCode;

        // Step 5.
        exchange.Ended.ThrowIfCancellationRequested();
        var switched = response.StatusCode is HttpStatusCode.SwitchingProtocols;
        if (switched && !exchange.Ask.Duplex)
        {
            // What was decided was one request. The upstream alone cannot make a channel of it.
            throw new UpstreamException(UnaskedSwitch(exchange.Ask));
        }

        // What is known to be too much is refused while the agent can still be told.
        if (!switched && BodyLength(response, context) is { } length
            && exchange.Reservation?.TryHold(LimitUnit.BytesReceived, length) == false)
        {
            throw exchange.Exceed();
        }

        context.Response.StatusCode = outcome.Status;
        ExchangeHeaders.CopyResponse(response, context.Response);
        reading.Head(response);
        if (switched)
        {
            reading.MarkOpaque();
            await UpgradeRelay.RunAsync(exchange, response, context, outcome);
            await ObserveAsync(outcome, "complete");
            return;
        }

        await BodyAsync(exchange, response, context, outcome, reading);
        reading.Trailers(response);
        ExchangeHeaders.CopyTrailers(response, context.Response);
    }

    // Step 1: what an untrusted source is told by a clean run is held whole, so that the run cannot answer it in
    // the same act.
    private async ValueTask<RelayContent?> ContentAsync(Exchange exchange, BodyDigest sent, HttpRequest request)
    {
        if (!exchange.HasUnreadBody || exchange.Ask.Duplex)
        {
            return null;
        }

        if (!interlock.ShutsItself(exchange))
        {
            return new RelayContent(request.BodyReader, request.ContentLength, exchange, sent);
        }

        var whole = await WholeBody.ReadAsync(request, exchange.Ended) ?? throw new UnheldBodyException();
        exchange.BodySent();
        return new RelayContent(whole, request.ContentLength, exchange, sent);
    }

    private async Task BodyAsync(
        Exchange exchange, HttpResponseMessage response, HttpContext context, Outcome outcome, ResponseReading reading)
    {
        // Step 6.
        var length = BodyLength(response, context);
        await using var body = await response.Content.ReadAsStreamAsync(exchange.Ended);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                var arriving = body.ReadAsync(buffer.AsMemory(0, BufferBytes), exchange.Ended);
                if (!arriving.IsCompleted && !context.Response.HasStarted)
                {
                    // An event stream may stay silent for long: its head must not wait for the first event.
                    await context.Response.BodyWriter.FlushAsync(exchange.Ended);
                }

                var count = await arriving;
                if (count == 0)
                {
                    break;
                }

                exchange.Use(LimitUnit.BytesReceived, count);
                outcome.Received.Add(buffer.AsSpan(0, count));
                reading.Take(buffer.AsSpan(0, count));
                if (outcome.Received.Length == length)
                {
                    // Step 7 before step 8: these bytes complete the response.
                    await ObserveAsync(outcome, "complete");
                }

                await context.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, count), exchange.Ended);
            }

            // Step 7: without a length it is the end of the stream that completes the response.
            await ObserveAsync(outcome, "complete");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long? BodyLength(HttpResponseMessage response, HttpContext context) =>
        HttpMethods.IsHead(context.Request.Method) ? 0 : response.Content.Headers.ContentLength;

    private async Task FailAsync(
        Exchange exchange, Outcome outcome, Verdict verdict, HttpContext context, Exception failed)
    {
        var end = exchange.CutBy is not null || failed is UnheldBodyException ? "cut"
            : context.RequestAborted.IsCancellationRequested ? "client-gone"
            : "upstream-failed";
        ForwarderLog.Ended(log, end, exchange.Ask.Host, failed.Message);
        var exceeded = exchange.CutBy == LimitWords.Code;
        if (exceeded)
        {
            sequencer.Append(LimitCut.Of(exchange, outcome.Decision));
        }

        var recorded = outcome.Observed || await TryObserveAsync(outcome, end);
        if (context.Response.HasStarted
            || end != "upstream-failed" && failed is not UnheldBodyException && !exceeded
            || outcome.Observed && !recorded)
        {
            // Half a response must not look like a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        // What follows a request for an upgrade was not guarded: it must not be read as the next request.
        await RefusalOf(failed, recorded, exchange, verdict)
            .WriteAsync(context, close: exchange.HasUnreadBody || context.Request.Headers.Upgrade.Count > 0);
    }

    private static Refusal RefusalOf(Exception failed, bool recorded, Exchange exchange, Verdict verdict) =>
        failed switch
        {
            LedgerUnavailableException => Refusal.Of(Unrecorded(verdict)),
            _ when !recorded => Refusal.Of(Unrecorded(verdict)),
            _ when exchange.CutBy == LimitWords.Code => Refusal.Of(LimitCut.Told(verdict)),
            UnheldBodyException => Refusal.Of(verdict, Unheld(verdict.Facts)),
            _ => Refusal.Upstream(FaultOf(failed, exchange.Ask), verdict),
        };

    private static Verdict Unrecorded(Verdict verdict) =>
        verdict with { Decision = new Decision.Deny(DenyReason.LedgerUnavailable) };

    private static Fault Unheld(Facts facts) => new(
        "flow.unheld-body",
        $"{facts.Method} {facts.Target} is an effect towards a source that is labelled {facts.Source.Labels}, "
        + $"and its body is longer than {WholeBody.BytesMax / 1024 / 1024} MiB, the most that is held whole. "
        + "What is still being sent while the other side can answer is a channel to it.",
        "Send less at once, or declare the host under sources: in perimeter/sallyport.yaml "
        + "with the labels that it deserves.");

    private static Fault UnaskedSwitch(Ask ask) => new(
        "egress.upstream",
        $"{ask.Host} switched to another protocol without being asked to.",
        "Only a WebSocket over HTTP/1.1 is passed on: one Upgrade field that says websocket, and a rule for it.");

    private static Fault FaultOf(Exception failed, Ask ask)
    {
        for (var inner = failed; inner is not null; inner = inner.InnerException)
        {
            if (inner is UpstreamException known)
            {
                return known.Fault;
            }

            if (inner is System.Security.Authentication.AuthenticationException)
            {
                return new Fault(
                    "egress.tls",
                    $"The certificate of {ask.Host} was not accepted.",
                    "If the host has a CA of its own, name it as ca: of its source in perimeter/sallyport.yaml.");
            }
        }

        return new Fault(
            "egress.upstream",
            $"{ask.Host} closed the connection or did not speak HTTP.",
            "Try again later, or look at the upstream.");
    }

    private static HttpRequestMessage Request(Exchange exchange, Dial dial, RelayContent? content, HttpContext context)
    {
        var target = dial.Target;
        // The path that was judged is the path that is sent: no canonicalisation on the way.
        var uri = new Uri(
            target.ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var http2 = HttpProtocol.IsHttp2(context.Request.Protocol);
        var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), uri)
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = content,
        };

        request.Options.Set(Dial.Key, dial);
        request.Options.Set(Exchange.Key, exchange);
        ExchangeHeaders.CopyRequest(context.Request, request);
        request.Headers.Host = target.IsDefaultPort ? target.Host.Text : target.HostAndPort;
        if (exchange.Ask.Duplex)
        {
            UpgradeRelay.Ask(request);
        }

        return request;
    }

    // No response is completed before its observation is written (P3).
    private async ValueTask ObserveAsync(Outcome outcome, string end)
    {
        if (!outcome.Observed && !await TryObserveAsync(outcome, end))
        {
            throw new LedgerUnavailableException();
        }
    }

    private async ValueTask<bool> TryObserveAsync(Outcome outcome, string end)
    {
        outcome.Observed = true;
        var exchange = outcome.Exchange;
        exchange.Reservation?.Settle();
        var (sent, received) = (outcome.Sent.Told(), outcome.Received.Told());
        var recorded = sequencer.Append(new LedgerEntry.Observed
        {
            Decision = outcome.Decision,
            Run = exchange.Run.Id,
            Agent = exchange.Run.Agent,
            Target = exchange.Ask.Target,
            Host = exchange.Ask.Host,
            Status = outcome.Status,
            BytesSent = sent.Length,
            BytesReceived = received.Length,
            DigestSent = sent.Hex,
            DigestReceived = received.Hex,
            Labels = exchange.Brings,
            End = end,
            Dials = exchange.EndDials(),
        }) is { IsAccepted: true } accepted && await sequencer.WhenWrittenAsync(accepted.Id, CancellationToken.None);

        // After its entry: a body that nothing in the ledger names would be nobody's.
        Keep(exchange, recorded, sent.Hex, sent.Copy);
        Keep(exchange, recorded, received.Hex, received.Copy);
        return recorded;
    }

    private BodyCopy? Keeping(Exchange exchange, ContentSides side) => content.Begin(
        exchange.OpenedUnder.Content.Of(
            exchange.Run.Agent, exchange.Run.Role, exchange.Ask.Source.Name, side));

    // A run that has read a secret may say it, and be told it again.
    private void Keep(Exchange exchange, bool isRecorded, string digest, BodyCopy? copy)
    {
        if (copy is null)
        {
            return;
        }

        if (isRecorded)
        {
            content.Take(
                copy, digest, exchange.Brings.Contains(Label.Secret) || exchange.Run.Labels.Set.Contains(Label.Secret));
        }
        else
        {
            copy.Dispose();
        }
    }

    private static bool IsPeers(Exception failed) =>
        failed is HttpRequestException or IOException or OperationCanceledException or LedgerUnavailableException
            or ObjectDisposedException or InvalidOperationException or ProtocolViolationException
            or SocketException // A relay whose raw socket was cut.
            or ArgumentException or FormatException; // What it sent could not be said again.

    /// <summary>What is known of an exchange so far.</summary>
    internal sealed class Outcome(Exchange exchange, EntryId decision, BodyDigest sent, BodyDigest received)
    {
        public Exchange Exchange => exchange;

        public EntryId Decision => decision;

        public BodyDigest Sent => sent;

        public BodyDigest Received => received;

        public int Status { get; set; }

        public bool Observed { get; set; }
    }

    private sealed class UnheldBodyException() : IOException("the body is too long to be held whole");

    private sealed class LedgerUnavailableException() : IOException("the ledger cannot record it");
}

internal static partial class ForwarderLog
{
    [LoggerMessage(4201, LogLevel.Information, "exchange {End} {Host}: {Why}")]
    public static partial void Ended(ILogger logger, string end, string host, string why);
}
