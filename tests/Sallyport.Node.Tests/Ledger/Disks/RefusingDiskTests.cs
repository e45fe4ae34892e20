namespace Sallyport.Ledger.Tests.Disks;

/// <summary>Whichever file the disk refuses, and however: told once, denied until it is back, then on by itself with a
/// gap that says how long.</summary>
public sealed class RefusingDiskTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(90);
    private readonly TestLedger ledger = new();
    private readonly LateTime time = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Theory]
    [InlineData(".entries", "full", "ledger.disk-full")]
    [InlineData(".entries", "read-only", "ledger.write-failed")]
    [InlineData(".hashes", "full", "ledger.disk-full")]
    [InlineData(".hashes", "read-only", "ledger.write-failed")]
    [InlineData("checkpoint.new", "full", "ledger.disk-full")]
    [InlineData("checkpoint.new", "read-only", "ledger.write-failed")]
    public async Task Whichever_file_is_refused_it_is_told_and_gone_on_with(string file, string how, string code)
    {
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = Open(disk);
        Assert.Null(sequencer.FailedSince);
        Refuse(disk, how, path => path.Contains(file, StringComparison.Ordinal));
        var failed = sequencer.Failed;
        var first = sequencer.Append(Entries.Decided("/first"));
        Assert.False(await sequencer.WhenSignedAsync(first.Id, cancellation));
        var fault = await failed.WaitAsync(Patience, cancellation);
        Assert.Equal(code, fault.Code);
        await GoesOnAsync(sequencer, disk, fault);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_is_told_and_gone_on_with()
    {
        await using var sequencer = Open(new FaultyDisk(breaksAt: -1));
        Assert.True(await sequencer.WhenSignedAsync(sequencer.Append(Entries.Decided("/0")).Id, cancellation));
        using var refused = new UnwritableFolder(ledger.Folder.Root, ledger.Folder.Segments);
        var failed = sequencer.Failed;
        var first = sequencer.Append(Entries.Decided("/first"));
        Assert.False(await sequencer.WhenSignedAsync(first.Id, cancellation));
        var fault = await failed.WaitAsync(Patience, cancellation);
        Assert.Equal("ledger.write-failed", fault.Code);
        var mended = sequencer.Mended;
        await RefusedAsync(sequencer, fault);
        time.Pass(Away);
        refused.Dispose();
        await MendedAsync(sequencer, mended);
    }

    // What recording does not need: it is refused with its reason, and the ledger is none the worse.
    [Fact]
    public async Task A_key_that_cannot_be_written_is_not_changed_and_nothing_else_is_stopped()
    {
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = Open(disk);
        var old = $"{sequencer.Key}";
        foreach (var how in (string[])["full", "read-only"])
        {
            Refuse(disk, how, path => path.Contains("key.next", StringComparison.Ordinal));
            var (changed, _, fault) = await sequencer.ChangeKeyAsync(isRevoked: false, "uid:0", "a test");
            Assert.Null(changed);
            Assert.Equal(how is "full" ? "ledger.disk-full" : "ledger.write-failed", fault?.Code);
            Assert.Null(sequencer.Fault);
            Assert.Equal(old, $"{sequencer.Key}");
            Assert.True(await sequencer.WhenSignedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
        }

        Refuse(disk, "", _ => false);
        Assert.Null((await sequencer.ChangeKeyAsync(isRevoked: false, "uid:0", "a test")).Fault);
    }

    [Fact]
    public async Task What_was_cosigned_last_stays_where_its_file_cannot_be_replaced()
    {
        var disk = new FaultyDisk(breaksAt: -1);
        await using var sequencer = Open(disk);
        Assert.True(await sequencer.WhenSignedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
        var file = new CosignedFile(ledger.Folder, disk);
        file.Replace(sequencer.Checkpoint);
        var kept = await File.ReadAllBytesAsync(ledger.Folder.Cosigned, cancellation);
        Assert.True(await sequencer.WhenSignedAsync(sequencer.Append(Entries.Decided()).Id, cancellation));
        Refuse(disk, "full", path => path.Contains("cosigned", StringComparison.Ordinal));
        Assert.Throws<IOException>(() => file.Replace(sequencer.Checkpoint));
        Assert.Equal(kept, await File.ReadAllBytesAsync(ledger.Folder.Cosigned, cancellation));
        Assert.Equal(1, file.Current?.Claim.Head.Size.Value);
        Assert.Null(sequencer.Fault);
    }

    private Sequencer Open(FaultyDisk disk) => TestLedger.Open(
        ledger.Options(disk) with { Time = time, MendEvery = TimeSpan.FromMilliseconds(5) });

    private static void Refuse(FaultyDisk disk, string how, Func<string, bool> which)
    {
        disk.Full = how is "full" ? which : null;
        disk.ReadOnly = how is "read-only" ? which : null;
    }

    private async Task GoesOnAsync(Sequencer sequencer, FaultyDisk disk, Fault fault)
    {
        var mended = sequencer.Mended;
        await RefusedAsync(sequencer, fault);
        time.Pass(Away);
        Refuse(disk, "", _ => false);
        await MendedAsync(sequencer, mended);
    }

    // The same reason for everybody, however many come: the failure is one.
    private async Task RefusedAsync(Sequencer sequencer, Fault fault)
    {
        while (sequencer.FailedSince is null)
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield(); // From then on it counts.
        }

        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(fault, sequencer.Append(Entries.Decided()).Fault);
        }

        Assert.Equal(fault, sequencer.Fault);
        Assert.Contains("by itself", fault.Mend, StringComparison.Ordinal);
    }

    private async Task MendedAsync(Sequencer sequencer, Task<LedgerEntry.Gap> mended)
    {
        var gap = await mended.WaitAsync(Patience, cancellation);
        Assert.Equal(7, gap.Refused);
        Assert.InRange(gap.Milliseconds, (long)Away.TotalMilliseconds, long.MaxValue);
        Assert.Null(sequencer.Fault);
        Assert.Null(sequencer.FailedSince);
        Assert.True(await sequencer.WhenSignedAsync(sequencer.Append(Entries.Stopped()).Id, cancellation));
        await sequencer.DisposeAsync();
        Assert.True(
            LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out var fault), $"{fault}");
        Assert.Equal(log.Entries, log.Checkpoint.Claim.Head.Size.Value);
        var reader = new LedgerReader(ledger.Folder, new LocalDisk(), live: null);
        Assert.True(reader.TryRead(0, 100, out var entries, out _));
        Assert.Single(entries, it => it.Entry is LedgerEntry.Gap);
        Assert.Contains(entries, it => it.Entry is LedgerEntry.Decided { Target: "https://www.moltbook.com/first" });
    }

    /// <summary>The machine's clock; its timestamps can be made to jump.</summary>
    private sealed class LateTime : TimeProvider
    {
        private long passed;

        public void Pass(TimeSpan time) => Interlocked.Add(
            ref passed, (long)(time.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref passed);
    }
}
