using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>What the ledger records. Position, epoch and time are given by the sequencer, not by the writer of an entry.</summary>
/// <remarks>The bytes of each kind are documented in <c>docs/reference/ledger.md</c> and held by golden files.</remarks>
public abstract partial record LedgerEntry
{
    private LedgerEntry()
    {
    }

    /// <summary>The answer to one request of a run, with the facts that the answer was computed from.</summary>
    public sealed record Decided : LedgerEntry
    {
        /// <summary>Whose request; null when no run could be identified (the answer is then a denial).</summary>
        public required RunId? Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId? Agent { get; init; }

        /// <summary>The gateway that asked: <c>http</c>.</summary>
        public required string Gateway { get; init; }

        /// <summary><c>read</c>, <c>effect</c> or <c>model</c>; empty when the request matched no rule.</summary>
        public required string Class { get; init; }

        /// <summary>The method as sent, or <c>CONNECT</c>.</summary>
        public required string Method { get; init; }

        /// <summary>The canonical target that was decided; for what did not parse, a bounded, escaped excerpt.</summary>
        public required string Target { get; init; }

        /// <summary>Host of the target; empty when it did not parse.</summary>
        public required string Host { get; init; }

        /// <summary><c>allow</c> or <c>deny</c>.</summary>
        public required string Verdict { get; init; }

        /// <summary>Stable code of a denial (<c>egress.not-allowed</c>); empty for an allow.</summary>
        public required string Code { get; init; }

        /// <summary>The rule that decided, as <c>file:line</c> and its text; empty when none matched.</summary>
        public required string Rule { get; init; }

        /// <summary>
        /// The policies that said no or erred, as id and <c>file:line</c>, divided by commas; empty where none did.
        /// </summary>
        public string Policies { get; init; } = "";

        /// <summary>
        /// Body bytes that limits held for it from here on: the declared length, 1 for a body without one, 0 for none
        /// and for a denial.
        /// </summary>
        public long BytesReserved { get; init; }

        /// <summary>The source that the target belongs to.</summary>
        public required string Source { get; init; }

        /// <summary>Labels that the decision was made under.</summary>
        public required LabelSet Labels { get; init; }

        /// <summary>Version of the run's label set that the decision was made under (its fence).</summary>
        public required long LabelVersion { get; init; }

        /// <summary>Freeze epoch that the decision was made under (its fence).</summary>
        public required long FreezeEpoch { get; init; }

        /// <summary>Hash of the snapshot of rules that decided: SHA-256, lower-case hex.</summary>
        public required string Snapshot { get; init; }

        /// <summary>
        /// The other facts that it was decided from: one JSON object in ASCII, so that it can be decided again. Where
        /// it is longer than what the entry has left, its digest stands in its place.
        /// </summary>
        public string Facts { get; init; } = "{}";
    }

    /// <summary>What an allowed request brought: written when its exchange ended, well or not.</summary>
    public sealed record Observed : LedgerEntry
    {
        /// <summary>The decision that allowed it.</summary>
        public required EntryId Decision { get; init; }

        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>Canonical target, as decided.</summary>
        public required string Target { get; init; }

        /// <summary>Host of the target.</summary>
        public required string Host { get; init; }

        /// <summary>Status code of the response; 0 when there was none (a tunnel, or the upstream failed).</summary>
        public required int Status { get; init; }

        /// <summary>Body bytes from the agent to the upstream.</summary>
        public required long BytesSent { get; init; }

        /// <summary>Body bytes from the upstream to the agent.</summary>
        public required long BytesReceived { get; init; }

        /// <summary>SHA-256 of the request body, lower-case hex; empty for a tunnel.</summary>
        public required string DigestSent { get; init; }

        /// <summary>SHA-256 of the response body, lower-case hex; empty for a tunnel.</summary>
        public required string DigestReceived { get; init; }

        /// <summary>Labels that the content carried.</summary>
        public required LabelSet Labels { get; init; }

        /// <summary>How it ended: <c>complete</c>, <c>cut</c> (by us), <c>client-gone</c>, <c>upstream-failed</c>,
        /// <c>failed</c> (by a bug of ours).</summary>
        public required string End { get; init; }

        /// <summary>Connections that were dialled for it: 0 when it went over one that was open.</summary>
        public int Dials { get; init; }
    }

    /// <summary>A run's label set grew. Positioned before the labelled source is dialled.</summary>
    public sealed record LabelsJoined : LedgerEntry
    {
        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>The decision whose content brought the labels.</summary>
        public required EntryId Decision { get; init; }

        /// <summary>The whole set from here on.</summary>
        public required LabelSet Labels { get; init; }

        /// <summary>The set's version from here on; grows by one with each join.</summary>
        public required long LabelVersion { get; init; }
    }

    /// <summary>An open channel was closed by us, with the reason: labels grew, or a freeze.</summary>
    public sealed record ChannelCut : LedgerEntry
    {
        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>The run's agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>The decision that had opened the channel.</summary>
        public required EntryId Decision { get; init; }

        /// <summary>Canonical target of the channel.</summary>
        public required string Target { get; init; }

        /// <summary>Stable code of the reason (<c>flow.two-doors</c>, <c>freeze.active</c>).</summary>
        public required string Code { get; init; }
    }

    /// <summary>A run started.</summary>
    public sealed record RunStarted : LedgerEntry
    {
        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>Its agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>The agent's role at the start.</summary>
        public required RoleName Role { get; init; }

        /// <summary>Name of the program that it runs (the file name alone: arguments may hold secrets).</summary>
        public required string Program { get; init; }

        /// <summary>SHA-256 of the whole command line (arguments divided by NUL), lower-case hex.</summary>
        public required string CommandDigest { get; init; }

        /// <summary><c>unconfined</c> until the sandbox is built.</summary>
        public required string Confinement { get; init; }

        /// <summary>SHA-256 of the brief in UTF-8, lower-case hex; empty where there is none.</summary>
        public string BriefDigest { get; init; } = "";

        /// <summary>
        /// Lines of brief and arguments that some run had read as untrusted: the run starts with that label.
        /// </summary>
        public int UntrustedLines { get; init; }
    }

    /// <summary>A run ended; its socket and token are refused from here on.</summary>
    public sealed record RunEnded : LedgerEntry
    {
        /// <summary>The run.</summary>
        public required RunId Run { get; init; }

        /// <summary>Its agent.</summary>
        public required AgentId Agent { get; init; }

        /// <summary>Why: <c>exited</c>, <c>owner-gone</c>, <c>not-rebuilt</c>, <c>agent-gone</c>,
        /// <c>role-changed</c>.</summary>
        public required string Reason { get; init; }

        /// <summary>Exit code of the command; null when it is not known.</summary>
        public required int? ExitCode { get; init; }
    }

    /// <summary>A freeze took effect, or was lifted.</summary>
    public sealed record FreezeChanged : LedgerEntry
    {
        /// <summary><c>frozen</c> or <c>thawed</c>.</summary>
        public required string Change { get; init; }

        /// <summary>The freeze's own id.</summary>
        public required string FreezeId { get; init; }

        /// <summary><c>all</c>, <c>agent:NAME</c> or <c>run:ID</c>.</summary>
        public required string Scope { get; init; }

        /// <summary>Why, in the words of who did it.</summary>
        public required string Reason { get; init; }

        /// <summary>Who did it: <c>uid:0</c>.</summary>
        public required string Author { get; init; }

        /// <summary>The freeze epoch from here on.</summary>
        public required long FreezeEpoch { get; init; }

        /// <summary>When it took effect, which may be before this entry could be written.</summary>
        public required DateTimeOffset EffectiveAt { get; init; }

        /// <summary>Connections, tunnels and streams that were cut.</summary>
        public required int ChannelsCut { get; init; }
    }

    /// <summary>The node started.</summary>
    public sealed record NodeStarted : LedgerEntry
    {
        /// <summary>Program version.</summary>
        public required string Version { get; init; }

        /// <summary>Snapshot hash at the start.</summary>
        public required string Snapshot { get; init; }

        /// <summary>Bytes of a torn last entry that were cut off at this start; 0 after a clean stop.</summary>
        public required long TornBytesCut { get; init; }
    }

    /// <summary>The node stopped in good order: the tail is closed.</summary>
    public sealed record NodeStopped : LedgerEntry
    {
        /// <summary>What asked it to stop: <c>signal</c>, <c>fault</c>.</summary>
        public required string Reason { get; init; }
    }

    /// <summary>The perimeter was changed, or a change of it was proposed. What loosens has this entry synced before it
    /// takes effect.</summary>
    public sealed record PerimeterChanged : LedgerEntry
    {
        /// <summary><c>proposed</c>, <c>withdrawn</c>, <c>applied</c>, <c>rolled-back</c> (to what was in force before)
        /// or <c>started</c> (the node was started with other files than it had stopped with).</summary>
        public required string Change { get; init; }

        /// <summary>Hash of the snapshot in force before.</summary>
        public required string Before { get; init; }

        /// <summary>Hash of the snapshot that is put in force, or would be.</summary>
        public required string After { get; init; }

        /// <summary><c>widens</c> (also where it cannot be told), <c>narrows</c> or <c>neutral</c>.</summary>
        public required string Direction { get; init; }

        /// <summary>Who did it or proposed it: <c>uid:0</c>.</summary>
        public required string Author { get; init; }

        /// <summary>The second person; null where none was asked.</summary>
        public required string? Confirmer { get; init; }

        /// <summary>What is different, one line each, cut where it is long.</summary>
        public required string Summary { get; init; }

        /// <summary>SHA-256 of all those lines, lower-case hex.</summary>
        public required string SummaryDigest { get; init; }

        /// <summary>When it took effect or was proposed, which may be before this entry could be written.</summary>
        public required DateTimeOffset EffectiveAt { get; init; }
    }

    /// <summary>For a while nothing could be recorded: the disk refused. It was mended without a restart.</summary>
    /// <remarks>What has a position was carried over, whole and in order. Who waited for one of the
    /// <see cref="Carried"/> entries before this one was told no.</remarks>
    public sealed record Gap : LedgerEntry
    {
        /// <summary>Why: the code of the fault (<c>ledger.disk-full</c>).</summary>
        public required string Code { get; init; }

        /// <summary>When the disk first refused.</summary>
        public required DateTimeOffset From { get; init; }

        /// <summary>How long until entries were taken again, on a clock that does not jump.</summary>
        public required long Milliseconds { get; init; }

        /// <summary>Entries right before this one that had their position but were not synced when it
        /// began.</summary>
        public required long Carried { get; init; }

        /// <summary>Entries that were refused meanwhile: they are nowhere.</summary>
        public required long Refused { get; init; }
    }

    /// <summary>What the gateways counted since the node's start, at the dial and where replies end: apart from what
    /// they recorded, so that the two can be compared.</summary>
    public sealed record Counts : LedgerEntry
    {
        /// <summary>Connections that the dialler opened or tried to open.</summary>
        public required long Dials { get; init; }

        /// <summary>Exchanges and tunnels whose reply has ended, well or not.</summary>
        public required long Replies { get; init; }

        /// <summary>Exchanges and tunnels that are between the two.</summary>
        public required long Open { get; init; }
    }

    /// <summary>This log begins where another was closed.</summary>
    public sealed record PeriodBegan : LedgerEntry
    {
        /// <summary>Why: <c>format-0</c>.</summary>
        public required string Reason { get; init; }

        /// <summary>Name of the folder, beside this one, that holds the closed log.</summary>
        public required string Before { get; init; }

        /// <summary>Its entries.</summary>
        public required long Entries { get; init; }

        /// <summary>The root of the tree of them (RFC 6962), base64.</summary>
        public required string Root { get; init; }
    }
}
