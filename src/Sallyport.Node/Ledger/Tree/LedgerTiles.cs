using System.Buffers;
using System.Runtime.InteropServices;
using Sallyport.Tlog;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Ledger;

/// <summary>The log as C2SP tiles and entry bundles: byte ranges of the segment and hash files, and of the tree in
/// memory. Safe for concurrent use.</summary>
public sealed class LedgerTiles : ITileReader
{
    private readonly LedgerFolder folder;
    private readonly IDisk disk;
    private readonly LogTree tree;

    internal LedgerTiles(LedgerFolder folder, IDisk disk, LogTree tree)
    {
        this.folder = folder;
        this.disk = disk;
        this.tree = tree;
    }

    /// <inheritdoc/>
    public ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return ValueTask.FromResult(Read(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ValueTask.FromResult<Result<ReadOnlyMemory<byte>>>(
                new TlogFault(FaultKind.Unreadable, $"{path}", e.Message));
        }
    }

    private static TlogFault Archived(TilePath path) =>
        new(FaultKind.Absent, $"{path}", "These entries are in an archive (sallyport log --kind archive).");

    private static TlogFault Absent(TilePath path) =>
        new(FaultKind.Absent, $"{path}", "The log does not reach that far.");

    private Result<ReadOnlyMemory<byte>> Read(TilePath path)
    {
        // In hashes of its level; an index may be as large as it likes.
        var first = (Int128)path.Index * TilePath.FullWidth;
        if (path.Level <= 0)
        {
            return first + path.Width > tree.Size ? Absent(path)
                : path.IsBundle ? Bundle(path) : Leaves(path);
        }

        var hashes = new Hash[path.Width];
        return first <= long.MaxValue && tree.TryRead(path.Level, (long)first, hashes)
            ? (ReadOnlyMemory<byte>)MemoryMarshal.AsBytes<Hash>(hashes).ToArray()
            : Absent(path);
    }

    private Result<ReadOnlyMemory<byte>> Leaves(TilePath path)
    {
        var first = path.Index * TilePath.FullWidth;
        var start = LedgerFolder.SegmentStart(first);
        var bytes = new byte[path.BytesMax];
        using var file = disk.OpenRead(folder.Hashes(start));
        if (file?.Read(bytes, (first - start) * Hash.Length) == bytes.Length)
        {
            return (ReadOnlyMemory<byte>)bytes;
        }

        // A power cut took the end of the hash file, and no start has made it anew yet: the entries are safe.
        if (!Bundle(TilePath.Bundle(path.Index, path.Width)).TryGet(out var bundle, out var fault))
        {
            return fault with { Field = $"{path}" };
        }

        var rest = bundle.Span;
        for (var at = 0; EntryBundle.TryTake(ref rest, out var entry); at += Hash.Length)
        {
            LeafHash.Write(entry, bytes.AsSpan(at));
        }

        return (ReadOnlyMemory<byte>)bytes;
    }

    private Result<ReadOnlyMemory<byte>> Bundle(TilePath path)
    {
        var start = LedgerFolder.SegmentStart(path.Index * TilePath.FullWidth);
        using var file = disk.OpenRead(folder.Entries(start));
        if (file is null || tree.BundleStart(path.Index) is not { } offset)
        {
            return start < folder.First(disk) ? Archived(path) : Absent(path);
        }

        var bundle = new ArrayBufferWriter<byte>();
        var stream = new EntryStream(file, offset);
        for (var i = 0; i < path.Width; i++)
        {
            if (!stream.TryNext(out var entry))
            {
                return TlogFaults.CutShort(path, i);
            }

            EntryBundle.Append(bundle, entry);
        }

        return bundle.WrittenMemory;
    }

    private static class TlogFaults
    {
        public static TlogFault CutShort(TilePath path, int entry) =>
            new(FaultKind.Malformed, $"{path}[{entry}]", "The segment file ends inside this entry.");
    }
}
