using Sallyport.Tlog.Merkle;

namespace Sallyport.Tlog.Tiles;

/// <summary>
/// A log kept as plain runs of bytes: the hashes of a level end to end, the entries behind their lengths end to end.
/// Tiles and bundles, partial ones of any width too, are byte ranges of these; nothing is stored twice.
/// </summary>
/// <param name="levels">The hashes of level 0, of level 1 (the roots of full level 0 tiles), and so on.</param>
/// <param name="entries">The entries.</param>
/// <param name="bundleStarts">Where in the entries each bundle begins.</param>
public sealed class ByteRangeTiles(
    IReadOnlyList<IByteRange> levels, IByteRange entries, IReadOnlyList<long> bundleStarts) : ITileReader
{
    /// <inheritdoc/>
    public ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(path.IsBundle ? ReadBundle(path) : ReadTile(path));
    }

    private static TlogFault Absent(TilePath path) =>
        new(FaultKind.Absent, $"{path}", "The log does not reach that far.");

    private Result<ReadOnlyMemory<byte>> ReadTile(TilePath path)
    {
        if (path.Level >= levels.Count)
        {
            return Absent(path);
        }

        var first = (Int128)path.Index * TilePath.FullWidth * Hash.Length; // an index may be as large as it likes
        return !levels[path.Level].TryGetLength(out var length, out var fault) ? fault with { Field = $"{path}" }
            : first + path.BytesMax > length ? Absent(path)
            : Read(path, levels[path.Level], (long)first, path.BytesMax);
    }

    private Result<ReadOnlyMemory<byte>> ReadBundle(TilePath path)
    {
        if (path.Index >= bundleStarts.Count)
        {
            return Absent(path);
        }

        if (!entries.TryGetLength(out var length, out var fault))
        {
            return fault with { Field = $"{path}" };
        }

        var start = bundleStarts[(int)path.Index];
        var end = path.Index + 1 < bundleStarts.Count ? bundleStarts[(int)path.Index + 1] : length;
        if (start < 0 || end < start || end > length || end - start > path.Full.BytesMax)
        {
            return TlogFault.Malformed($"{path}", $"A bundle cannot lie at [{start}, {end}) of {length} bytes.");
        }

        return Read(path, entries, start, (int)(end - start)).TryGet(out var bytes, out fault)
            ? FirstEntries(path, bytes)
            : fault;
    }

    // The last bundle holds what there is by now; a narrower one is its beginning.
    private static Result<ReadOnlyMemory<byte>> FirstEntries(TilePath path, ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes.Span;
        for (var i = 0; i < path.Width; i++)
        {
            if (!EntryBundle.TryTake(ref rest, out _))
            {
                return Absent(path);
            }
        }

        return bytes[..^rest.Length];
    }

    private static Result<ReadOnlyMemory<byte>> Read(TilePath path, IByteRange range, long offset, int length)
    {
        var bytes = new byte[length];
        return range.Read(offset, bytes) is { } fault ? fault with { Field = $"{path}" } : (ReadOnlyMemory<byte>)bytes;
    }
}
