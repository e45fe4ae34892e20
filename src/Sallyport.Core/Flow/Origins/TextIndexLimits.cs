namespace Sallyport.Flow.Origins;

/// <summary>
/// Bounds of one run's index and of one trace. Over any of them the answers only become more cautious.
/// </summary>
public sealed record TextIndexLimits
{
    /// <summary>What a node uses unless told otherwise.</summary>
    public static TextIndexLimits Default { get; } = new();

    /// <summary>Bytes of memory for untrusted text: about 2.7 for each byte of text.</summary>
    public long UntrustedBytesMax { get; init; } = 24 << 20;

    /// <summary>Bytes of memory for trusted text.</summary>
    public long TrustedBytesMax { get; init; } = 16 << 20;

    /// <summary>Bytes of memory for the brief.</summary>
    public long BriefBytesMax { get; init; } = 4 << 20;

    /// <summary>
    /// Steps of one trace of a whole argument: chain links and bytes compared, in units of a few nanoseconds.
    /// </summary>
    public int WorkMax { get; init; } = 1 << 20;

    /// <summary>Strings and numbers of one argument.</summary>
    public int LeavesMax { get; init; } = 1024;

    /// <summary>Depth of one argument.</summary>
    public int DepthMax { get; init; } = 64;

    /// <summary>Bytes of one value; a longer one is traced so far and counts as untrusted.</summary>
    public int ValueBytesMax { get; init; } = 64 << 10;

    /// <summary>Pieces of evidence for one value.</summary>
    public int SpansMax { get; init; } = 4;
}
