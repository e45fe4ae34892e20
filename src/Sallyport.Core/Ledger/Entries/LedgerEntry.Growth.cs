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
}
