using System.Security.Cryptography;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger.Tests.Archives;

/// <summary>A period leaves the disk: nothing that a start needs is lost, and whoever has the archive verifies all of
/// it.</summary>
public sealed class ArchiveTests(PeriodLog log) : IClassFixture<PeriodLog>, IDisposable
{
    private readonly TestLedger ledger = log.Copy();
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public void Dispose()
    {
        ledger.Dispose();
        foreach (var archive in Directory.EnumerateDirectories(
            Path.GetTempPath(), Path.GetFileName(ledger.Folder.Root) + ".*"))
        {
            Directory.Delete(archive, recursive: true);
        }
    }

    [Fact]
    public async Task A_start_without_the_segments_takes_up_what_one_with_them_did()
    {
        var archive = await ArchiveAsync("q1");
        Assert.False(File.Exists(ledger.Folder.Entries(0)));
        Assert.True(File.Exists(ledger.Folder.Hashes(0)));
        Assert.Equal((log.State, log.Entries + 1), await PeriodLog.ReplayAsync(ledger));

        var alone = Verified();
        Assert.Equal((65_536, 65_536, log.Entries + 1), (alone.First, alone.NotRead, alone.Entries));
        Assert.Equal(log.Entries, Assert.Single(alone.Archives).Entry.Entries);
        var whole = Verified(archive);
        Assert.Equal((0, alone.Root), (whole.NotRead, whole.Root));
        Assert.Equal(log.State, (await PeriodLog.ReplayAsync(ledger)).State);
    }

    [Fact]
    public async Task The_next_period_begins_where_the_one_before_has_ended()
    {
        var first = await ArchiveAsync("q1");
        await using (var sequencer = ledger.Open())
        {
            await PeriodLog.FillAsync(sequencer, (2 * LedgerFolder.SegmentEntries) + 700);
            sequencer.Append(PeriodLog.Frozen("f2"));
            sequencer.Append(Entries.Stopped());
        }

        var second = await ArchiveAsync("q2");
        var state = (await PeriodLog.ReplayAsync(ledger)).State;
        Assert.Contains("f2", state, StringComparison.Ordinal);
        Assert.Contains("f1", state, StringComparison.Ordinal);
        Assert.False(File.Exists(ledger.Folder.Kept(LedgerFolder.SegmentEntries)));

        Assert.Equal(2 * LedgerFolder.SegmentEntries, Verified().NotRead);
        Assert.Equal(LedgerFolder.SegmentEntries, Verified(first).NotRead); // A missing one is told.
        Assert.Equal(2 * LedgerFolder.SegmentEntries, Verified(second).NotRead); // It has half a segment.
        var whole = Verified(second, first);
        Assert.Equal((0, 2), (whole.NotRead, whole.Archives.Count));
        Assert.Equal(
            whole.Archives.Select(it => it.Entry.Entries), [log.Entries, whole.Archives[1].Entry.Entries]);
    }

    [Fact]
    public async Task Who_has_only_the_first_key_follows_the_changes_in_the_archive()
    {
        var archive = await ArchiveAsync("q1");
        var now = (await File.ReadAllTextAsync(Path.Combine(archive, "key.pub"), cancellation)).TrimEnd();
        var changed = Kept().Select(it => it.Recorded.Entry).OfType<LedgerEntry.KeyChanged>().Single();
        var first = VerifierKey.Parse(changed.Before).ValueOrThrow();
        Assert.NotEqual($"{first}", now, StringComparer.Ordinal);
        Assert.True(
            LedgerAudit.TryVerify(
                ledger.Folder, new LocalDisk(), new AuditOptions { Key = first }, out _, out var fault),
            $"{fault}");
    }

    [Fact]
    public async Task An_entry_in_an_archive_is_proven_from_there_alone()
    {
        var archive = await ArchiveAsync("q1");
        await using (var sequencer = ledger.Open())
        {
            var live = new LedgerProver(sequencer.Tiles, () => sequencer.Checkpoint)
            {
                Entries = () => sequencer.Written,
            };
            var (none, fault) = await live.ProveAsync(new EntryId(0, 4), cancellation);
            Assert.Null(none);
            Assert.Contains("in an archive", fault!.Detail, StringComparison.Ordinal);
            var reader = new LedgerReader(ledger.Folder, new LocalDisk(), sequencer);
            Assert.False(reader.TryRead(4, 1, out _, out fault));
            Assert.Equal("ledger.archived", fault.Code);
            Assert.NotNull((await live.ProveAsync(new EntryId(0, 70_000), cancellation)).Receipt);
        }

        var whole = Verified(archive);
        var prover = new LedgerProver(whole.Tiles, () => whole.Checkpoint) { Entries = () => whole.Entries };
        var (receipt, wrong) = await prover.ProveAsync(new EntryId(0, 4), cancellation);
        Assert.True(receipt is not null, $"{wrong}");
        Assert.Equal(4, LedgerProver.Verify(receipt.ToBytes(), whole.Key).Proven?.Recorded.Id.Position);
    }

    [Fact]
    public async Task What_is_young_stays_whatever_the_archive_has()
    {
        var archive = await ExportAsync("q1");
        await using (var sequencer = ledger.Open())
        {
            var period = Period(archive) with { Since = TickingTime.Start.AddSeconds(60_000) };
            var (archived, _, fault) = await sequencer.ArchiveAsync(period, cancellation);
            Assert.Null(fault);
            Assert.Equal((0, 0, ""), (archived!.First, archived.Kept, archived.KeptDigest));
            sequencer.Append(Entries.Stopped());
        }

        Assert.True(File.Exists(ledger.Folder.Entries(0)));
        Assert.Equal(0, Verified(archive).NotRead);
        Assert.Equal(log.State, (await PeriodLog.ReplayAsync(ledger)).State);
    }

    [Fact]
    public async Task A_head_that_is_not_the_logs_moves_nothing()
    {
        var period = Period(await ExportAsync("q1"));
        await using var sequencer = ledger.Open();
        foreach (var head in (TreeHead[])
        [
            period.Head with { Root = TreeHash.EmptyRoot },
            period.Head with { Size = new TreeSize(period.Head.Size.Value - 1) },
            period.Head with { Size = new TreeSize(period.Head.Size.Value + 1_000) },
            new(new TreeSize(0), TreeHash.EmptyRoot),
        ])
        {
            var (_, _, fault) = await sequencer.ArchiveAsync(period with { Head = head }, cancellation);
            Assert.Equal("ledger.archive-invalid", fault?.Code);
        }

        Assert.Equal(log.Entries, sequencer.Written);
        Assert.True(File.Exists(ledger.Folder.Entries(0)));
    }

    [Theory]
    [InlineData("tile/entries/017", "Entry 4607 does not hash")]
    [InlineData("tile/0/017", "does not hash to its leaf")]
    [InlineData("checkpoint", "signature")]
    public async Task A_forged_archive_is_found_with_its_place(string file, string told)
    {
        var path = Path.Combine(await ArchiveAsync("q1"), file);
        var bytes = await File.ReadAllBytesAsync(path, cancellation);
        bytes[^(file is "checkpoint" ? 9 : 1)] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, cancellation);
        var (_, fault) = await LedgerExport.VerifyAsync(ArchiveFolder("q1"), key: null, cancellation);
        Assert.Contains(told, fault?.Detail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_archive_that_was_forged_whole_is_found_by_the_hashes_that_stay()
    {
        var archive = await ArchiveAsync("q1");
        var path = Path.Combine(archive, "tile/entries/017");
        var bytes = await File.ReadAllBytesAsync(path, cancellation);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, cancellation);
        Assert.False(LedgerAudit.TryVerify(
            ledger.Folder, Disk(ledger, archive), new(), out _, out var fault));
        Assert.Equal("ledger.damaged", fault.Code);
        Assert.Contains("position 4607", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other bytes")]
    [InlineData("one entry less")]
    [InlineData("missing")]
    [InlineData("another position")]
    [InlineData("no entry names it")]
    public async Task What_stays_of_an_archived_segment_is_not_to_be_changed(string how)
    {
        await ArchiveAsync("q1");
        var path = ledger.Folder.Kept(LedgerFolder.SegmentEntries);
        var bytes = await File.ReadAllBytesAsync(path, cancellation);
        switch (how)
        {
            case "other bytes":
                bytes[^30] ^= 1;
                await File.WriteAllBytesAsync(path, bytes, cancellation);
                break;
            case "one entry less":
                await File.WriteAllBytesAsync(path, bytes[(2 + (bytes[0] << 8) + bytes[1])..], cancellation);
                break;
            case "missing":
                File.Delete(path);
                break;
            case "another position":
                File.Move(path, ledger.Folder.Kept(2 * LedgerFolder.SegmentEntries));
                break;
            default:
                await File.WriteAllBytesAsync(ledger.Folder.Kept(2 * LedgerFolder.SegmentEntries), [], cancellation);
                break;
        }

        var before = Names();
        Assert.Equal("ledger.damaged", ledger.Refused().Code);
        Assert.False(LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new(), out _, out var fault));
        Assert.Equal("ledger.damaged", fault.Code);
        Assert.Equal(before, Names());
    }

    [Fact]
    public async Task An_end_of_a_period_that_is_not_signed_is_not_believed()
    {
        // As a program leaves it that can write the folder and has no key: entry and file fit, the signature lacks.
        var checkpoint = await File.ReadAllBytesAsync(ledger.Folder.Checkpoint, cancellation);
        KeptFile.WriteNew(ledger.Folder, new LocalDisk(), LedgerFolder.SegmentEntries, []);
        await using (var sequencer = ledger.Open())
        {
            sequencer.Append(new LedgerEntry.PeriodArchived
            {
                Entries = log.Entries,
                Root = $"{sequencer.Checkpoint.Claim.Head.Root}",
                First = LedgerFolder.SegmentEntries,
                Kept = 0,
                KeptDigest = Convert.ToHexStringLower(SHA256.HashData([])),
                Archive = "/nowhere",
                Author = "uid:0",
                Reason = "forged",
            });
        }

        KeptFile.WriteNew(ledger.Folder, new LocalDisk(), LedgerFolder.SegmentEntries, []);
        await File.WriteAllBytesAsync(ledger.Folder.Checkpoint, checkpoint, cancellation);
        Assert.Equal(log.State, (await PeriodLog.ReplayAsync(ledger)).State);
        Assert.True(File.Exists(ledger.Folder.Entries(0)));
        Assert.Empty(Directory.GetFiles(ledger.Folder.Segments, "*.kept*"));
    }

    [Fact]
    public async Task The_index_has_what_has_left_and_one_made_anew_says_from_where_on_it_has_it()
    {
        var archive = await ArchiveAsync("q1");
        Assert.True(LedgerIndex.TryReindex(ledger.Folder, new LocalDisk(), out var entries, out var fault), $"{fault}");
        Assert.Equal(log.Entries + 1 - LedgerFolder.SegmentEntries, entries);
        Assert.Null(Found("frozen").FirstOrDefault());
        Assert.True(LedgerIndex.TryReindex(ledger.Folder, Disk(ledger, archive), out entries, out fault), $"{fault}");
        Assert.Equal(log.Entries + 1, entries);
        Assert.Equal(4, Found("frozen").Single().Id.Position);
    }

    [Fact]
    public async Task What_goes_through_the_log_says_which_entries_an_archive_has_that_is_not_given()
    {
        var archive = await ArchiveAsync("q1");
        (int Lines, string? Lacking) Ask(LedgerFilter filter, params IReadOnlyList<string> archives)
        {
            var walked = new ClosedLedger(ledger.Folder, Disk(ledger, archives), TimeProvider.System)
            {
                IsFromLog = true,
            };
            Assert.True(walked.TryQuery(filter, out var page, out var wrong), $"{wrong}");
            Assert.Null(walked.Damage);
            Assert.True(walked.NotLookedAt is null or { Code: "ledger.archived" });
            return (page.Lines.Count, walked.NotLookedAt?.Detail);
        }

        var freezes = new LedgerFilter { Kind = EntryKind.Freeze, Limit = 10 };
        const string Archived = "The entries at 0 to 65535 are archived, and were not looked at.";
        Assert.Equal((0, Archived), Ask(freezes));
        Assert.Equal((0, Archived), Ask(freezes with { Order = LedgerOrder.OldestFirst }));
        Assert.Equal((1, null), Ask(freezes, archive));
        Assert.Equal((0, null), Ask(freezes with { After = LedgerFolder.SegmentEntries }));
        Assert.Equal((5, null), Ask(LedgerFilter.Any with { Limit = 5 }));

        var closed = new ClosedLedger(ledger.Folder, new LocalDisk(), TimeProvider.System) { IsFromLog = true };
        Assert.False(closed.TryWhy(new EntryId(0, 3), 5, out _, out var fault));
        Assert.Equal(("ledger.archived", Archived), (fault.Code, fault.Detail));
    }

    [Fact]
    public async Task Go_verifies_an_archive()
    {
        var archive = await ArchiveAsync("q1");
        await using (var sequencer = ledger.Open())
        {
            sequencer.Append(Entries.Stopped());
        }

        var second = await ExportAsync("q2");
        var key = (await File.ReadAllTextAsync(Path.Combine(archive, "key.pub"), cancellation)).TrimEnd();
        var (code, output) = await GoVerifier.RunAsync([archive, key, second, key], cancellation);
        Assert.SkipWhen(code == GoVerifier.NoGo, $"[needs golang] {output.Trim()}");
        Assert.True(code == 0, output);
        Assert.Contains($"verified {log.Entries} entries", output, StringComparison.Ordinal);
    }

    /// <summary>Each step of the way breaks once, before, after or half-way: the next start goes on or back, and has
    /// lost nothing.</summary>
    [Fact]
    public async Task Whichever_step_breaks_nothing_is_lost()
    {
        var archive = await ExportAsync("q1");
        var outcomes = new HashSet<(bool, bool)>();
        for (var (step, isOver) = (0, false); !isOver; step++)
        {
            foreach (var how in (Break[])[Break.Before, Break.After])
            {
                using var one = log.Copy();
                var disk = new FaultyDisk(breaksAt: -1, how);
                bool isDone;
                await using (var sequencer = one.Open(disk))
                {
                    disk.BreakIn(step);
                    var before = disk.Steps;
                    (_, _, var fault) = await sequencer.ArchiveAsync(Period(archive), cancellation);
                    isDone = fault is null;
                    isOver = disk.Steps - before <= step;
                }

                disk.CutPower(new Random(step));
                var (state, entries) = await PeriodLog.ReplayAsync(one);
                var hasLeft = !File.Exists(one.Folder.Entries(0));
                outcomes.Add((isDone, hasLeft));
                Assert.Equal(log.State, state);
                Assert.True(entries >= log.Entries, $"step {step}, {how}");
                Assert.True(hasLeft || !isDone, $"step {step}, {how}: told that it is done, and it is not");
                Assert.Empty(Directory.GetFiles(one.Folder.Segments, "*.new"));
                if (hasLeft)
                {
                    Assert.True(
                        LedgerAudit.TryVerify(one.Folder, Disk(one, archive), new(), out var audited, out var wrong),
                        $"step {step}, {how}: {wrong}");
                    Assert.Equal(0, audited.NotRead);
                }
            }
        }

        Assert.Equal(3, outcomes.Count); // Done; not done and back; not done and gone on by the next start.
    }

    private static ArchiveDisk Disk(TestLedger of, params IReadOnlyList<string> archives) =>
        new(new LocalDisk(), of.Folder, archives);

    private string ArchiveFolder(string name) => $"{ledger.Folder.Root}.{name}";

    private List<string> Names() => [.. Directory.GetFiles(ledger.Folder.Segments).Order(StringComparer.Ordinal)];

    private IReadOnlyList<KeptEntry> Kept() =>
        KeptFile.TryRead(ledger.Folder, new LocalDisk(), out var kept, out var fault) ? kept.Entries
            : throw new InvalidOperationException($"{fault}");

    private IEnumerable<RecordedEntry> Found(string word)
    {
        var questions = new ClosedLedger(ledger.Folder, new LocalDisk(), TimeProvider.System);
        Assert.True(questions.TryQuery(new LedgerFilter { Kind = EntryKind.Freeze, Limit = 10 }, out var page, out _));
        Assert.False(questions.WentThroughLog);
        return page.Lines.Where(line => line.Json.Contains(word, StringComparison.Ordinal))
            .Select(line => line.Recorded);
    }

    private AuditedLog Verified(params IReadOnlyList<string> archives) => LedgerAudit.TryVerify(
        ledger.Folder, Disk(ledger, [.. archives]), new(), out var audited, out var fault)
        ? audited : throw new InvalidOperationException($"{fault}");

    private static ArchivedPeriod Period(string archive)
    {
        var head = new Tlog.Tiles.TileFolder(archive).ReadCheckpoint().ValueOrThrow().Claim.Head;
        return new ArchivedPeriod(head, archive, DateTimeOffset.MaxValue, "uid:1000", "a test");
    }

    private async Task<string> ExportAsync(string name)
    {
        var audited = Verified();
        var from = audited.Archives is [.., var (_, last)] ? last.Entries : 0;
        var (_, fault) = await LedgerExport.WriteAsync(
            audited, from, audited.Checkpoint.Claim.Head.Size.Value, ArchiveFolder(name), cancellation);
        Assert.Null(fault);
        return ArchiveFolder(name);
    }

    private async Task<string> ArchiveAsync(string name)
    {
        var archive = await ExportAsync(name);
        await using var sequencer = ledger.Open();
        var (_, _, fault) = await sequencer.ArchiveAsync(Period(archive), cancellation);
        Assert.True(fault is null, $"{fault}");
        return archive;
    }
}
