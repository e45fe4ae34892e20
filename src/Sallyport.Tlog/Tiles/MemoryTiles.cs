using System.Collections.Concurrent;

namespace Sallyport.Tlog.Tiles;

/// <summary>A log's tiles in memory. Safe for concurrent use.</summary>
public sealed class MemoryTiles : ITileReader, ITileSink
{
    private readonly ConcurrentDictionary<TilePath, byte[]> _tiles = new();

    /// <summary>The paths that are there, in no order.</summary>
    public IEnumerable<TilePath> Paths => _tiles.Keys;

    /// <inheritdoc/>
    public ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation) =>
        ValueTask.FromResult(
            _tiles.TryGetValue(path, out var bytes)
                ? (Result<ReadOnlyMemory<byte>>)(ReadOnlyMemory<byte>)bytes
                : new TlogFault(FaultKind.Absent, $"{path}", "There is no such tile."));

    /// <inheritdoc/>
    public TlogFault? Write(TilePath path, ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        return _tiles.GetOrAdd(path, copy).AsSpan().SequenceEqual(bytes)
            ? null
            : TlogFault.Mismatch($"{path}", "The tile is there with other bytes: a log never changes one.");
    }
}
