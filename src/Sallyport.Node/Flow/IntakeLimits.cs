namespace Sallyport.Flow;

/// <summary>Bounds of the copy of one response that is inflated for the index. Over them the rest is opaque.</summary>
public sealed record IntakeLimits
{
    /// <summary>What a node uses unless told otherwise.</summary>
    public static IntakeLimits Default { get; } = new();

    /// <summary>Inflated bytes of one response.</summary>
    public long InflatedBytesMax { get; init; } = 32 << 20;

    /// <summary>
    /// Inflated bytes for each compressed one, once the first MiB is past: deflate reaches 1032, pages about 10.
    /// </summary>
    public int RatioMax { get; init; } = 200;
}
