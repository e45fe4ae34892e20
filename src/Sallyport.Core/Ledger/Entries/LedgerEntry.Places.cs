using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger;

public abstract partial record LedgerEntry
{
    /// <summary>A place gained the labels of a run that writes there. Positioned before the act goes out.</summary>
    public sealed record PlaceLabelled : LedgerEntry
    {
        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>The decision that allowed the act.</summary>
        public required EntryId Decision { get; init; }

        /// <summary>The source, as evidence names it.</summary>
        public required string Place { get; init; }

        /// <summary>The path, in the form that places have.</summary>
        public required string Path { get; init; }

        /// <summary>What the run carried.</summary>
        public required LabelSet Labels { get; init; }
    }

    /// <summary>A person has said that a place, and what is below it, is clean again. Synced before it is so.</summary>
    public sealed record PlaceCleared : LedgerEntry
    {
        /// <summary>The source, as evidence names it; <c>*</c> for what stands for all of them.</summary>
        public required string Place { get; init; }

        /// <summary>The path, in the form that places have.</summary>
        public required string Path { get; init; }

        /// <summary>What was there.</summary>
        public required LabelSet Labels { get; init; }

        /// <summary>Who did it: <c>uid:1000</c>.</summary>
        public required string Author { get; init; }

        /// <summary>Why, in the words of who did it.</summary>
        public required string Reason { get; init; }
    }
}
