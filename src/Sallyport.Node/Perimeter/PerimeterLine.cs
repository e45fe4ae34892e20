using System.Collections.Immutable;

namespace Sallyport.Perimeter;

/// <summary>What was in force, as somebody who takes back step by step sees it: the last is in force.</summary>
/// <remarks>A rollback takes away what it has left behind, so that the next one goes further back and never forward
/// again. What was rolled back is still kept, and is named by its hash.</remarks>
/// <param name="Steps">Hashes, oldest first.</param>
public sealed record PerimeterLine(ImmutableArray<string> Steps)
{
    /// <summary>Most steps that are remembered.</summary>
    public const int StepsMax = 256;

    /// <summary>Nothing was ever in force.</summary>
    public static PerimeterLine Empty { get; } = new(ImmutableArray<string>.Empty);

    /// <summary>What is in force; null when nothing is.</summary>
    public string? InForce => Steps.IsEmpty ? null : Steps[^1];

    /// <summary>What a rollback puts in force; null when there is nothing further back.</summary>
    public string? Previous => Steps.Length > 1 ? Steps[^2] : null;

    /// <summary>After a change.</summary>
    /// <param name="hash">What is in force now.</param>
    /// <param name="isRollback">Whether it goes back.</param>
    public PerimeterLine With(string hash, bool isRollback)
    {
        if (InForce == hash)
        {
            return this;
        }

        // The latest time that it was in force: what came after it is what was taken back.
        var at = isRollback ? Steps.LastIndexOf(hash) : -1;
        return new PerimeterLine(at >= 0 ? Steps[..(at + 1)] : [.. Steps.TakeLast(StepsMax - 1), hash]);
    }
}
