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

    /// <summary>A file by which agent programs are told what to do, and a run: what it was is not what it is after the
    /// run, or the run begins with one that runs under labels have written. What a file gives or gets of labels stands
    /// after this.</summary>
    public sealed record InstructionNoted : LedgerEntry
    {
        /// <summary><see cref="Change"/>: the run begins with it. One entry stands for all such files.</summary>
        public const string Found = "found";

        /// <summary><see cref="Change"/>: it is not what it was.</summary>
        public const string Written = "written";

        /// <summary>A digest: it was there, and could not be read whole.</summary>
        public const string Unread = "unread";

        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary><see cref="Found"/> or <see cref="Written"/>.</summary>
        public required string Change { get; init; }

        /// <summary>The file, or a folder in which not all was looked at.</summary>
        public required string Path { get; init; }

        /// <summary>The program that reads it; empty of a folder.</summary>
        public required string Program { get; init; }

        /// <summary>What it is to that program: <c>instructions</c>, <c>memory</c>, <c>hooks</c>, <c>tools</c>; empty
        /// of a folder.</summary>
        public required string What { get; init; }

        /// <summary>SHA-256 of what it was, lower-case hex; empty where it was not there, or <see cref="Unread"/>.
        /// Empty of one that was found.</summary>
        public required string Before { get; init; }

        /// <summary>The same of what it is.</summary>
        public required string After { get; init; }
    }
}
