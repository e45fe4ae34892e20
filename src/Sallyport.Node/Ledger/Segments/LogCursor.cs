using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Ledger;

/// <summary>Walks the log entry by entry, verifying each (form, CRC, position). Used by one reader at a time.</summary>
internal sealed class LogCursor(LedgerFolder folder, IDisk disk, long position) : IDisposable
{
    private IDiskFile? file;
    private EntryStream? stream;
    private long start = -1;

    /// <summary>Position of the next entry.</summary>
    public long Position { get; private set; } = position;

    /// <summary>Reads the next entry.</summary>
    /// <param name="written">Entries that are known to be whole; null when nobody knows (the log is not open): then it
    /// ends where no whole entry is left.</param>
    /// <param name="recorded">The entry.</param>
    /// <param name="bytes">Its bytes, valid until the next call.</param>
    /// <param name="fault">Where the log is not what it should be.</param>
    /// <returns>False at the end, and on a fault.</returns>
    public bool TryNext(
        long? written, [NotNullWhen(true)] out RecordedEntry? recorded, out ReadOnlySpan<byte> bytes, out Fault? fault)
    {
        (recorded, fault) = (null, null);
        bytes = default;
        if (Position >= written || !TryOpen() || stream is null)
        {
            fault = folder.First(disk) is var first && Position < first ? LedgerFaults.Archived(Position, first)
                : Position < written ? Damaged(0, "the segment lacks this entry") : null;
            return false;
        }

        var offset = stream.Offset;
        if (!stream.TryNext(out bytes))
        {
            fault = Position < written ? Damaged(offset, "the entry is not whole") : null;
            return false;
        }

        if (!EntryBytes.TryRead(bytes, out recorded, out var wrong))
        {
            fault = Damaged(offset, wrong.Detail.TrimEnd('.'));
            return false;
        }

        if (recorded.Id.Position != Position)
        {
            fault = Damaged(offset, $"the entry says that its position is {recorded.Id.Position}");
            return false;
        }

        Position++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    private Fault Damaged(long offset, string wrong) =>
        LedgerFaults.Damaged(folder.Entries(start), offset, Position, wrong);

    // Opens the segment of the position and skips what is before it; a segment is a few ten megabytes, read in order.
    private bool TryOpen()
    {
        if (LedgerFolder.SegmentStart(Position) == start && stream is not null)
        {
            return true;
        }

        file?.Dispose();
        start = LedgerFolder.SegmentStart(Position);
        file = disk.OpenRead(folder.Entries(start));
        stream = file is null ? null : new EntryStream(file);
        for (var skipped = start; stream is not null && skipped < Position; skipped++)
        {
            stream = stream.TryNext(out _) ? stream : null;
        }

        return stream is not null;
    }
}
