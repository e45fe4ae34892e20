namespace Sallyport.Limits;

/// <summary>How much of each unit an act takes. All-zero is an act that takes nothing.</summary>
/// <param name="Requests">1, or 0 for what was charged before.</param>
/// <param name="Effects">1 for an effect.</param>
/// <param name="BytesSent">Bytes.</param>
/// <param name="BytesReceived">Bytes.</param>
public readonly record struct Amounts(long Requests, long Effects, long BytesSent, long BytesReceived)
{
    /// <summary>What an act takes before it is known how it ends.</summary>
    /// <param name="isEffect">Whether it is an effect.</param>
    /// <param name="bytesSentLeast">
    /// Bytes that it sends at least: the declared length, 1 where there may be a body of no declared length.
    /// </param>
    /// <remarks>Of an answer nothing is known but that there may be one, so there must be room for a byte.</remarks>
    public static Amounts Of(bool isEffect, long bytesSentLeast) => new(1, isEffect ? 1 : 0, bytesSentLeast, 1);

    /// <summary>The amount of one unit.</summary>
    public long this[LimitUnit unit] => unit switch
    {
        LimitUnit.Requests => Requests,
        LimitUnit.Effects => Effects,
        LimitUnit.BytesSent => BytesSent,
        LimitUnit.BytesReceived => BytesReceived,
    };
}
