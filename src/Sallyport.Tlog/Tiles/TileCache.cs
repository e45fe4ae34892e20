using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Tlog.Tiles;

/// <summary>The tiles that were used last, already hashed and checked. Safe for concurrent use.</summary>
/// <remarks>
/// A tile with its nodes takes 16 KiB, so the whole takes one MiB at most. The upper tiles, which all proofs share,
/// stay.
/// </remarks>
internal sealed class TileCache
{
    private const int TilesMax = 64;
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Level, long Index), LinkedListNode<Used>> _places = [];
    private readonly LinkedList<Used> _lastUsedFirst = new();

    public bool TryGet(int level, long index, [NotNullWhen(true)] out TileNodes? tile)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue((level, index), out var place))
            {
                tile = null;
                return false;
            }

            _lastUsedFirst.Remove(place);
            _lastUsedFirst.AddFirst(place);
            tile = place.Value.Tile;
            return true;
        }
    }

    public void Add(int level, long index, TileNodes tile)
    {
        lock (_lock)
        {
            if (!_places.TryAdd((level, index), new(new Used((level, index), tile))))
            {
                return; // another caller was faster, with the same tile: both were checked against one root
            }

            _lastUsedFirst.AddFirst(_places[(level, index)]);
            if (_places.Count > TilesMax)
            {
                _places.Remove(_lastUsedFirst.Last!.Value.Key); // not null: just added to
                _lastUsedFirst.RemoveLast();
            }
        }
    }

    private sealed record Used((int Level, long Index) Key, TileNodes Tile);
}
