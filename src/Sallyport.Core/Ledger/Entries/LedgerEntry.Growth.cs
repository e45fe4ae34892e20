using Sallyport.Identity;

namespace Sallyport.Ledger;

public abstract partial record LedgerEntry
{
    /// <summary>Entries were refused although the disk takes them: an agent has filled its quota, or what is left is
    /// kept for the node.</summary>
    public sealed record EntriesRefused : LedgerEntry
    {
        /// <summary>Whose; null for connections that belong to no run, and where everybody's were.</summary>
        public required AgentId? Agent { get; init; }

        /// <summary><c>ledger.quota</c> or <c>ledger.reserve</c>.</summary>
        public required string Code { get; init; }

        /// <summary>What is full, in the words of the configuration: <c>1GiB per hour</c>.</summary>
        public required string Limit { get; init; }

        /// <summary>When the first of them was refused.</summary>
        public required DateTimeOffset From { get; init; }

        /// <summary>How many, since then or since the last entry that tells of them: they are nowhere.</summary>
        public required long Refused { get; init; }
    }

    /// <summary>A key of the node was changed.</summary>
    public sealed record KeyChanged : LedgerEntry
    {
        /// <summary>Which: <c>ledger</c> or <c>ca</c>.</summary>
        public required string Key { get; init; }

        /// <summary><c>rotated</c>, or <c>revoked</c>: nobody is to believe the old one any more.</summary>
        public required string Change { get; init; }

        /// <summary>The old one: a vkey, or the SHA-256 of a certificate.</summary>
        public required string Before { get; init; }

        /// <summary>The new one.</summary>
        public required string After { get; init; }

        /// <summary>Of the ledger's key: a signed note that says the same, with a signature of each; else empty.
        /// </summary>
        public required string Note { get; init; }

        /// <summary>Who did it: <c>uid:1000</c>.</summary>
        public required string Author { get; init; }

        /// <summary>Why, in the words of who did it.</summary>
        public required string Reason { get; init; }

        /// <summary>From when the new one is used.</summary>
        public required DateTimeOffset EffectiveAt { get; init; }
    }
}
