namespace Sallyport.Flow.Origins;

/// <summary>
/// Takes one reading's text as it arrives, in any pieces. One thread at a time; it locks its index. What it was given
/// is searchable at once for untrusted text, and by the end for the rest.
/// </summary>
public sealed class ReadingWriter
{
    private const int ChunkLength = 16 * 1024;
    private const int PendingMax = 32 * 1024;
    private readonly TextIndex index;
    private readonly TextTrust trust;
    private readonly int reading;
    private readonly FoldedText pending;
    private readonly EncodedRuns runs = new();
    private readonly Action<byte[], long, int> decodedRun;
    private readonly Action<byte[], Tape.Mark> decoded;
    private int said;
    private long taken;
    private long settled;
    private bool isDropped;
    private bool isComplete;

    internal ReadingWriter(TextIndex index, TextTrust trust, int reading)
    {
        (this.index, this.trust, this.reading) = (index, trust, reading);
        pending = new FoldedText(reading);
        decoded = AddDecoded;
        decodedRun = (text, start, length) =>
            AddDecoded(text, new Tape.Mark(0, reading, (int)Math.Min(start, int.MaxValue), length));
    }

    /// <summary>Adds text that stands in the body as it is.</summary>
    public void Append(ReadOnlySpan<byte> utf8) => Append(utf8, utf8.Length);

    /// <summary>Adds text that stands for other bytes of the body: an escape, a character reference.</summary>
    /// <param name="utf8">The text as the agent sees it.</param>
    /// <param name="originalLength">How many bytes of the body it stands for.</param>
    /// <exception cref="InvalidOperationException">The reading was completed before: a bug.</exception>
    public void Append(ReadOnlySpan<byte> utf8, int originalLength)
    {
        lock (index.Gate)
        {
            if (isComplete)
            {
                throw new InvalidOperationException($"Reading {reading} is complete.");
            }

            index.Expose(trust, utf8.Length);
            if (isDropped)
            {
                return;
            }

            runs.Scan(utf8, taken, decodedRun);
            taken += originalLength;
            while (utf8.Length > ChunkLength)
            {
                pending.Append(utf8[..ChunkLength], Math.Min(ChunkLength, originalLength));
                originalLength = Math.Max(0, originalLength - ChunkLength);
                utf8 = utf8[ChunkLength..];
                FlushIfFull();
            }

            pending.Append(utf8, originalLength);
            FlushIfFull();
        }
    }

    /// <summary>The reading has ended.</summary>
    public void Complete()
    {
        lock (index.Gate)
        {
            if (isComplete)
            {
                return;
            }

            isComplete = true;
            index.Close(this);
            runs.Complete(decodedRun);
            pending.Complete();
            Flush(pending.Bytes.Length);
            if (pending.IsMalformed)
            {
                // Another reader may take the bytes for Latin-1, and see what is not in the index.
                index.MarkOpaque(trust);
            }
        }
    }

    /// <summary>Makes what has arrived so far searchable. The caller holds the lock.</summary>
    internal void Settle()
    {
        if (trust == TextTrust.Untrusted && !isDropped && taken > settled)
        {
            settled = taken;
            runs.Peek(decodedRun);
            Flush(pending.Bytes.Length);
        }
    }

    private void FlushIfFull()
    {
        if (pending.Bytes.Length >= PendingMax)
        {
            // Between words where there are words, so that no number is read from half of its digits.
            var last = pending.Bytes.LastIndexOf((byte)' ');
            Flush(last > pending.Bytes.Length - Tape.Overlap ? last : pending.Bytes.Length);
        }
    }

    private void Flush(int end)
    {
        if (end <= said || isDropped)
        {
            return;
        }

        var text = pending.Bytes[..end];
        var derived = new FoldedText(reading);
        new ValueScan(text, pending, reading, derived, trust == TextTrust.Untrusted).Run(decoded);
        var tape = index.TapeOf(trust);
        isDropped = !tape.TryAppend(text, MarksTo(pending.Marks, end));
        var keepFrom = isDropped ? end : Math.Min(end, tape.OverlapStart);
        isDropped |= derived.Bytes.Length > 0 && !Write(derived);
        if (isDropped)
        {
            index.MarkDropped(trust);
        }

        pending.DropBefore(keepFrom);
        said = end - keepFrom;
    }

    private void AddDecoded(byte[] text, Tape.Mark place)
    {
        var folded = new FoldedText(reading);
        folded.Append(text, text.Length);
        folded.Complete();
        folded.DeriveFrom(place);
        var derived = new FoldedText(reading);
        new ValueScan(folded.Bytes, folded, reading, derived, trust == TextTrust.Untrusted).Run(decoded: null);
        if (!Write(folded) || !Write(derived))
        {
            isDropped = true;
            index.MarkDropped(trust);
        }
    }

    // In pieces of less than a block; derived texts are short values, or one decoded run.
    private bool Write(FoldedText text)
    {
        for (var at = 0; at < text.Bytes.Length;)
        {
            var length = Math.Min(PendingMax, text.Bytes.Length - at);
            var cut = at + length < text.Bytes.Length ? text.Bytes.Slice(at, length).LastIndexOf(Tape.Divider) + 1
                : length;
            length = cut > 0 ? cut : length;
            var marks = new List<Tape.Mark>();
            foreach (var mark in text.Marks)
            {
                if (mark.At < at + length && (mark.At >= at || mark.Derived > 0))
                {
                    marks.RemoveAll(other => mark.At <= at && other.At == 0);
                    marks.Add(mark with { At = Math.Max(0, mark.At - at) });
                }
            }

            if (!index.TapeOf(trust).TryAppend(text.Bytes.Slice(at, length),
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(marks)))
            {
                return false;
            }

            at += length;
        }

        return true;
    }

    private static ReadOnlySpan<Tape.Mark> MarksTo(ReadOnlySpan<Tape.Mark> marks, int end)
    {
        var count = marks.Length;
        while (count > 0 && marks[count - 1].At >= end)
        {
            count--;
        }

        return marks[..count];
    }
}
