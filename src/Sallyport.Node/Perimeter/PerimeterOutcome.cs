using System.Collections.Immutable;
using Sallyport.Ledger;

namespace Sallyport.Perimeter;

/// <summary>What came of a wish to change the perimeter. Closed.</summary>
public abstract record PerimeterOutcome
{
    private PerimeterOutcome()
    {
    }

    /// <summary>There was nothing to change, or nothing is left to do.</summary>
    public sealed record Nothing : PerimeterOutcome;

    /// <summary>It is in force.</summary>
    /// <param name="Plan">What it changed.</param>
    /// <param name="Entry">Its entry; null when it tightens and could not be recorded.</param>
    /// <param name="Cut">Open channels that were cut.</param>
    /// <param name="Warning">What could not be stored.</param>
    public sealed record Applied(PerimeterPlan Plan, EntryId? Entry, int Cut, Fault? Warning) : PerimeterOutcome;

    /// <summary>It waits for a second person.</summary>
    /// <param name="Plan">What it would change.</param>
    /// <param name="Pending">What waits.</param>
    /// <param name="Entry">Its entry; null when it was proposed before.</param>
    public sealed record Proposed(PerimeterPlan Plan, PendingChange Pending, EntryId? Entry) : PerimeterOutcome;

    /// <summary>What is in force stays.</summary>
    /// <param name="Why">Why.</param>
    public sealed record Refused(RefusedPerimeter Why) : PerimeterOutcome;
}

/// <summary>Why a perimeter is not put in force.</summary>
/// <param name="Fault">In one sentence.</param>
/// <param name="Mistakes">Every mistake with its line, where there are some.</param>
public sealed record RefusedPerimeter(Fault Fault, ImmutableArray<string> Mistakes);
