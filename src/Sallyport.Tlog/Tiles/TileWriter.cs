using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Tlog.Tiles;

/// <summary>
/// Writes a log's tiles and entry bundles as entries come, in memory that does not grow with the log. Not safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// The order is what makes a crash harmless: first bundles and tiles, then, after <see cref="TryFlush"/> has said yes,
/// the caller's signed checkpoint. What is on disk beyond the last checkpoint does not exist yet;
/// <see cref="ResumeAsync"/> goes on from the checkpoint.
/// </remarks>
public sealed class TileWriter
{
    private readonly ITileSink _sink;
    private readonly TileLevels _levels;
    private readonly ArrayBufferWriter<byte> _bundle = new();
    private TreeSize _flushed;
    private TlogFault? _broken;

    /// <summary>A writer of a new log.</summary>
    public TileWriter(ITileSink sink)
        : this(sink, new TileLevels())
    {
    }

    private TileWriter(ITileSink sink, TileLevels levels)
    {
        _sink = sink;
        _levels = levels;
        _flushed = levels.Size;
    }

    /// <summary>How many entries were appended, flushed or not.</summary>
    public TreeSize Size => _levels.Size;

    /// <summary>
    /// Goes on with a log at a head that the caller has signed. Its right edge is checked against the root first.
    /// </summary>
    public static async ValueTask<Result<TileWriter>> ResumeAsync(
        ITileReader reader, ITileSink sink, TreeHead head, CancellationToken cancellation)
    {
        if (!(await TileTree.OpenAsync(reader, head, cancellation)).TryGet(out var tree, out var fault))
        {
            return fault;
        }

        var writer = new TileWriter(sink, tree.ToLevels());
        var width = TileLevels.PartialWidth(head.Size, 0);
        if (width == 0)
        {
            return writer;
        }

        var path = TilePath.Bundle(TileLevels.FullTiles(head.Size, 0), width);
        if (!(await reader.BundleAsync(path, cancellation)).TryGet(out var bundle, out fault))
        {
            return fault;
        }

        for (var i = 0; i < width; i++)
        {
            if (TreeHash.Leaf(bundle[i].Span) != writer._levels.Partial(0)[i])
            {
                return TlogFault.Mismatch(
                    $"{path}[{i}]", $"Entry {head.Size.Value - width + i} does not hash to its leaf in the tile.");
            }

            EntryBundle.Append(writer._bundle, bundle[i].Span);
        }

        return writer;
    }

    /// <summary>
    /// Appends one entry. When it fills a bundle, that and every tile that is full by it are written.
    /// </summary>
    /// <param name="entry">At most 65,535 bytes.</param>
    /// <param name="index">Where it stands.</param>
    /// <param name="fault">Why not. After a failed write the writer stays broken: only the store knows what it
    /// holds.</param>
    public bool TryAppend(ReadOnlySpan<byte> entry, out LeafIndex index, [NotNullWhen(false)] out TlogFault? fault)
    {
        index = new LeafIndex(Size.Value);
        fault = _broken;
        if (fault is null && entry.Length > EntryBundle.EntryBytesMax)
        {
            fault = TlogFault.OutOfRange(
                "entry", $"An entry of {entry.Length} bytes is over the limit of {EntryBundle.EntryBytesMax}.");
        }
        else if (fault is null && Size.Value == long.MaxValue)
        {
            fault = TlogFault.OutOfRange("size", "The log has 2^63 - 1 entries: no tree is larger.");
        }

        if (fault is not null)
        {
            return false;
        }

        EntryBundle.Append(_bundle, entry);
        var full = _levels.Append(TreeHash.Leaf(entry));
        if (full > 0)
        {
            fault = _broken = WriteFull(full);
            _bundle.ResetWrittenCount();
        }

        return fault is null;
    }

    /// <summary>
    /// Writes the partial tiles and the partial bundle of the present size: all that its checkpoint needs.
    /// </summary>
    /// <param name="head">What can be signed now.</param>
    /// <param name="fault">Why not.</param>
    public bool TryFlush([NotNullWhen(true)] out TreeHead? head, [NotNullWhen(false)] out TlogFault? fault)
    {
        fault = _broken ??= WritePartial();
        head = fault is null ? _levels.Head : null;
        return fault is null;
    }

    // Upwards: a hash in a tile stands for a full tile below, so that one is there first.
    private TlogFault? WriteFull(int levels)
    {
        var fault = _sink.Write(TilePath.Bundle(TileLevels.FullTiles(Size, 0) - 1), _bundle.WrittenSpan);
        for (var level = 0; fault is null && level < levels; level++)
        {
            var path = TilePath.Hashes(level, TileLevels.FullTiles(Size, level) - 1);
            fault = _sink.Write(path, MemoryMarshal.AsBytes(_levels.Full(level)));
        }

        return fault;
    }

    private TlogFault? WritePartial()
    {
        TlogFault? fault = null;
        var width = TileLevels.PartialWidth(Size, 0);
        if (width > 0 && _flushed != Size)
        {
            fault = _sink.Write(TilePath.Bundle(TileLevels.FullTiles(Size, 0), width), _bundle.WrittenSpan);
        }

        for (var level = 0; fault is null && level < TileLevels.Count; level++)
        {
            width = TileLevels.PartialWidth(Size, level);
            if (width > 0 && _flushed.Value >> (8 * level) != Size.Value >> (8 * level))
            {
                var path = TilePath.Hashes(level, TileLevels.FullTiles(Size, level), width);
                fault = _sink.Write(path, MemoryMarshal.AsBytes(_levels.Partial(level)));
            }
        }

        _flushed = fault is null ? Size : _flushed;
        return fault;
    }
}
