using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Bench.Ledger;

/// <summary>Our ledger, in this process.</summary>
internal sealed class SequencerArm : ICommitArm, IAsyncDisposable
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntryLength = 500;

    private static readonly LedgerEntry Entry = OfLength();
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
