using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Bench.Ledger;

/// <summary>Our ledger, in this process.</summary>
internal sealed class SequencerArm : ICommitArm, IAsyncDisposable
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntryLength = 500;

    private static readonly LedgerEntry.Decided Entry = OfLength();
    private static readonly LedgerEntry.Observed Seen = new()
    {
        Decision = default,
        Run = Entry.Run!, // it has one
        Agent = Entry.Agent!, // likewise
        Target = Entry.Target,
        Host = Entry.Host,
        Status = 200,
        BytesSent = 0,
        BytesReceived = 4_711,
        DigestSent = new string('b', 64),
        DigestReceived = new string('c', 64),
        Labels = LabelSet.Untrusted,
        End = "complete",
        Dials = 1,
    };

    private readonly Sequencer sequencer;

    /// <summary>Opens a ledger.</summary>
    /// <exception cref="CannotRunException">The disk refuses.</exception>
    public SequencerArm(string folder) =>
        sequencer = Sequencer.TryOpen(new LedgerOptions { Folder = new LedgerFolder(folder), Time = TimeProvider.System }, out var opened, out var fault)
            ? opened
            : throw new CannotRunException(fault.Detail, fault.Mend);

    /// <inheritdoc/>
    public string Name => "sallyport";

    /// <inheritdoc/>
    public async ValueTask CommitAsync()
    {
        var appended = sequencer.Append(Entry);
        if (!appended.IsAccepted || !await sequencer.WhenSyncedAsync(appended.Id, CancellationToken.None))
        {
            var fault = sequencer.Fault;
            throw new CannotRunException(fault?.Detail ?? "The ledger refused an entry.", fault?.Mend ?? "Look at the disk.");
        }
    }

    /// <summary>Records a read as the gate does: a decision, then what came of it, each waited for until it is
    /// written.</summary>
    public async ValueTask RecordReadAsync()
    {
        var decided = sequencer.Append(Entry);
        var observed = decided.IsAccepted && await sequencer.WhenWrittenAsync(decided.Id, CancellationToken.None)
            ? sequencer.Append(Seen with { Decision = decided.Id })
            : decided;
        if (!observed.IsAccepted || !await sequencer.WhenWrittenAsync(observed.Id, CancellationToken.None))
        {
            var fault = sequencer.Fault;
            throw new CannotRunException(fault?.Detail ?? "The ledger refused an entry.", "Look at the disk.");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => sequencer.DisposeAsync();

    // The position in it grows by digits, so a few entries differ from the length by as many bytes.
    private static LedgerEntry.Decided OfLength()
    {
        var buffer = new byte[EntryBytes.LengthMax];
        var bare = EntryBytes.Write(new EntryId(1, 100_000), TimeProvider.System.GetUtcNow(), WithPath(""), buffer);
        return WithPath(new string('p', EntryLength - bare));
    }

    private static LedgerEntry.Decided WithPath(string path) => new()
    {
        Run = RunId.New(TimeProvider.System),
        Agent = AgentId.TryParse("reader", out var agent) ? agent : null,
        Gateway = "http",
        Class = "effect",
        Method = "POST",
        Target = $"https://api.example.org/{path}",
        Host = "api.example.org",
        Verdict = "allow",
        Code = "",
        Rule = "",
        Source = "feed",
        Labels = LabelSet.Of([]),
        LabelVersion = 0,
        FreezeEpoch = 0,
        Snapshot = "",
    };
}
