namespace Sallyport.Limits;

/// <summary>What one limit had left when an act was asked for: a fact of the decision.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Used">What has been used up in the window.</param>
/// <param name="Reserved">What acts that are still under way hold, beyond what they have used.</param>
/// <param name="Needed">What this act takes of it; 0 for what has been charged before.</param>
/// <param name="OpensAt">When there is room for it; null when there is room now, or never will be.</param>
public sealed record Budget(LimitRule Limit, long Used, long Reserved, long Needed, DateTimeOffset? OpensAt)
{
    /// <summary>Name of the limit.</summary>
    public string Id => Limit.Id;

    /// <summary>The most in a window.</summary>
    public long Max => Limit.Max;

    /// <summary>Everything that counts against it.</summary>
    public long Taken => Used + Reserved;

    /// <summary>Whether the act may take what it needs.</summary>
    public bool Admits => Needed == 0 || Needed <= Max - Taken;

    /// <summary>Whether even an empty window would be too small.</summary>
    public bool NeverAdmits => Needed > Max;
}
