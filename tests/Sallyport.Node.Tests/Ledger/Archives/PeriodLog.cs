using Sallyport.Console;
using Sallyport.Identity;

namespace Sallyport.Ledger.Tests.Archives;

/// <summary>A log of a segment and a half with one of everything that a start needs, made once; each test has a copy.
/// </summary>
public sealed class PeriodLog : IAsyncLifetime
{
    private readonly TestLedger whole = new();

    /// <summary>What a start takes from it.</summary>
    public string State { get; private set; } = "";

    /// <summary>Its entries.</summary>
    public long Entries { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await using (var sequencer = TestLedger.Open(whole.Options() with { Time = new TickingTime() }))
        {
            sequencer.Append(Start());
            sequencer.Append(Opened(Tests.Entries.Run));
            sequencer.Append(Opened(Tests.Entries.OtherRun));
            sequencer.Append(new LedgerEntry.LabelsJoined
            {
                Run = Tests.Entries.Run,
                Agent = Tests.Entries.Agent,
                Decision = new EntryId(0, 1),
                Labels = Tests.Entries.Labels("social,untrusted"),
                LabelVersion = 1,
            });
            sequencer.Append(Frozen("f1"));
            sequencer.Append(new LedgerEntry.PlaceLabelled
            {
                Run = Tests.Entries.Run,
                Agent = Tests.Entries.Agent,
                Decision = new EntryId(0, 1),
                Place = "wiki",
                Path = "/a",
                Labels = Tests.Entries.Labels("social"),
            });
            sequencer.Append(new LedgerEntry.RunEnded
            {
                Run = Tests.Entries.OtherRun,
                Agent = Tests.Entries.Agent,
                Reason = "exited",
                ExitCode = 0,
            });
            await sequencer.ChangeKeyAsync(isRevoked: false, "uid:0", "once a year");
            await FillAsync(sequencer, LedgerFolder.SegmentEntries * 3 / 2);
            sequencer.Append(Tests.Entries.Stopped());
        }

        (State, Entries) = await ReplayAsync(whole);
    }

    public ValueTask DisposeAsync()
    {
        whole.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Entries that say little, until the log has so many.</summary>
    internal static async Task FillAsync(Sequencer sequencer, long until)
    {
        EntryId last;
        do
        {
            last = sequencer.Append(new LedgerEntry.Counts { Dials = 0, Replies = 0, Open = 0 }).Id;
        }
        while (last.Position < until - 1);
        Assert.True(await sequencer.WhenSyncedAsync(last, CancellationToken.None));
    }

    /// <summary>Opens a log, and says what a start takes from it.</summary>
    internal static async Task<(string State, long Entries)> ReplayAsync(TestLedger ledger)
    {
        var replay = new LedgerReplay();
        Assert.True(
            Sequencer.TryOpen(
                ledger.Options() with { Replay = (id, at, entry) => replay.Take(id, at, entry) },
                out var sequencer, out var fault),
            $"{fault}");
        var entries = sequencer.Recovery.Entries;
        await sequencer.DisposeAsync();
        return (ReplayedState.Of(replay), entries);
    }

    internal static LedgerEntry.NodeStarted Start() =>
        new() { Version = "1", Snapshot = new string('a', 64), TornBytesCut = 0 };

    internal static LedgerEntry.FreezeChanged Frozen(string id) => new()
    {
        Change = "frozen",
        FreezeId = id,
        Scope = "agent:billing-bot",
        Reason = "it spends",
        Author = "uid:1000",
        FreezeEpoch = 1,
        EffectiveAt = DateTimeOffset.UnixEpoch,
        ChannelsCut = 0,
    };

    /// <summary>A copy.</summary>
    internal TestLedger Copy()
    {
        var copy = new TestLedger();
        Directory.CreateDirectory(copy.Folder.Segments);
        foreach (var path in Directory.EnumerateFiles(whole.Folder.Root, "*", SearchOption.AllDirectories))
        {
            File.Copy(path, Path.Combine(copy.Folder.Root, Path.GetRelativePath(whole.Folder.Root, path)));
        }

        return copy;
    }

    private static LedgerEntry.RunStarted Opened(RunId run) => new()
    {
        Run = run,
        Agent = Tests.Entries.Agent,
        Role = RoleName.TryParse("reader", out var role) ? role : throw new FormatException("reader"),
        Program = "agent",
        CommandDigest = new string('c', 64),
        Confinement = "unconfined",
        BriefDigest = "",
        UntrustedLines = 0,
    };
}
