using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;

namespace Sallyport.Http.Forwarding;

/// <summary>
/// Takes the body of a request before it is decided, where a policy asks whose text its values are. What is too long,
/// or does not come to its end soon, is passed on as it arrives and counts as untraced.
/// </summary>
internal static class BodyIntake
{
    /// <summary>How long the end of a body is waited for: a stream that waits for its answer has none.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Takes a body, if somebody looks at it.</summary>
    /// <param name="context">The request; what reads its body after this reads it from the start.</param>
    /// <param name="exchange">The exchange, registered and not decided yet.</param>
    /// <param name="time">Clock.</param>
    public static async ValueTask TakeAsync(HttpContext context, Exchange exchange, TimeProvider time)
    {
        var request = context.Request;
        if (!exchange.HasUnreadBody
            || exchange.Ask is not { Duplex: false, Trace: RequestOrigins trace } ask
            || ask.Match is not RuleMatch.Allowed { Class: ActionClass.Read or ActionClass.Effect }
            || !IsAskedAbout(exchange.Snapshot) || request.ContentLength > BodyValues.BytesMax)
        {
            return;
        }

        var reader = request.BodyReader;
        var (held, isWhole) = await ReadAsync(reader, time, exchange.Ended);
        if (isWhole)
        {
            trace.Take(BodyValues.Of(
                request.Headers.ContentType.ToString(), request.Headers.ContentEncoding.ToString(), held));
        }

        context.Features.Set<IRequestBodyPipeFeature>(new Again(
            isWhole ? PipeReader.Create(new ReadOnlySequence<byte>(held)) : new ResumedReader(held, reader)));
    }

    private static bool IsAskedAbout(Snapshot snapshot) =>
        snapshot.Rules<PolicyRules>().AsksOrigins || snapshot.Shadow is { Rules.AsksOrigins: true };

    private static async Task<(ReadOnlyMemory<byte> Held, bool IsWhole)> ReadAsync(
        PipeReader reader, TimeProvider time, CancellationToken cancellation)
    {
        var held = new ArrayBufferWriter<byte>();
        await using var patience = time.CreateTimer(
            _ => reader.CancelPendingRead(), state: null, Patience, Timeout.InfiniteTimeSpan);
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            foreach (var part in read.Buffer)
            {
                held.Write(part.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled || held.WrittenCount > BodyValues.BytesMax)
            {
                return (held.WrittenMemory, read.IsCompleted && held.WrittenCount <= BodyValues.BytesMax);
            }
        }
    }

    private sealed class Again(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}

/// <summary>What has been read of a body, and then the rest as it arrives.</summary>
internal sealed class ResumedReader(ReadOnlyMemory<byte> held, PipeReader rest) : PipeReader
{
    private ReadOnlySequence<byte> left = new(held);

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        left.IsEmpty ? rest.ReadAsync(cancellationToken) : ValueTask.FromResult(Left());

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (left.IsEmpty)
        {
            return rest.TryRead(out result);
        }

        result = Left();
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (left.IsEmpty)
        {
            rest.AdvanceTo(consumed, examined);
        }
        else
        {
            left = left.Slice(consumed);
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => rest.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => rest.Complete(exception);

    private ReadResult Left() => new(left, isCanceled: false, isCompleted: false);
}
