using System.IO.Compression;
using System.Net.Http.Headers;
using Sallyport.Flow.Origins;

namespace Sallyport.Flow;

/// <summary>
/// Indexes one response as it passes: inflates it in a bounded copy, decodes what the agent's program would decode, and
/// feeds the run's <see cref="TextIndex"/>. The bytes themselves go to the agent unchanged: call <see cref="Take"/>
/// before the write, so that nothing can be said of them that is traced too early. Whatever is not indexed marks the
/// run opaque; an empty body marks nothing.
/// </summary>
/// <remarks>One thread at a time. Nothing is waited for: inflating happens inside <see cref="Take"/>.</remarks>
public sealed class ResponseIntake : IDisposable
{
    private const int FreeBytes = 1 << 20;

    private readonly TextIndex index;
    private readonly TextTrust trust;
    private readonly IntakeLimits limits;
    private readonly Inflater? inflater;
    private readonly BodyText? text;
    private long received;
    private long inflated;
    private bool isOpaque;

    /// <summary>Begins with the head of a response.</summary>
    /// <param name="index">The run's index.</param>
    /// <param name="trust">Whose text the response is, by its source.</param>
    /// <param name="reading">What evidence names it by.</param>
    /// <param name="head">Its content type and content coding.</param>
    /// <param name="limits">Bounds of the copy.</param>
    public ResponseIntake(TextIndex index, TextTrust trust, int reading, ContentHead head, IntakeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(head);
        (this.index, this.trust, this.limits) = (index, trust, limits);
        if (ContentKinds.Of(head.Type) is { } kind && (head.Coding.Length == 0 || Inflater.Knows(head.Coding)))
        {
            text = new BodyText(index.Begin(trust, reading), kind, CharsetOf(head.Type));
            inflater = head.Coding.Length == 0 ? null : new Inflater(head.Coding, Inflated);
        }
    }

    /// <summary>Whether part of the response could not be indexed.</summary>
    public bool IsOpaque => isOpaque;

    /// <summary>Takes bytes of the body, as they went to the agent.</summary>
    public void Take(ReadOnlySpan<byte> body)
    {
        received += body.Length;
        if (body.IsEmpty || isOpaque)
        {
            return;
        }

        if (text is null)
        {
            MarkOpaque();
        }
        else if (inflater is null)
        {
            Inflated(body);
        }
        else if (!inflater.Push(body))
        {
            MarkOpaque();
        }
    }

    /// <summary>The body has ended, or was cut: what came of it stays read.</summary>
    public void Complete()
    {
        if (inflater is not null && received > 0 && !isOpaque && !inflater.Complete())
        {
            MarkOpaque();
        }

        if (text is not null && !text.Complete())
        {
            MarkOpaque();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Complete();
        inflater?.Dispose();
    }

    // False: no more is wanted.
    private bool Inflated(ReadOnlySpan<byte> body)
    {
        inflated += body.Length;
        if (inflated > limits.InflatedBytesMax
            || (inflater is not null && inflated > FreeBytes && inflated > received * limits.RatioMax))
        {
            MarkOpaque();
            return false;
        }

        text!.Take(body);    // Made together with what calls this.
        return true;
    }

    private void MarkOpaque()
    {
        if (!isOpaque)
        {
            isOpaque = true;
            index.MarkOpaque(trust);
        }
    }

    private static string CharsetOf(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? (parsed.CharSet ?? "").Trim('"').ToLowerInvariant()
            : "";
}

/// <summary>What a response says of its body.</summary>
/// <param name="Type">Content-Type, or empty.</param>
/// <param name="Coding">Content-Encoding, one coding in lower case, or empty (also for <c>identity</c>).</param>
public sealed record ContentHead(string Type, string Coding)
{
    /// <summary>Reads the two header fields as they came.</summary>
    public static ContentHead Of(string? type, string? encoding)
    {
        var coding = (encoding ?? "").Trim().ToLowerInvariant();
        return new ContentHead((type ?? "").Trim(), coding == "identity" ? "" : coding);
    }
}

/// <summary>Inflates gzip, deflate (zlib) and br as bytes are pushed in, on the caller's thread.</summary>
internal sealed class Inflater : IDisposable
{
    /// <summary>Takes inflated bytes; false: stop.</summary>
    internal delegate bool Sink(ReadOnlySpan<byte> inflated);

    private const int TrailerLength = 4;

    private readonly PushedStream pushed = new();
    private readonly Stream inflating;
    private readonly Task loop;
    private readonly Sink sink;
    private readonly List<byte> trailer = [];
    private readonly bool isGzip;
    private long length;
    private bool hasFailed;

    public Inflater(string coding, Sink sink)
    {
        this.sink = sink;
        isGzip = coding is "gzip" or "x-gzip";
        inflating = coding switch
        {
            "br" => new BrotliStream(pushed, CompressionMode.Decompress),
            "deflate" => new ZLibStream(pushed, CompressionMode.Decompress),
            _ => new GZipStream(pushed, CompressionMode.Decompress),
        };
        loop = InflateAsync();
    }

    /// <summary>Whether a coding is known. zstd and lists of codings are not.</summary>
    public static bool Knows(string coding) => coding is "gzip" or "x-gzip" or "deflate" or "br";

    /// <summary>False: this is not the coding that it claims to be, or no more was wanted.</summary>
    public bool Push(ReadOnlySpan<byte> bytes)
    {
        var isOver = loop.IsCompleted;
        var tail = bytes[^Math.Min(bytes.Length, TrailerLength)..];
        trailer.AddRange(tail);
        trailer.RemoveRange(0, Math.Max(0, trailer.Count - TrailerLength));
        pushed.Push(bytes);
        return !hasFailed && !isOver;
    }

    /// <summary>The end. False: the body ends in the middle.</summary>
    public bool Complete()
    {
        // zlib and br say where they end; gzip may go on with another member, and its trailer (RFC 1952, 2.3.1) holds
        // the
        // length instead. A body of several members is opaque by that: rare, and cautious.
        var isOver = loop.IsCompleted;
        pushed.End();
        return !hasFailed && (isGzip
            ? trailer.Count == TrailerLength && BitConverter.ToUInt32([.. trailer]) == (uint)length
            : isOver);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pushed.End();
        inflating.Dispose();
        pushed.Dispose();
    }

    // Each read of the pushed stream waits for the next push, whose thread then runs on from here.
    private async Task InflateAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int taken;
            while ((taken = await inflating.ReadAsync(buffer, CancellationToken.None)) > 0)
            {
                length += taken;
                if (!sink(buffer.AsSpan(0, taken)))
                {
                    return;
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException or IOException)
        {
            hasFailed = true;
        }
    }
}

/// <summary>A stream whose reader runs on inside the push that feeds it.</summary>
internal sealed class PushedStream : Stream
{
    private readonly List<byte> queue = [];
    private TaskCompletionSource? waiting;

    public bool HasEnded { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Push(ReadOnlySpan<byte> bytes)
    {
        queue.AddRange(bytes);
        Wake();
    }

    public void End()
    {
        HasEnded = true;
        Wake();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (queue.Count == 0 && !HasEnded)
        {
            // Continues inside SetResult, on purpose: see the type.
            waiting = new TaskCompletionSource();
            await waiting.Task;
        }

        var taken = Math.Min(buffer.Length, queue.Count);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(queue)[..taken].CopyTo(buffer.Span);
        queue.RemoveRange(0, taken);
        return taken;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Wake()
    {
        var woken = waiting;
        waiting = null;
        woken?.SetResult();
    }
}
