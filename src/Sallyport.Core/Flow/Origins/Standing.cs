namespace Sallyport.Flow.Origins;

/// <summary>What the evidence for a value amounts to. Ordered: a later one is more trusting.</summary>
public enum Standing
{
    /// <summary>Untrusted text, or no evidence in a run that was exposed.</summary>
    Untrusted,

    /// <summary>No evidence, in a run that has read nothing but trusted text: the model's own words.</summary>
    Unexposed,

    /// <summary>Only composed of words of the brief and of trusted text. For content, never for destinations.</summary>
    Composed,

    /// <summary>As a whole in trusted text, and in no untrusted text.</summary>
    Trusted,

    /// <summary>As a whole in the brief.</summary>
    Brief,
}

/// <summary>The reading of evidence: trust needs a positive match. The table is in docs/reference/origins.md.</summary>
public static class Standings
{
    /// <summary>Reads the evidence; the first row that fits holds.</summary>
    /// <param name="whole">Where the value stands as a whole.</param>
    /// <param name="shared">Where parts of it stand; <see cref="TextOrigins.Composed"/> if it is composed.</param>
    /// <param name="exposure">What the run has read.</param>
    public static Standing Of(TextOrigins whole, TextOrigins shared, TextExposure exposure)
    {
        if (whole.HasFlag(TextOrigins.Brief))
        {
            return Standing.Brief;
        }

        // What was not indexed may have held the value too.
        if (whole.HasFlag(TextOrigins.Untrusted) || exposure.UntrustedIncomplete)
        {
            return Standing.Untrusted;
        }

        if (whole.HasFlag(TextOrigins.Trusted))
        {
            return Standing.Trusted;
        }

        if (shared.HasFlag(TextOrigins.Composed))
        {
            return Standing.Composed;
        }

        return shared.HasFlag(TextOrigins.Untrusted) || exposure.Untrusted || exposure.Opaque
            ? Standing.Untrusted
            : Standing.Unexposed;
    }
}
