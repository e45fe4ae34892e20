namespace Sallyport.Tlog.Tiles;

/// <summary>
/// Where tiles and entry bundles come from: a folder, byte ranges of files, memory, a web server. Nothing it returns is
/// trusted.
/// </summary>
public interface ITileReader
{
    /// <summary>The bytes under a path.</summary>
    /// <param name="path">Which tile or bundle. A reader gives just that; the fallback from partial to full is the
    /// caller's.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>
    /// At most <see cref="TilePath.BytesMax"/> bytes that will not change; <see cref="FaultKind.Absent"/> if there is
    /// no such tile, <see cref="FaultKind.Unreadable"/> if that cannot be told now. The fault's field is the path.
    /// </returns>
    ValueTask<Result<ReadOnlyMemory<byte>>> ReadAsync(TilePath path, CancellationToken cancellation);
}

/// <summary>Where a writer puts tiles and entry bundles.</summary>
public interface ITileSink
{
    /// <summary>Keeps these bytes under this path, whole or not at all.</summary>
    /// <returns>
    /// Null when it is done. The same path comes with the same bytes or not at all: others are a fault.
    /// </returns>
    TlogFault? Write(TilePath path, ReadOnlySpan<byte> bytes);
}

internal static class TileReading
{
    /// <summary>
    /// A tile's or bundle's bytes; for a partial one that is gone, its part of the full one (tlog-tiles, "Partial
    /// Tiles").
    /// </summary>
    public static async ValueTask<Result<ReadOnlyMemory<byte>>> TileAsync(
        this ITileReader reader, TilePath path, CancellationToken cancellation)
    {
        var (result, _) = await ReadAsync(reader, path, cancellation);
        if (!result.TryGet(out var bytes, out var fault))
        {
            return fault;
        }

        // A full tile read in place of a partial one is longer; it was held to its own length before.
        return bytes.Length >= path.BytesMax
            ? bytes[..path.BytesMax]
            : TlogFault.Malformed($"{path}", $"The tile has {bytes.Length} bytes, not {path.BytesMax}.");
    }

    public static async ValueTask<Result<EntryBundle>> BundleAsync(
        this ITileReader reader, TilePath path, CancellationToken cancellation)
    {
        var (result, isPrefix) = await ReadAsync(reader, path, cancellation);
        return result.TryGet(out var bytes, out var fault) ? EntryBundle.Parse(path, bytes, isPrefix) : fault;
    }

    private static async ValueTask<(Result<ReadOnlyMemory<byte>> Bytes, bool IsPrefix)> ReadAsync(
        ITileReader reader, TilePath path, CancellationToken cancellation)
    {
        var asked = path;
        var result = await reader.ReadAsync(asked, cancellation);
        if (asked.IsPartial && result.Fault?.Kind == FaultKind.Absent)
        {
            asked = path.Full;
            var full = await reader.ReadAsync(asked, cancellation);
            result = full.Fault?.Kind == FaultKind.Absent ? result : full; // name what was looked for
        }

        if (result.TryGet(out var bytes, out _) && bytes.Length > asked.BytesMax)
        {
            result = TlogFault.Malformed($"{asked}", $"{bytes.Length} bytes are over the limit of {asked.BytesMax}.");
        }

        return (result, asked != path);
    }
}
