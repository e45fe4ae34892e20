using System.Collections.Immutable;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Tlog.Tiles;

/// <summary>
/// A log's tree, read from tiles and believed only as far as they hash to a root that the caller trusts. Safe for
/// concurrent use if the reader is.
/// </summary>
/// <remarks>
/// Opening reads the partial tiles at the right edge (at most eight) and checks the root. From there each full tile is
/// checked against its hash in the tile above before anything in it is used, so a fault names the tile that is wrong,
/// and no proof is ever made from one.
/// </remarks>
public sealed class TileTree
{
    private readonly ITileReader _reader;
    private readonly TileNodes?[] _edge;
    private readonly TileCache _cache = new();

    private TileTree(ITileReader reader, TreeHead head, TileNodes?[] edge)
    {
        _reader = reader;
        Head = head;
        _edge = edge;
    }

    /// <summary>The size and the root that everything is checked against.</summary>
    public TreeHead Head { get; }

    /// <summary>Opens the tree with this head, and checks that the right edge leads to its root.</summary>
    public static async ValueTask<Result<TileTree>> OpenAsync(
        ITileReader reader, TreeHead head, CancellationToken cancellation)
    {
        var edge = new TileNodes?[TileLevels.Count];
        for (var level = 0; level < TileLevels.Count; level++)
        {
            var width = TileLevels.PartialWidth(head.Size, level);
            if (width == 0)
            {
                continue;
            }

            var path = TilePath.Hashes(level, TileLevels.FullTiles(head.Size, level), width);
            if (!(await reader.TileAsync(path, cancellation)).TryGet(out var bytes, out var fault))
            {
                return fault;
            }

            edge[level] = TileNodes.Of(bytes.Span);
        }

        var tree = new TileTree(reader, head, edge);
        // The perfect subtrees of the whole tree all end at the right edge, so this reads nothing.
        var whole = await tree.HashOfAsync(new LeafSpan(0, head.Size.Value), cancellation);
        return !whole.TryGet(out var root, out var wrong) ? wrong
            : root == head.Root ? tree
            : TlogFault.Mismatch(
                "root", $"The tiles at the right edge of size {head.Size} hash to {root}, not to {head.Root}.");
    }

    /// <summary>The proof that the entry at a position is in this tree.</summary>
    public ValueTask<Result<InclusionProof>> ProveInclusionAsync(LeafIndex index, CancellationToken cancellation) =>
        ProveInclusionAsync(index, Head.Size, cancellation);

    /// <summary>The proof that the entry at a position is in this tree as it was at an older size.</summary>
    public async ValueTask<Result<InclusionProof>> ProveInclusionAsync(
        LeafIndex index, TreeSize size, CancellationToken cancellation)
    {
        if (size > Head.Size || !size.Contains(index))
        {
            return TlogFault.OutOfRange(
                "index", $"There is no entry {index} in size {size} of a tree of size {Head.Size}.");
        }

        var path = ProofPath.Inclusion(index.Value, size.Value);
        return (await HashesAsync(path, cancellation)).TryGet(out var hashes, out var fault)
            ? new InclusionProof(index, size, hashes)
            : fault;
    }

    /// <summary>The proof that this tree begins with all of an older one. From size 0 it is empty.</summary>
    public ValueTask<Result<ConsistencyProof>> ProveConsistencyAsync(TreeSize from, CancellationToken cancellation) =>
        ProveConsistencyAsync(from, Head.Size, cancellation);

    /// <summary>The proof that the tree of one size begins with all of that of another.</summary>
    public async ValueTask<Result<ConsistencyProof>> ProveConsistencyAsync(
        TreeSize from, TreeSize to, CancellationToken cancellation)
    {
        if (from > to || to > Head.Size)
        {
            return TlogFault.OutOfRange(
                "size", $"There is no step from size {from} to {to} in a tree of size {Head.Size}.");
        }

        var older = Subtree.Create(0, from.Value).ValueOrThrow(); // 0 is a multiple of everything
        var path = from.Value == 0 ? [] : ProofPath.Consistency(older, to.Value);
        return (await HashesAsync(path, cancellation)).TryGet(out var hashes, out var fault)
            ? new ConsistencyProof(from, to, hashes)
            : fault;
    }

    /// <summary>The proof that this tree has a subtree.</summary>
    public async ValueTask<Result<SubtreeConsistencyProof>> ProveSubtreeAsync(
        Subtree subtree, CancellationToken cancellation)
    {
        if (subtree.End > Head.Size.Value)
        {
            return TlogFault.OutOfRange(
                "subtree", $"A tree of size {Head.Size} has no leaves [{subtree.Start}, {subtree.End}).");
        }

        var path = subtree.Start == subtree.End ? [] : ProofPath.Consistency(subtree, Head.Size.Value);
        return (await HashesAsync(path, cancellation)).TryGet(out var hashes, out var fault)
            ? new SubtreeConsistencyProof(subtree, Head.Size, hashes)
            : fault;
    }

    /// <summary>The head that the tree had at an older size.</summary>
    public async ValueTask<Result<TreeHead>> HeadAtAsync(TreeSize size, CancellationToken cancellation)
    {
        if (size > Head.Size)
        {
            return TlogFault.OutOfRange("size", $"A tree of size {Head.Size} has not been of size {size}.");
        }

        return (await HashOfAsync(new LeafSpan(0, size.Value), cancellation)).TryGet(out var root, out var fault)
            ? new TreeHead(size, root)
            : fault;
    }

    /// <summary>The hash of a subtree's leaves.</summary>
    public async ValueTask<Result<Hash>> HashOfAsync(Subtree subtree, CancellationToken cancellation) =>
        subtree.End <= Head.Size.Value
            ? await HashOfAsync(new LeafSpan(subtree.Start, subtree.End), cancellation)
            : TlogFault.OutOfRange(
                "subtree", $"A tree of size {Head.Size} has no leaves [{subtree.Start}, {subtree.End}).");

    /// <summary>An entry, checked against its leaf hash.</summary>
    public async ValueTask<Result<ReadOnlyMemory<byte>>> ReadEntryAsync(LeafIndex index, CancellationToken cancellation)
    {
        if (!Head.Size.Contains(index))
        {
            return TlogFault.OutOfRange("index", $"A tree of size {Head.Size} has no entry {index}.");
        }

        var number = index.Value / TilePath.FullWidth;
        var path = TilePath.Bundle(
            number, (int)Math.Min(TilePath.FullWidth, Head.Size.Value - (number * TilePath.FullWidth)));
        if (!(await _reader.BundleAsync(path, cancellation)).TryGet(out var bundle, out var fault)
            || !(await NodeAsync(new NodePosition(0, index.Value), cancellation)).TryGet(out var leaf, out fault))
        {
            return fault;
        }

        var entry = bundle[(int)(index.Value % TilePath.FullWidth)];
        return TreeHash.Leaf(entry.Span) == leaf
            ? entry
            : TlogFault.Mismatch(
                $"{path}[{index.Value % TilePath.FullWidth}]", $"Entry {index} does not hash to {leaf}.");
    }

    /// <summary>
    /// A range that goes on where this tree ends, checked against its root: what a log that keeps its own files
    /// continues with after a restart.
    /// </summary>
    public CompactRange ToCompactRange()
    {
        var nodes = ProofPath.Perfect(new LeafSpan(0, Head.Size.Value)).Select(node => OnEdge(node));
        return CompactRange.Restore(Head.Size, [.. nodes]).ValueOrThrow(); // one node for each bit of the size

        // Not null: a perfect subtree of this height is one because the size leaves hashes at its level.
        Hash OnEdge(NodePosition node)
        {
            var (level, height) = (node.Height / 8, node.Height % 8);
            return _edge[level]![height, (int)((node.Index << height) & 0xFF) >> height];
        }
    }

    /// <summary>What a writer needs to go on with this tree.</summary>
    internal TileLevels ToLevels() =>
        new(ToCompactRange(), [.. _edge.Select(tile => tile is null ? [] : tile.Hashes.ToArray())]);

    private async ValueTask<Result<ImmutableArray<Hash>>> HashesAsync(
        ImmutableArray<LeafSpan> path, CancellationToken cancellation)
    {
        var hashes = ImmutableArray.CreateBuilder<Hash>(path.Length);
        foreach (var span in path)
        {
            if (!(await HashOfAsync(span, cancellation)).TryGet(out var hash, out var fault))
            {
                return fault;
            }

            hashes.Add(hash);
        }

        return hashes.MoveToImmutable();
    }

    private async ValueTask<Result<Hash>> HashOfAsync(LeafSpan span, CancellationToken cancellation)
    {
        var perfect = ProofPath.Perfect(span);
        var hashes = new Hash[perfect.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (!(await NodeAsync(perfect[i], cancellation)).TryGet(out hashes[i], out var fault))
            {
                return fault;
            }
        }

        return TreeHash.Fold(hashes);
    }

    private async ValueTask<Result<Hash>> NodeAsync(NodePosition node, CancellationToken cancellation)
    {
        var (level, height) = (node.Height / 8, node.Height % 8);
        var first = node.Index << height; // in hashes of the tile's level
        return (await TileAsync(level, first / TilePath.FullWidth, cancellation)).TryGet(out var tile, out var fault)
            ? tile[height, (int)(first % TilePath.FullWidth) >> height]
            : fault;
    }

    // A tile whose hashes are known to be those of the tree with the trusted root.
    private async ValueTask<Result<TileNodes>> TileAsync(int level, long index, CancellationToken cancellation)
    {
        if (index == TileLevels.FullTiles(Head.Size, level))
        {
            return _edge[level]!; // not null: only nodes inside the tree are asked for
        }

        if (_cache.TryGet(level, index, out var cached))
        {
            return cached;
        }

        if (!(await TileAsync(level + 1, index / TilePath.FullWidth, cancellation)).TryGet(out var above, out var fault)
            || !(await _reader.TileAsync(TilePath.Hashes(level, index), cancellation)).TryGet(out var bytes, out fault))
        {
            return fault;
        }

        var tile = TileNodes.Of(bytes.Span);
        var expected = above[0, (int)(index % TilePath.FullWidth)];
        if (tile.Root != expected)
        {
            return TlogFault.Mismatch(
                $"{TilePath.Hashes(level, index)}",
                $"The tile hashes to {tile.Root}, the one above it says {expected}.");
        }

        _cache.Add(level, index, tile);
        return tile;
    }
}
