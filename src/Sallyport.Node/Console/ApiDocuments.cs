using System.Text.Json;
using System.Text.Json.Serialization;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>Asks for a run.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="Program">File name of the program.</param>
/// <param name="CommandDigest">SHA-256 of the command line, lower-case hex.</param>
/// <param name="Brief">What a person asked for; null when nobody said it.</param>
/// <param name="Arguments">The command's arguments, a line each: looked at for untrusted text, and not kept.</param>
/// <param name="Wake">Which round of a series it is; null where it is none.</param>
/// <param name="Environment">Values of its environment, a line each, without their names: looked at, and not
/// kept.</param>
/// <param name="EnvironmentCut">Whether there are more of them.</param>
/// <param name="Instructions">Full paths of the instruction files that it begins with.</param>
public sealed record OpenRunRequest(
    string Agent, string Program, string CommandDigest, string? Brief = null, string? Arguments = null,
    WakeRequest? Wake = null, string? Environment = null, bool EnvironmentCut = false,
    IReadOnlyList<string>? Instructions = null);

/// <summary>A run has been opened.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Token">For the TCP listener; shown once.</param>
/// <param name="Socket">Its own unix socket.</param>
/// <param name="Proxy">Address of the TCP listener; null when there is none.</param>
/// <param name="CaFile">The CA certificate.</param>
/// <param name="BundleFile">The CA certificate and the system's roots.</param>
/// <param name="Confinement"><c>unconfined</c>.</param>
/// <param name="Entry">Ledger entry of the start.</param>
/// <param name="UntrustedLines">Lines of brief and arguments that some run has read as untrusted.</param>
/// <param name="Labelled">Instruction files that runs under labels have written: it starts with these labels.</param>
public sealed record RunOpened(
    string Run,
    string Token,
    string Socket,
    string? Proxy,
    string CaFile,
    string BundleFile,
    string Confinement,
    string Entry,
    int UntrustedLines = 0,
    IReadOnlyList<string>? Labelled = null);

/// <summary>An open run.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Agent">Whose.</param>
/// <param name="Spiffe">The agent's SPIFFE ID; null when it is no longer in the configuration.</param>
/// <param name="Role">Role at its start.</param>
/// <param name="Labels">What it has read.</param>
/// <param name="Channels">Exchanges, tunnels and connections that it has open.</param>
/// <param name="Frozen">The freeze that covers it, or null.</param>
/// <param name="Confinement"><c>unconfined</c>.</param>
public sealed record RunView(
    string Run,
    string Agent,
    string? Spiffe,
    string Role,
    IReadOnlyList<string> Labels,
    int Channels,
    string? Frozen,
    string Confinement);

/// <summary>An agent that the configuration or the ledger knows.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Role">Its role; null when it is no longer in the configuration.</param>
/// <param name="Configured">Whether it is in the configuration in force.</param>
public sealed record AgentView(string Agent, string? Role, bool Configured);

/// <summary>Asks for a freeze.</summary>
/// <param name="Scope"><c>all</c>, <c>agent:NAME</c> or <c>run:ID</c>.</param>
/// <param name="Reason">Why; it is shown to everybody who is refused.</param>
public sealed record FreezeRequest(string Scope, string Reason);

/// <summary>A freeze.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Reason">Why.</param>
/// <param name="Author">Who.</param>
/// <param name="At">Since when.</param>
public sealed record FreezeView(string Id, string Scope, string Reason, string Author, DateTimeOffset At);

/// <summary>What a freeze or thaw did.</summary>
/// <param name="Freezes">The freezes set or lifted.</param>
/// <param name="ChannelsCut">Channels cut.</param>
/// <param name="Entry">The ledger entry; null when the ledger could not take it yet.</param>
/// <param name="Warning">
/// What could not be stored, or that the freeze covers an agent that is not configured or a run that is not open;
/// absent when all is well.
/// </param>
public sealed record FreezeAnswer(
    IReadOnlyList<FreezeView> Freezes, int ChannelsCut, string? Entry,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning = null);

/// <summary>A limit and what it has left.</summary>
/// <param name="Id">Its name.</param>
/// <param name="For"><c>fleet</c>, <c>role:NAME</c> or <c>agent:NAME</c>.</param>
/// <param name="Unit">What is counted, as configuration names it: <c>bytes-sent</c>.</param>
/// <param name="Per"><c>minute</c>, <c>hour</c> or <c>day</c>.</param>
/// <param name="Max">The most in a window.</param>
/// <param name="Used">What was used in the last one.</param>
/// <param name="Reserved">What acts that are under way hold beyond that.</param>
/// <param name="OpensAt">When there is room for one more; null while there is.</param>
/// <param name="Place">Where its number is written: <c>sallyport.yaml:31</c>.</param>
public sealed record LimitView(
    string Id, string For, string Unit, string Per, long Max, long Used, long Reserved, DateTimeOffset? OpensAt,
    string Place);

/// <summary>The node's state.</summary>
/// <param name="Ready">Whether it serves and can record.</param>
/// <param name="Version">Program version.</param>
/// <param name="Pid">Process.</param>
/// <param name="Proxy">Address of the TCP listener; null when there is none.</param>
/// <param name="Snapshot">Hash of the rules in force.</param>
/// <param name="Runs">Open runs.</param>
/// <param name="Series">Series of runs (<c>run --every</c>), whether a round is open or due.</param>
/// <param name="Channels">Open channels.</param>
/// <param name="Freezes">Active freezes.</param>
/// <param name="Frozen">The freeze that covers everything; null when there is none.</param>
/// <param name="Limits">Limits.</param>
/// <param name="LimitsReached">Those of them that have no room for one more.</param>
/// <param name="Ledger">The ledger.</param>
/// <param name="Holds">What waits for a person.</param>
/// <param name="Perimeter">What is in force, what waits, and whether the folder holds something else.</param>
/// <param name="Degraded">What else does not work, and what to do; then it is not ready, though it still
/// serves.</param>
/// <param name="Warnings">What works and leaves a door open, and what to do.</param>
public sealed record StatusView(
    bool Ready,
    string Version,
    int Pid,
    string? Proxy,
    string Snapshot,
    int Runs,
    int Series,
    int Channels,
    int Freezes,
    FreezeView? Frozen,
    int Limits,
    int LimitsReached,
    LedgerView Ledger,
    HoldLoad Holds,
    PerimeterStateView Perimeter,
    IReadOnlyList<string> Degraded,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Every active freeze, as <c>freeze list</c> shows them.</summary>
    public IReadOnlyList<FreezeView> Active { get; init; } = [];

    /// <summary>Kept bodies.</summary>
    public ContentLoad Content { get; init; } = new(0, 0, 0, 0);
}

/// <summary>How much is kept of what agents sent and got.</summary>
/// <param name="Bodies">Kept bodies.</param>
/// <param name="Bytes">What they take on the disk.</param>
/// <param name="BytesMax">The most that they may.</param>
/// <param name="Missed">Bodies that a rule names and that were not kept, since the node's start.</param>
public sealed record ContentLoad(long Bodies, long Bytes, long BytesMax, long Missed);

/// <summary>The ledger's state.</summary>
/// <param name="Epoch">Epoch of this start.</param>
/// <param name="Written">Entries handed to the kernel.</param>
/// <param name="Synced">Entries that survive a power cut.</param>
/// <param name="TornBytesCut">Bytes of a torn last entry that this start cut off.</param>
/// <param name="Fault">Why nothing can be recorded; null when all is well.</param>
/// <param name="Mend">What to do about it.</param>
/// <param name="Witnesses">What witnesses have cosigned; absent where none is asked.</param>
/// <param name="Indexed">Entries that <c>log</c> and <c>why</c> find; what is missing follows by itself.</param>
/// <param name="IndexedFrom">Position from which on they do; what is older they read from the log.</param>
public sealed record LedgerView(long Epoch, long Written, long Synced, long TornBytesCut, string? Fault, string? Mend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WitnessesView? Witnesses = null,
    long Indexed = 0, long IndexedFrom = 0)
{
    /// <summary>Since when nothing can be recorded; null when all is well.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>What witnesses have cosigned.</summary>
/// <param name="Quorum">How many are enough.</param>
/// <param name="Size">Entries that enough of them have cosigned; 0 for none.</param>
/// <param name="At">When, by their clocks; null for never.</param>
/// <param name="NotWitnessed">Entries written since: no witness knows of them.</param>
/// <param name="Each">Every witness.</param>
public sealed record WitnessesView(
    int Quorum, long Size, DateTimeOffset? At, long NotWitnessed, IReadOnlyList<WitnessStanding> Each);

/// <summary>An action and what its run had read before it: "preceded by", never "caused by".</summary>
/// <param name="Action">The action's entry.</param>
/// <param name="Reads">Observed reads of the same run before it, newest first.</param>
/// <param name="More">Whether there are more reads than were asked for.</param>
/// <param name="Approval">
/// What became of the hold that the action names, oldest first: opened, answered, used; empty where it names none.
/// </param>
public sealed record WhyView(
    JsonElement Action, IReadOnlyList<JsonElement> Reads, bool More, IReadOnlyList<JsonElement> Approval)
{
    /// <summary>What came of it; null when it was denied or has not ended.</summary>
    public JsonElement? Outcome { get; init; }

    /// <summary>The reads in which parts of the action stand, as its origins say; those of untrusted text
    /// first.</summary>
    public IReadOnlyList<JsonElement> Evidence { get; init; } = [];

    /// <summary>How many reads there are, the limit aside.</summary>
    public long ReadsInAll { get; init; }

    /// <summary>What became of the bodies of the outcome and of the reads: those that are or were kept, or were not
    /// although a rule names them.</summary>
    public IReadOnlyList<ContentView> Bodies { get; init; } = [];

    /// <summary>The entry that the index begins with, where the run began before that: older reads are not among
    /// these. Null where none is missing.</summary>
    public string? IndexedFrom { get; init; }

    /// <summary>A denial in full, as the agent was told it; null where it was none, or was decided under rules that are
    /// no longer in force.</summary>
    public DenialView? Denial { get; init; }

    /// <summary>Whether the run of the action is open: only then words can be endorsed for it.</summary>
    public bool IsRunOpen { get; init; }
}

/// <summary>What was said of a denial.</summary>
/// <param name="Detail">Who, what, which rule, why.</param>
/// <param name="Mend">What would allow it.</param>
public sealed record DenialView(string Detail, string Mend);

/// <summary>A no (RFC 9457).</summary>
/// <param name="Type"><c>urn:sallyport:</c> and the code.</param>
/// <param name="Title">What kind of no.</param>
/// <param name="Status">Status code.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Detail">One sentence.</param>
/// <param name="Mend">What to do.</param>
/// <param name="Mistakes">What was found one by one; absent where that is nothing.</param>
public sealed record Problem(
    string Type, string Title, int Status, string Code, string Detail, string Mend,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Mistakes = null);

/// <summary>JSON of the API.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OpenRunRequest))]
[JsonSerializable(typeof(RunOpened))]
[JsonSerializable(typeof(IReadOnlyList<RunView>))]
[JsonSerializable(typeof(IReadOnlyList<AgentView>))]
[JsonSerializable(typeof(FreezeRequest))]
[JsonSerializable(typeof(IReadOnlyList<FreezeView>))]
[JsonSerializable(typeof(FreezeAnswer))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(IReadOnlyList<LimitView>))]
[JsonSerializable(typeof(WhyView))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HoldsView))]
[JsonSerializable(typeof(HoldView))]
[JsonSerializable(typeof(ApproveRequest))]
[JsonSerializable(typeof(DeclineRequest))]
[JsonSerializable(typeof(AnswerView))]
[JsonSerializable(typeof(PerimeterStateView))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(ChangeRequest))]
[JsonSerializable(typeof(ChangeAnswer))]
[JsonSerializable(typeof(IReadOnlyList<PlaceView>))]
[JsonSerializable(typeof(ClearPlaceRequest))]
[JsonSerializable(typeof(PlaceCleared))]
[JsonSerializable(typeof(IReadOnlyList<KeyEntry>))]
[JsonSerializable(typeof(ChangeKeyRequest))]
[JsonSerializable(typeof(KeyChangeAnswer))]
[JsonSerializable(typeof(ArchiveRequest))]
[JsonSerializable(typeof(ArchiveAnswer))]
[JsonSerializable(typeof(ChallengeView))]
[JsonSerializable(typeof(IReadOnlyList<ItemView>))]
[JsonSerializable(typeof(EndorseRequest))]
[JsonSerializable(typeof(EndorsedView))]
[JsonSerializable(typeof(InputAnswer))]
[JsonSerializable(typeof(InstructionChange))]
[JsonSerializable(typeof(InstructionAnswer))]
[JsonSerializable(typeof(IReadOnlyList<InstructionView>))]
[JsonSerializable(typeof(IReadOnlyList<SeriesView>))]
[JsonSerializable(typeof(ContentListView))]
[JsonSerializable(typeof(ContentView))]
[JsonSerializable(typeof(HoldContentRequest))]
[JsonSerializable(typeof(ContentReason))]
[JsonSerializable(typeof(ContentAnswer))]
public sealed partial class ApiJson : JsonSerializerContext;
