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

    /// <summary>A period of the log ended: it was copied to an archive, whose final checkpoint this names, and entries
    /// that only the archive has from here on may be gone from the disk.</summary>
    public sealed record PeriodArchived : LedgerEntry
    {
        /// <summary>Entries that the final checkpoint of the period covers: the next period begins there.</summary>
        public required long Entries { get; init; }

        /// <summary>Their root, base64.</summary>
        public required string Root { get; init; }

        /// <summary>Position of the first entry that stays on the disk; those before it are in archives alone.
        /// </summary>
        public required long First { get; init; }

        /// <summary>How many of those before it a start still needs (<see cref="NeededEntries"/>); they stay too.
        /// </summary>
        public required long Kept { get; init; }

        /// <summary>SHA-256 of the file that they are in; empty where nothing has left the disk.</summary>
        public required string KeptDigest { get; init; }

        /// <summary>Where the archive was written, as it was called there.</summary>
        public required string Archive { get; init; }

        /// <summary>Who did it: <c>uid:1000</c>.</summary>
        public required string Author { get; init; }

        /// <summary>Why, in the words of who did it.</summary>
        public required string Reason { get; init; }
    }
}
