namespace Sallyport.Ledger;

public abstract partial record LedgerEntry
{
    /// <summary>Somebody asked for an operator's own act, and may not. What they may is in the act's own
    /// entry.</summary>
    public sealed record ActRefused : LedgerEntry
    {
        /// <summary>The act: <c>apply</c>, <c>thaw</c>, <c>end-run</c>; from inside a run <c>inside-run</c>.</summary>
        public required string Act { get; init; }

        /// <summary>On what: a hash, ids of freezes, a run; from inside a run method and path.</summary>
        public required string What { get; init; }

        /// <summary>Who: <c>operator:alice</c> with a signature, <c>uid:1000</c> without.</summary>
        public required string Author { get; init; }

        /// <summary>Stable code of the refusal.</summary>
        public required string Code { get; init; }
    }
}
