namespace Sallyport.Ledger;

public abstract partial record LedgerEntry
{
    /// <summary>A start found entries behind the last checkpoint: what a dying node left there, or what something else
    /// wrote. Those of them that loosen (<see cref="Loosening"/>) are not believed, now or later.</summary>
    public sealed record UnsignedFound : LedgerEntry
    {
        /// <summary>Position of the first of them: the size of the checkpoint.</summary>
        public required long From { get; init; }

        /// <summary>How many.</summary>
        public required long Entries { get; init; }

        /// <summary>How many of them loosen.</summary>
        public required long Disbelieved { get; init; }
    }
}
