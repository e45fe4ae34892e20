namespace Sallyport.Flow.Origins;

/// <summary>Whose text a reading is, by the source that it came from: never by what it says.</summary>
public enum TextTrust
{
    /// <summary>The person's own words: prompt or task, given before the run read anything.</summary>
    Brief,

    /// <summary>From a source that configuration trusts.</summary>
    Trusted,

    /// <summary>From anywhere else.</summary>
    Untrusted,
}

/// <summary>Where the text of a value stands. Nothing set: nowhere that the run has read.</summary>
[Flags]
public enum TextOrigins
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>In the brief.</summary>
    Brief = 1,

    /// <summary>In trusted text.</summary>
    Trusted = 2,

    /// <summary>In untrusted text.</summary>
    Untrusted = 4,

    /// <summary>
    /// Weak evidence: every significant word stands in the brief or in trusted text, and no run of words is shared
    /// with untrusted text alone. For content, never for destinations.
    /// </summary>
    Composed = 8,
}

/// <summary>
/// A piece of evidence: bytes of a reading's body as the agent sees it after content coding is undone.
/// </summary>
/// <param name="Reading">The ordinal that the caller gave to the reading.</param>
/// <param name="Start">First byte. Exact to 32 bytes where letters beside it fold to another length.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct TextSpan(int Reading, long Start, int Length);

/// <summary>What the run was exposed to, as far as it bears on what a missing match means.</summary>
/// <param name="Untrusted">It has read untrusted text.</param>
/// <param name="Opaque">It has read something that could not be indexed, whoever wrote it.</param>
/// <param name="UntrustedIncomplete">Untrusted text exists that is not in the index: dropped, opaque or cut.</param>
public readonly record struct TextExposure(bool Untrusted, bool Opaque, bool UntrustedIncomplete);
