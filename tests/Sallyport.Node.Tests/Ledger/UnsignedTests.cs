namespace Sallyport.Ledger.Tests;

/// <summary>What stands behind the last checkpoint: a dying node's, or somebody else's.</summary>
public sealed class UnsignedTests : IDisposable
{
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task What_loosens_waits_for_a_signature_and_not_for_its_turn()
    {
        await using var sequencer = TestLedger.Open(ledger.Options() with { CheckpointEvery = TimeSpan.FromDays(1) });
        for (var i = 0; i < 20; i++)
        {
            var id = sequencer.Append(Entries.Decided($"/{i}")).Id;
            Assert.True(await sequencer.WhenSignedAsync(id, cancellation));
            Assert.True(sequencer.Checkpoint.Verify(sequencer.Key).ValueOrThrow().Head.Size.Value > id.Position);
        }
    }

    [Fact]
    public async Task What_cannot_be_signed_is_told_no()
    {
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = ledger.Open(disk);
        Assert.True(await sequencer.WhenSignedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
        disk.Syncing = path =>
        {
            if (path.StartsWith(ledger.Folder.Checkpoint, StringComparison.Ordinal))
            {
                throw new IOException("broken");
            }
        };
        Assert.False(await sequencer.WhenSignedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
        disk.Syncing = null;
    }

    [Fact]
    public async Task A_close_signs_what_still_waits_for_it()
    {
        var sequencer = TestLedger.Open(ledger.Options() with { CheckpointEvery = TimeSpan.FromDays(1) });
        Assert.True(await sequencer.WhenSignedAsync(sequencer.Append(Entries.Decided("/0")).Id, cancellation));
        var waiting = sequencer.WhenSignedAsync(sequencer.Append(Entries.Decided("/1")).Id, cancellation);
        await sequencer.DisposeAsync();
        Assert.True(await waiting);
        Assert.Equal(2, sequencer.Checkpoint.Claim.Head.Size.Value);
    }

    [Fact]
    public async Task What_loosens_behind_the_last_checkpoint_is_believed_by_no_start()
    {
        await WriteAsync(Frozen("f1"), Entries.Stopped());
        await ForgeAsync(Frozen("f1") with { Change = "thawed" }, Joined("social"), Entries.Stopped());

        // Once found it is signed with the rest, and still not believed.
        for (var start = 0; start < 3; start++)
        {
            var replayed = new List<LedgerEntry>();
            var options = ledger.Options() with
            {
                Replay = (_, _, entry) => replayed.Add(entry),
                ReplayAnew = replayed.Clear,
            };
            await using var sequencer = TestLedger.Open(options);
            Assert.DoesNotContain(replayed, entry => entry is LedgerEntry.FreezeChanged { Change: "thawed" });
            Assert.Single(replayed.OfType<LedgerEntry.FreezeChanged>());
            Assert.Single(replayed.OfType<LedgerEntry.LabelsJoined>());
            var tail = sequencer.Tail;
            Assert.Equal(start == 0, tail.IsForeign);
            Assert.Equal(
                start == 0 ? new LedgerEntry.UnsignedFound { From = 2, Entries = 3, Disbelieved = 1 } : null,
                tail.Found);
            Assert.Equal([false, false, true, true, true, false],
                Enumerable.Range(0, 6).Select(at => start > 0 || at < 5 ? tail.WasUnsigned(at) : false));
            sequencer.Append(Entries.Stopped());
        }
    }

    // Else whoever appends would have the ledger's own narrowing entries forgotten.
    [Fact]
    public async Task Entries_that_say_of_others_that_they_are_unsigned_are_not_believed_unsigned()
    {
        await WriteAsync(Applied("a", "b"), Applied("b", "a"), Entries.Stopped());
        await ForgeAsync(new LedgerEntry.UnsignedFound { From = 1, Entries = 1, Disbelieved = 1 });
        for (var start = 0; start < 2; start++)
        {
            var replayed = new List<LedgerEntry>();
            var options = ledger.Options() with
            {
                Replay = (_, _, entry) => replayed.Add(entry),
                ReplayAnew = replayed.Clear,
            };
            await using var sequencer = TestLedger.Open(options);
            Assert.Equal(2, replayed.OfType<LedgerEntry.PerimeterChanged>().Count());
            sequencer.Append(Entries.Stopped());
        }
    }

    [Fact]
    public async Task The_audit_counts_what_a_crash_left_unsigned()
    {
        await WriteAsync(Entries.Decided("/0"));
        await ForgeAsync(Entries.Decided("/1"), Entries.Decided("/2"));
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out var fault),
            fault?.Detail);
        Assert.Equal((3, 2, 0), (log.Entries, log.NotSigned, log.Found));

        await WriteAsync(Entries.Stopped());
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out log, out fault), fault?.Detail);
        Assert.Equal((5, 0, 2), (log.Entries, log.NotSigned, log.Found));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_stop_in_good_order_nothing_is_unsigned(bool stopIsForged)
    {
        await WriteAsync(stopIsForged ? Entries.Decided("/0") : Entries.Stopped());
        await ForgeAsync(stopIsForged ? Entries.Stopped() : Entries.Decided("/0"));
        Assert.False(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out _, out var fault));
        Assert.Equal("ledger.unsigned", fault.Code);
        Assert.Contains("1 entries", fault.Detail, StringComparison.Ordinal);
        Assert.Contains("position 1 on", fault.Detail, StringComparison.Ordinal);
    }

    // Signed or not: a start that died before its first checkpoint is no fault.
    [Fact]
    public async Task A_start_that_died_at_once_is_no_fault()
    {
        await WriteAsync(Entries.Stopped());
        await ForgeAsync(new LedgerEntry.NodeStarted { Version = "1", Snapshot = "s", TornBytesCut = 0 });
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out var fault),
            fault?.Detail);
        Assert.Equal(1, log.NotSigned);
    }

    private static LedgerEntry.FreezeChanged Frozen(string id) => new()
    {
        Change = "frozen",
        FreezeId = id,
        Scope = "all",
        Reason = "why",
        Author = "uid:0",
        FreezeEpoch = 1,
        EffectiveAt = DateTimeOffset.UnixEpoch,
        ChannelsCut = 0,
    };

    private static LedgerEntry.LabelsJoined Joined(string labels) => new()
    {
        Run = Entries.Run,
        Agent = Entries.Agent,
        Decision = new EntryId(0, 0),
        Labels = Entries.Labels(labels),
        LabelVersion = 1,
    };

    private static LedgerEntry.PerimeterChanged Applied(string before, string after) => new()
    {
        Change = "applied",
        Before = before,
        After = after,
        Direction = "narrows",
        Author = "uid:0",
        Confirmer = null,
        Summary = "",
        SummaryDigest = "",
        EffectiveAt = DateTimeOffset.UnixEpoch,
    };

    private async Task WriteAsync(params LedgerEntry[] entries)
    {
        await using var sequencer = ledger.Open();
        foreach (var entry in entries)
        {
            Assert.True(sequencer.Append(entry).IsAccepted);
        }
    }

    // Whole entries in their place, with their leaf hashes; the checkpoint stays what it was.
    private async Task ForgeAsync(params LedgerEntry[] entries)
    {
        var signed = await File.ReadAllBytesAsync(ledger.Folder.Checkpoint, cancellation);
        await WriteAsync(entries);
        await File.WriteAllBytesAsync(ledger.Folder.Checkpoint, signed, cancellation);
    }
}
