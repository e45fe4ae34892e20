namespace Sallyport.Flow;

/// <summary>A place that text is read from, under the name that configuration gives it, with what reading it adds to a run.</summary>
/// <param name="Name">The source's name; <see cref="Undeclared"/> has none of its own.</param>
/// <param name="Labels">What joins the label set of a run that reads there.</param>
public sealed record Source(string Name, LabelSet Labels)
{
    /// <summary>Whether what a run writes there carries its labels to whoever reads it.</summary>
    public bool Carries { get; init; } = true;

    /// <summary>
    /// The place of what a run itself said after it was exposed: so an echo of it is no evidence for trust.
    /// </summary>
    public const string Itself = "itself";

    /// <summary>Every host that no declared source names.</summary>
    public static Source Undeclared { get; } = new("undeclared", LabelSet.Untrusted);
}
