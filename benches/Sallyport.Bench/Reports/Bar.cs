namespace Sallyport.Bench.Reports;

/// <summary>Whether a bar holds.</summary>
internal enum Outcome
{
    /// <summary>The floor holds.</summary>
    Ok,

    /// <summary>It does not, or there were errors.</summary>
    Miss,

    /// <summary>The rival is not on this machine.</summary>
    Skip,
}

/// <summary>Which side of a bar is the good one.</summary>
internal enum Better
{
    /// <summary>More is better: the lower quartile of the ratios must be at least the floor.</summary>
    Higher,

    /// <summary>Less is better: the upper quartile of the ratios must be at most the floor.</summary>
    Lower,
}

/// <summary>A promise about speed, and what became of it in this run.</summary>
internal sealed record Bar
{
    /// <summary>What is compared.</summary>
    public required string Name { get; init; }

    /// <summary>Whose promise it is: <c>gateway issue</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>Whether it holds.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Our figure and the rival's, in words; or why there is none.</summary>
    public required string Figures { get; init; }

    /// <summary>Ratio of ours to the rival's, over the rounds; null for a bar that is not a ratio.</summary>
    public Quartiles? Ratio { get; init; }

    /// <summary>Below it (above it, where less is better) it is missed.</summary>
    public double? Floor { get; init; }

    /// <summary>What we want.</summary>
    public double? Aim { get; init; }

    /// <summary>Judges paired rounds.</summary>
    /// <param name="name">What is compared.</param>
    /// <param name="origin">Whose promise.</param>
    /// <param name="ours">Ours, a value a round.</param>
    /// <param name="theirs">The rival's, in the same rounds.</param>
    /// <param name="limits">Which side is good, floor and aim.</param>
    /// <param name="words">Our median and theirs, in words.</param>
    /// <param name="errors">Errors in either; any makes it a miss.</param>
    public static Bar Paired(
        string name, string origin, IReadOnlyList<double> ours, IReadOnlyList<double> theirs,
        (Better Better, double Floor, double Aim) limits, Func<double, double, string> words, string errors)
    {
        var ratio = Quartiles.Of(ours.Zip(theirs, (own, other) => other > 0 ? own / other : 0));
        var holds = limits.Better is Better.Higher ? ratio.Lower >= limits.Floor : ratio.Upper > 0 && ratio.Upper <= limits.Floor;
        return new Bar
        {
            Name = name,
            Origin = origin,
            Outcome = holds && errors.Length == 0 ? Outcome.Ok : Outcome.Miss,
            Figures = words(Quartiles.Of(ours).Median, Quartiles.Of(theirs).Median) + (errors.Length == 0 ? "" : $", errors: {errors}"),
            Ratio = ratio,
            Floor = limits.Floor,
            Aim = limits.Aim,
        };
    }

    /// <summary>A bar whose rival is not here.</summary>
    public static Bar Skipped(string name, string origin, string why) => new() { Name = name, Origin = origin, Outcome = Outcome.Skip, Figures = why };

    /// <summary>A bar whose measurement could not be made.</summary>
    public static Bar Failed(string name, string origin, string why) => new() { Name = name, Origin = origin, Outcome = Outcome.Miss, Figures = why };
}
