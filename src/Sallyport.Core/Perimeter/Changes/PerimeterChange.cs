namespace Sallyport.Perimeter.Changes;

/// <summary>What a change does to what agents may do, mildest first.</summary>
public enum ChangeDirection
{
    /// <summary>Nothing.</summary>
    Neutral,

    /// <summary>Less is allowed than before, and nothing more.</summary>
    Narrows,

    /// <summary>It cannot be told, so it counts as widening.</summary>
    MayWiden,

    /// <summary>More is allowed than before.</summary>
    Widens,
}

/// <summary>One difference between two perimeters, in words.</summary>
/// <param name="Direction">What it does.</param>
/// <param name="Subject">What it is about: <c>role reader</c>, <c>source wiki</c>.</param>
/// <param name="What">What is different.</param>
/// <param name="AtRestart">Whether it takes effect at the next start of the node alone.</param>
public sealed record PerimeterChange(
    ChangeDirection Direction, string Subject, string What, bool AtRestart = false)
{
    /// <summary>Whether it waits for its record, and perhaps for a second person.</summary>
    public bool Loosens => Direction is ChangeDirection.MayWiden or ChangeDirection.Widens;

    /// <summary>The word for what it does.</summary>
    public string Word => Direction switch
    {
        ChangeDirection.Neutral => "changes",
        ChangeDirection.Narrows => "narrows",
        ChangeDirection.MayWiden => "may widen",
        ChangeDirection.Widens => "widens",
    };

    /// <summary>Direction, subject and words on one line.</summary>
    public override string ToString() =>
        $"{Word}: {Subject}: {What}{(AtRestart ? " (needs a restart)" : "")}";
}
