using Microsoft.AspNetCore.Http;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Http.Wire;
using Sallyport.Limits;

namespace Sallyport.Http.Forwarding;

/// <summary>One request and its response, open until the last byte. What a cut ends.</summary>
internal sealed class Exchange : DecidedChannel, IDisposable
{
    private readonly HttpContext context;
    private readonly GateFeature connection;
    private readonly Upstreams upstreams;
    private readonly CancellationTokenSource ended;
    private readonly Lock closing = new();
    private volatile bool sending;
    private volatile string? cutBy;
    private volatile bool headBegun;
    private bool closed; // Under the lock.
    private int dials; // Under the lock; negative once they are recorded.

    /// <summary>Opens the exchange; registering it is the caller's.</summary>
    public Exchange(
        RunState run,
        Snapshot snapshot,
        Ask ask,
        HttpContext context,
        GateFeature connection,
        Upstreams upstreams,
        bool sending)
        : base(run, snapshot, ask)
    {
        this.context = context;
        this.connection = connection;
        this.upstreams = upstreams;
        this.sending = sending;
        ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
    }

    /// <summary>Ends when the client goes, or by a cut.</summary>
    public CancellationToken Ended => ended.Token;

    /// <inheritdoc/>
    /// <remarks>
    /// A request without content too, until its head is on its way: what waits for its dial can still be stopped.
    /// </remarks>
    public override bool CanSend => sending || !headBegun;

    /// <summary>Whether the run may still add to the request's body.</summary>
    public bool HasUnreadBody => sending;

    /// <inheritdoc/>
    public override bool CanAdd => sending;

    /// <summary>Code of the cut, of the exchange or of its connection, which a freeze may reach first; null while
    /// there was none.</summary>
    public string? CutBy => cutBy ?? connection.CutBy;

    /// <summary>The request's body has gone out whole: there is nothing left that the run could add.</summary>
    public void BodySent() => sending = false;

    /// <summary>How <see cref="Upstreams"/> finds the exchange that a request belongs to.</summary>
    public static HttpRequestOptionsKey<Exchange> Key { get; } = new("sallyport.exchange");

    /// <summary>The head is about to be written to the upstream, or a connection dialled to write it to.</summary>
    /// <param name="writing">Whether it is written now; else it is only asked whether it may be.</param>
    /// <exception cref="IOException">The exchange was cut.</exception>
    /// <exception cref="UpstreamException">
    /// It has been written before. One decision is one request: whether the upstream acted on the first one, nobody
    /// knows.
    /// </exception>
    public void BeginHead(bool writing)
    {
        lock (closing)
        {
            if (headBegun)
            {
                throw new UpstreamException(new Fault(
                    "egress.upstream",
                    $"{Ask.Host} took the request and ended the connection without an answer.",
                    "It is not sent twice under one decision. Ask again if it is safe to do it twice."));
            }

            if (cutBy is { } code)
            {
                throw new IOException(code);
            }

            headBegun = writing;
        }
    }

    /// <summary>Charges bytes to the limits that cover the exchange, before they are passed on.</summary>
    /// <exception cref="IOException">There is no room for them: the exchange has been cut.</exception>
    public void Use(LimitUnit unit, long bytes)
    {
        if (Reservation?.TryUse(unit, bytes) == false)
        {
            throw Exceed();
        }
    }

    /// <summary>Cuts what passes a limit. The agent's side stays open, so that it can be told, if nothing was
    /// yet.</summary>
    public IOException Exceed()
    {
        cutBy ??= LimitWords.Code;
        lock (closing)
        {
            if (!closed)
            {
                _ = ended.CancelAsync();
            }
        }

        return new IOException(LimitWords.Code);
    }

    /// <summary>What is asked for.</summary>
    public required Target Target { get; init; }

    /// <inheritdoc/>
    public override Ask AskUnder(Snapshot other) => EgressQuestion.Again(Ask, other, Run, Target);

    /// <summary>A connection is about to be dialled for it.</summary>
    /// <exception cref="IOException">Its end is recorded already: what is dialled now would be nobody's.</exception>
    public void BeginDial()
    {
        lock (closing)
        {
            dials = dials < 0 ? throw new IOException("http.exchange-over") : dials + 1;
        }
    }

    /// <summary>How many connections were dialled for it, to be recorded; from here on there are no more.</summary>
    public int EndDials()
    {
        lock (closing)
        {
            var count = Math.Max(0, dials);
            dials = -1;
            return count;
        }
    }

    /// <inheritdoc/>
    public override void Cut(string code, CutDepth depth)
    {
        // Said first: whoever relays looks at it after each read and before each write.
        cutBy ??= code;
        lock (closing)
        {
            if (closed)
            {
                // The server uses the context again for the next request of the connection: that one is not ours
                // to abort.
                return;
            }

            if (depth is CutDepth.Connection)
            {
                connection.Cut(code);
                upstreams.Cut(Run.Id);
            }
            else
            {
                context.Abort();
            }

            // Callbacks run elsewhere: a cut of a thousand streams must not wait for the first one's cleaning up.
            _ = ended.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (closing)
        {
            closed = true;
            // An upload that is still being relayed belongs to nothing that is open any more.
            cutBy ??= "http.exchange-over";
        }

        ended.Dispose();
    }
}
