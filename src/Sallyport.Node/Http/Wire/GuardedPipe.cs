using System.Buffers;
using System.IO.Pipelines;

namespace Sallyport.Http.Wire;

/// <summary>A transport whose reader shows only what <see cref="HeadGuard"/> has approved.</summary>
internal sealed class GuardedPipe(IDuplexPipe inner, GateFeature feature) : IDuplexPipe
{
    public PipeReader Input { get; } = new GuardedReader(inner.Input, feature);

    public PipeWriter Output => inner.Output;
}

/// <summary>Passes approved bytes on. In place of a request that is refused it puts one of its own and then ends the stream, so
/// that the answers to the requests before it keep their order and the refusal is answered and recorded like any other.</summary>
internal sealed class GuardedReader(PipeReader inner, GateFeature feature) : PipeReader
{
    // The host does not exist (RFC 6761, 6.4); the gateway answers by GateFeature.Refused and looks at nothing else.
    private static readonly ReadOnlyMemory<byte> StandIn =
        "GET / HTTP/1.1\r\nHost: refused.invalid\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly HeadGuard guard = new();
    private ReadOnlySequence<byte> shown;
    private long approved;
    private long examined;
    private ReadOnlySequence<byte>? refusal;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (refusal is { } standIn)
            {
                return Show(new ReadResult(standIn, isCanceled: false, isCompleted: true));
            }

            if (Offer(await inner.ReadAsync(cancellationToken)) is { } result)
            {
                return Show(result);
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        while (true)
        {
            if (refusal is { } standIn)
            {
                result = Show(new ReadResult(standIn, isCanceled: false, isCompleted: true));
                return true;
            }

            if (!inner.TryRead(out var read))
            {
                result = default;
                return false;
            }

            if (Offer(read) is { } offered)
            {
                result = Show(offered);
                return true;
            }
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (refusal is not null)
        {
            refusal = shown.Slice(consumed);
            return;
        }

        var consumedBytes = shown.Slice(shown.Start, consumed).Length;
        this.examined = shown.Slice(shown.Start, examined).Length - consumedBytes;
        approved -= consumedBytes;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    // What may be shown of a read, or null when nothing new may be and the inner reader has been told to wait for more.
    private ReadResult? Offer(ReadResult read)
    {
        var buffer = read.Buffer;
        approved += guard.Approve(buffer.Slice(approved), out var fault);
        if (fault is not null && approved == 0)
        {
            feature.Refused = fault;
            inner.AdvanceTo(buffer.End);
            refusal = new ReadOnlySequence<byte>(StandIn);
            return null;
        }

        // Something new to show, or nothing more will come: bytes that are not approved by then are never shown. A reader that
        // asks for more of a request than its approved part, when what follows is at fault, gets the end instead.
        if (approved > examined || read.IsCanceled || read.IsCompleted || fault is not null)
        {
            return new ReadResult(buffer.Slice(0, approved), read.IsCanceled, fault is null ? read.IsCompleted : approved <= examined);
        }

        inner.AdvanceTo(buffer.Start, buffer.End);
        return null;
    }

    private ReadResult Show(ReadResult result)
    {
        shown = result.Buffer;
        return result;
    }
}
