namespace Sallyport.Ledger;

public abstract partial record LedgerEntry
{
    /// <summary>Bodies were kept, or dropped, or not kept although a rule names them. The log itself never has a body:
    /// what becomes of one changes nothing in it.</summary>
    public sealed record ContentChanged : LedgerEntry
    {
        /// <summary>Most digests in one entry: what fits the longest text.</summary>
        public const int DigestsMax = 240;

        /// <summary><c>kept</c>, <c>dropped</c> or <c>not-kept</c>.</summary>
        public required string Change { get; init; }

        /// <summary>Of <c>kept</c> for how long (<c>30d</c>); of <c>dropped</c> <c>retention</c>, or why in the words
        /// of who did it; of <c>not-kept</c> <c>too-long</c>, <c>busy</c>, <c>full</c>, <c>secret</c> or
        /// <c>disk</c>.</summary>
        public required string Reason { get; init; }

        /// <summary>Who did it: <c>operator:alice</c>, <c>uid:1000</c>; empty where it is the node.</summary>
        public string Author { get; init; } = "";

        /// <summary>How many: of <c>not-kept</c> there may be more than are named.</summary>
        public required long Bodies { get; init; }

        /// <summary>Their bytes on the disk; of <c>not-kept</c> as they were seen.</summary>
        public required long Bytes { get; init; }

        /// <summary>SHA-256 of each, lower-case hex, divided by spaces; at most <see cref="DigestsMax"/>.</summary>
        public required string Digests { get; init; }
    }

    /// <summary>Bodies are not to be dropped until somebody says so, or may be again.</summary>
    public sealed record ContentHeld : LedgerEntry
    {
        /// <summary><c>held</c> or <c>released</c>. A release is signed before it is in force.</summary>
        public required string Change { get; init; }

        /// <summary>Name of the hold.</summary>
        public required string Hold { get; init; }

        /// <summary>What it covers, as <see cref="ContentScope"/> prints it.</summary>
        public required string Scope { get; init; }

        /// <summary>Why, in the words of who did it.</summary>
        public required string Reason { get; init; }

        /// <summary>Who did it: <c>operator:alice</c>, <c>uid:1000</c>.</summary>
        public required string Author { get; init; }
    }
}
