using System.Runtime.InteropServices;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Tlog.Tiles;

/// <summary>What a whole log was found to hold.</summary>
/// <param name="Entries">Entries whose bytes were hashed.</param>
/// <param name="EntryBytes">Their bytes.</param>
/// <param name="Tiles">Tiles that were compared, of all levels.</param>
/// <param name="Heads">Heads whose root was met at their size: each is consistent with each other.</param>
public sealed record LogReport(long Entries, long EntryBytes, long Tiles, int Heads);

/// <summary>
/// Reads a whole log once, from the bytes of its entries up, and believes nothing else. Memory does not grow with the
/// log.
/// </summary>
public static class LogAudit
{
    /// <summary>
    /// Checks every entry against its leaf hash, every tile against the entries, and every head against the tree at its
    /// size.
    /// </summary>
    /// <param name="reader">The log.</param>
    /// <param name="heads">Heads of checkpoints whose signatures are good, in any order. The largest says how far the
    /// log goes. All roots along one sequence of entries means that they are consistent pairwise.
    /// </param>
    /// <param name="cancellation">Stops between bundles.</param>
    /// <returns>The first fault, with the exact entry, tile or head as its field; or what was found good.</returns>
    public static async ValueTask<Result<LogReport>> VerifyAsync(
        ITileReader reader, IEnumerable<TreeHead> heads, CancellationToken cancellation)
    {
        var expected = heads.OrderBy(head => head.Size).ToList();
        if (expected.Count == 0)
        {
            return TlogFault.OutOfRange("heads", "Without a head there is nothing to hold the log to.");
        }

        var walk = new Walk(reader, expected);
        if (walk.CheckHeads() is { } early)
        {
            return early;
        }

        var size = expected[^1].Size;
        while (walk.Size < size)
        {
            cancellation.ThrowIfCancellationRequested();
            if (await walk.BundleAsync(size, cancellation) is { } fault)
            {
                return fault;
            }
        }

        return await walk.PartialTilesAsync(cancellation) is { } late ? late : walk.Report(expected.Count);
    }

    private sealed class Walk(ITileReader reader, List<TreeHead> heads)
    {
        private readonly TileLevels _levels = new();
        private int _nextHead;
        private long _bytes;
        private long _tiles;

        public TreeSize Size => _levels.Size;

        public LogReport Report(int checkedHeads) => new(Size.Value, _bytes, _tiles, checkedHeads);

        // Several heads of one size are one tree, or a fork.
        public TlogFault? CheckHeads()
        {
            for (; _nextHead < heads.Count && heads[_nextHead].Size == Size; _nextHead++)
            {
                if (heads[_nextHead].Root != _levels.Head.Root)
                {
                    return TlogFault.Mismatch(
                        $"head[{Size}].root",
                        $"At size {Size} the entries hash to {_levels.Head.Root}, not to {heads[_nextHead].Root}.");
                }
            }

            return null;
        }

        public async ValueTask<TlogFault?> BundleAsync(TreeSize end, CancellationToken cancellation)
        {
            var index = Size.Value / TilePath.FullWidth;
            var width = (int)Math.Min(TilePath.FullWidth, end.Value - Size.Value);
            var (bundlePath, tilePath) = (TilePath.Bundle(index, width), TilePath.Hashes(0, index, width));
            if (!(await reader.BundleAsync(bundlePath, cancellation)).TryGet(out var bundle, out var fault)
                || !(await reader.TileAsync(tilePath, cancellation)).TryGet(out var tile, out fault))
            {
                return fault;
            }

            var full = 0;
            for (var i = 0; i < width; i++)
            {
                var leaf = TreeHash.Leaf(bundle[i].Span);
                if (leaf != MemoryMarshal.Cast<byte, Hash>(tile.Span)[i])
                {
                    return TlogFault.Mismatch(
                        $"entry[{Size}]",
                        $"Entry {Size} hashes to {leaf}, which is not hash {i} of {tilePath}.");
                }

                full = _levels.Append(leaf);
                _bytes += bundle[i].Length;
                if (CheckHeads() is { } wrong)
                {
                    return wrong;
                }
            }

            _tiles++;
            return await FullTilesAsync(full, cancellation);
        }

        public async ValueTask<TlogFault?> PartialTilesAsync(CancellationToken cancellation)
        {
            TlogFault? fault = null;
            for (var level = 1; fault is null && level < TileLevels.Count; level++)
            {
                var width = TileLevels.PartialWidth(Size, level);
                fault = width == 0
                    ? null
                    : await CompareAsync(
                        TilePath.Hashes(level, TileLevels.FullTiles(Size, level), width), cancellation);
            }

            return fault;
        }

        private async ValueTask<TlogFault?> FullTilesAsync(int levels, CancellationToken cancellation)
        {
            TlogFault? fault = null;
            for (var level = 1; fault is null && level < levels; level++)
            {
                fault = await CompareAsync(TilePath.Hashes(level, TileLevels.FullTiles(Size, level) - 1), cancellation);
            }

            return fault;
        }

        private async ValueTask<TlogFault?> CompareAsync(TilePath path, CancellationToken cancellation)
        {
            if (!(await reader.TileAsync(path, cancellation)).TryGet(out var bytes, out var fault))
            {
                return fault;
            }

            _tiles++;
            return Difference(
                path, bytes.Span, path.IsPartial ? _levels.Partial(path.Level) : _levels.Full(path.Level));
        }

        private static TlogFault? Difference(TilePath path, ReadOnlySpan<byte> bytes, ReadOnlySpan<Hash> expected)
        {
            var same = MemoryMarshal.Cast<byte, Hash>(bytes).CommonPrefixLength(expected);
            return same == expected.Length
                ? null
                : TlogFault.Mismatch(
                    $"{path}[{same}]", $"Hash {same} of the tile is not {expected[same]}, which the tiles below make.");
        }
    }
}
