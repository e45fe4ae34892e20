using System.Runtime.InteropServices;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Tlog.Tiles;

/// <summary>
/// All nodes that a tile's hashes determine: its own hashes at height 0, up to its root at height 8 if it is full.
/// </summary>
internal sealed class TileNodes
{
    private const int HeightMax = 8;
    private readonly Hash[][] _heights;

    private TileNodes(Hash[][] heights) => _heights = heights;

    /// <summary>The root of a full tile.</summary>
    public Hash Root => _heights[HeightMax][0];

    /// <summary>The tile's own hashes.</summary>
    public ReadOnlySpan<Hash> Hashes => _heights[0];

    public Hash this[int height, int index] => _heights[height][index];

    /// <summary>Hashes a tile up: 255 node hashes if it is full.</summary>
    /// <param name="tile">A multiple of 32 bytes.</param>
    public static TileNodes Of(ReadOnlySpan<byte> tile)
    {
        var heights = new Hash[HeightMax + 1][];
        heights[0] = MemoryMarshal.Cast<byte, Hash>(tile).ToArray();
        for (var height = 1; height <= HeightMax; height++)
        {
            var below = heights[height - 1];
            var nodes = new Hash[below.Length / 2];
            for (var i = 0; i < nodes.Length; i++)
            {
                nodes[i] = TreeHash.Node(below[2 * i], below[(2 * i) + 1]);
            }

            heights[height] = nodes;
        }

        return new TileNodes(heights);
    }
}
