using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Receipts;

namespace Sallyport.Ledger.Tests;

/// <summary>What is shown to others: audits, receipts, exports.</summary>
public sealed class EvidenceTests : IDisposable
{
    private readonly TestLedger ledger = new();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    private string Exported => ledger.Folder.Root + "-export";

    public void Dispose()
    {
        ledger.Dispose();
        if (Directory.Exists(Exported))
        {
            Directory.Delete(Exported, recursive: true);
        }
    }

    [Fact]
    public async Task Every_flip_of_a_bit_in_a_small_log_is_found_by_the_audit()
    {
        await ledger.FillAsync(2, isClosed: true);
        Assert.True(LedgerKey.TryReadPublic(ledger.Folder, new LocalDisk(), out var key, out _));
        foreach (var path in (string[])[ledger.EntriesFile, ledger.HashesFile, ledger.Folder.Checkpoint])
        {
            var whole = await File.ReadAllBytesAsync(path, cancellation);
            for (var bit = 0; bit < whole.Length * 8; bit++)
            {
                var flipped = (byte[])whole.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                await File.WriteAllBytesAsync(path, flipped, cancellation);
                Assert.False(
                    LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new() { Key = key }, out _, out _),
                    $"{path}, bit {bit}");
            }

            await File.WriteAllBytesAsync(path, whole, cancellation);
        }

        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new() { Key = key }, out _, out _));
    }

    [Fact]
    public async Task A_log_that_is_being_written_is_audited_as_far_as_it_is_signed()
    {
        await using var sequencer = ledger.Open();
        var id = sequencer.Append(Entries.Decided()).Id;
        while (sequencer.Checkpoint.Claim.Head.Size.Value == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellation);
        }

        // What is not signed may be half written at this moment.
        var half = ledger.EntriesOnDisk;
        await using (var file = new FileStream(ledger.EntriesFile, FileMode.Append, FileAccess.Write,
            FileShare.ReadWrite))
        {
            file.Write(half.AsSpan(0, half.Length - 9));
        }

        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new() { IsLive = true }, out var log,
            out var fault), fault?.Detail);
        Assert.Equal((1, 0), (log.Entries, id.Position));
    }

    [Fact]
    public async Task A_log_that_was_made_anew_with_its_own_key_does_not_extend_a_checkpoint_that_was_kept()
    {
        await ledger.FillAsync(3, isClosed: true);
        var kept = new RememberedCheckpoint("kept", await File.ReadAllBytesAsync(ledger.Folder.Checkpoint,
            cancellation));
        await ledger.FillAsync(5, isClosed: true);
        var options = new AuditOptions { Remembered = [kept] };
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), options, out var log, out _));
        Assert.Equal(10, log.Entries);

        // Whoever has the key signs what they like; what was kept elsewhere they cannot change.
        var key = await File.ReadAllTextAsync(ledger.Folder.Key, cancellation);
        foreach (var path in Directory.GetFiles(ledger.Folder.Segments).Append(ledger.Folder.Checkpoint))
        {
            File.Delete(path);
        }

        await File.WriteAllTextAsync(ledger.Folder.Key, key, cancellation);
        await ledger.FillAsync(7, isClosed: true);
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out _, out _));
        Assert.False(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), options, out _, out var fault));
        Assert.Contains("kept was signed over 4 entries", fault.Detail, StringComparison.Ordinal);

        var foreign = new RememberedCheckpoint("foreign", "no note\n"u8.ToArray());
        Assert.False(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new() { Remembered = [foreign] }, out _,
            out fault));
        Assert.Equal("ledger.checkpoint-invalid", fault.Code);
    }

    [Fact]
    public async Task A_receipt_shows_an_entry_with_the_key_alone()
    {
        await ledger.FillAsync(700, isClosed: true);
        await using var sequencer = ledger.Open();
        var prover = new LedgerProver(sequencer.Tiles, () => sequencer.Checkpoint)
        {
            Entries = () => sequencer.Written,
        };
        foreach (var position in (int[])[0, 255, 256, 699, 700])
        {
            var (receipt, fault) = await prover.ProveAsync(new EntryId(0, position), cancellation);
            Assert.True(receipt is not null, fault?.Detail);
            var (proven, wrong) = LedgerProver.Verify(receipt.ToBytes(), sequencer.Key);
            Assert.True(proven is not null, wrong?.Detail);
            Assert.Equal(new EntryId(0, position), proven.Recorded.Id);
            Assert.Equal(701, proven.Checkpoint.Head.Size.Value);
        }

        Assert.Equal("ledger.no-entry", (await prover.ProveAsync(new EntryId(1, 3), cancellation)).Fault?.Code);
        var unknown = (await prover.ProveAsync(new EntryId(0, 701), cancellation)).Fault;
        Assert.Equal("ledger.entry-unknown", unknown?.Code);
        Assert.Contains("the ledger has 701 entries", unknown?.Detail, StringComparison.Ordinal);
        var behind = new LedgerProver(sequencer.Tiles, () => sequencer.Checkpoint) { Entries = () => 702 };
        Assert.Equal("ledger.not-signed", (await behind.ProveAsync(new EntryId(0, 701), cancellation)).Fault?.Code);
    }

    [Fact]
    public async Task A_receipt_with_any_byte_flipped_or_of_another_log_shows_nothing()
    {
        await ledger.FillAsync(3, isClosed: true);
        await using var sequencer = ledger.Open();
        var prover = new LedgerProver(sequencer.Tiles, () => sequencer.Checkpoint)
        {
            Entries = () => sequencer.Written,
        };
        var receipt = (await prover.ProveAsync(new EntryId(0, 1), cancellation)).Receipt!.ToBytes();
        for (var at = 0; at < receipt.Length; at++)
        {
            var flipped = (byte[])receipt.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            Assert.Null(LedgerProver.Verify(flipped, sequencer.Key).Proven);
        }

        using var other = new TestLedger();
        await using var stranger = other.Open();
        var (_, fault) = LedgerProver.Verify(receipt, stranger.Key);
        Assert.Equal("ledger.receipt-invalid", fault?.Code);
        Assert.NotNull(Receipt.Parse(receipt).ValueOrThrow().Verify(
            Receipt.Parse(receipt).ValueOrThrow().Extra.Span, TrustPolicy.OfLog(sequencer.Key)).ValueOrThrow());
    }

    [Theory]
    [InlineData(0, 1_000, 1_000)]
    [InlineData(300, 520, 512)]
    [InlineData(1_000, 1_000, 0)]
    public async Task An_exported_range_verifies_from_its_folder_and_a_changed_byte_does_not(int from, int to,
        int entries)
    {
        await ledger.FillAsync(999, isClosed: true);
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out _));
        var (written, fault) = await LedgerExport.WriteAsync(log, from, to, Exported, cancellation);
        Assert.Equal(new ExportReport($"{log.Key.Name}", 1_000, $"{log.Root}", entries), written);
        Assert.Null(fault);
        Assert.Equal(written, (await LedgerExport.VerifyAsync(Exported, log.Key, cancellation)).Report);
        Assert.Equal("ledger.export-exists", (await LedgerExport.WriteAsync(log, from, to, Exported,
            cancellation)).Fault?.Code);

        var changed = entries > 0 ? "tile/entries/001" : "tile/0/001";
        var path = Path.Combine(Exported, changed);
        var bytes = await File.ReadAllBytesAsync(path, cancellation);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, cancellation);
        var (_, wrong) = await LedgerExport.VerifyAsync(Exported, log.Key, cancellation);
        Assert.Equal("ledger.export-invalid", wrong?.Code);
        if (entries > 0)
        {
            Assert.Contains("Entry 511 does not hash", wrong?.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Go_verifies_our_exported_log_and_finds_the_entry_that_was_altered()
    {
        await ledger.FillAsync(LedgerFolder.SegmentEntries + 300, isClosed: true);
        Assert.True(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out var log, out _));
        var (report, _) = await LedgerExport.WriteAsync(log, 0, log.Entries, Exported, cancellation);
        var part = Path.Combine(Exported, "part"); // removed with the rest
        await LedgerExport.WriteAsync(log, 65_000, 65_800, part, cancellation);
        var (code, output) = await GoVerifier.RunAsync([Exported, $"{log.Key}", part, $"{log.Key}"], cancellation);
        Assert.SkipWhen(code == GoVerifier.NoGo, $"[needs golang] {output.Trim()}");
        Assert.True(code == 0, output);
        Assert.Contains($"verified {report?.Size} entries", output, StringComparison.Ordinal);
        Assert.Contains("verified 1069 entries", output, StringComparison.Ordinal); // 253 * 256 to the end

        var path = Path.Combine(Exported, "tile/entries/255");
        var bytes = await File.ReadAllBytesAsync(path, cancellation);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, cancellation);
        (code, output) = await GoVerifier.RunAsync([Exported, $"{log.Key}"], cancellation);
        Assert.Equal((1, "refused: entry 65535 does not hash to its leaf\n"), (code, output));
    }
}
