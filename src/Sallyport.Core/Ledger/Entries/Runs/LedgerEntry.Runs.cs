using Sallyport.Identity;

namespace Sallyport.Ledger;

public abstract partial record LedgerEntry
{
    /// <summary>A run is a round of a series (<c>sallyport run --every</c>): a fresh process with a fresh home. Stands
    /// after the start of the run.</summary>
    public sealed record RunWoken : LedgerEntry
    {
        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>The first run of the series, which is its name.</summary>
        public required RunId Series { get; init; }

        /// <summary>Number of the round, from 1 on; those that did not take place are counted.</summary>
        public required int Round { get; init; }

        /// <summary>From the start of one round to the start of the next.</summary>
        public required long EverySeconds { get; init; }
    }

    /// <summary>What a command was given on its standard input holds text that some run had read as untrusted, or more
    /// than is compared. The label stands after this, and both before that input is passed on.</summary>
    public sealed record InputForeign : LedgerEntry
    {
        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>Bytes of input up to here.</summary>
        public required long Bytes { get; init; }

        /// <summary>Lines that are untrusted.</summary>
        public required int UntrustedLines { get; init; }
    }
}
