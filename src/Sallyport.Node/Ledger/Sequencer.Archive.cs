using System.Diagnostics.CodeAnalysis;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Ledger;

/// <summary>A period that was copied to an archive, and may leave the disk.</summary>
/// <param name="Head">The archive's final checkpoint.</param>
/// <param name="Archive">Where it is, for people.</param>
/// <param name="Since">Segments with an entry of this time or later stay, whatever the archive has.</param>
/// <param name="Author">Who says so.</param>
/// <param name="Reason">Why.</param>
public sealed record ArchivedPeriod(
    TreeHead Head, string Archive, DateTimeOffset Since, string Author, string Reason);

/// <content>Ends a period: names its archive, and lets go of the segments that it has.</content>
public sealed partial class Sequencer
{
    private readonly SemaphoreSlim archiving = new(1, 1);

    /// <summary>Records that a period is in an archive, then takes its whole segments off the disk.</summary>
    /// <remarks>It is for the caller to have verified that archive. How it goes on after a crash: <see
    /// cref="ArchiveMove"/>.</remarks>
    /// <param name="period">The period.</param>
    /// <param name="cancellation">Ends it as long as nothing is recorded.</param>
    /// <returns>The entry; or why nothing, or not all of it, was done.</returns>
    public async Task<(LedgerEntry.PeriodArchived? Archived, EntryId Id, Fault? Fault)> ArchiveAsync(
        ArchivedPeriod period, CancellationToken cancellation)
    {
        await archiving.WaitAsync(cancellation);
        try
        {
            if (await IsOwnAsync(period.Head, cancellation) is { } stranger)
            {
                return (null, default, stranger);
            }

            return TryKeep(period, out var entry, out var fault)
                ? await RecordAsync(entry)
                : (null, default, fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, default, LedgerFaults.WriteFailed(options.Folder.Segments, e));
        }
        finally
        {
            archiving.Release();
        }
    }

    private async Task<Fault?> IsOwnAsync(TreeHead head, CancellationToken cancellation)
    {
        var signed = Checkpoint.Claim.Head;
        if (head.Size > signed.Size || head.Size.Value == 0)
        {
            return LedgerFaults.NotThisLog(head.Size.Value, "it covers more, or less, than is signed");
        }

        var opened = await TileTree.OpenAsync(Tiles, signed, cancellation);
        return !opened.TryGet(out var tree, out var wrong)
            || !(await tree.HeadAtAsync(head.Size, cancellation)).TryGet(out var own, out wrong)
                ? LedgerFaults.NotThisLog(head.Size.Value, $"{wrong}")
            : own == head ? null
            : LedgerFaults.NotThisLog(head.Size.Value, $"its root is {head.Root}, and this log's was {own.Root}");
    }

    // 1. What stays is on the disk before anything is said.
    private bool TryKeep(
        ArchivedPeriod period,
        [NotNullWhen(true)] out LedgerEntry.PeriodArchived? entry, [NotNullWhen(false)] out Fault? fault)
    {
        entry = null;
        var (folder, disk) = (options.Folder, options.Disk);
        if (!KeptFile.TryRead(folder, disk, out var before, out fault)
            || !TryFirst(before.First, period, out var first, out fault)
            || !TryNeeded(before, first, out var needed, out fault))
        {
            return false;
        }

        entry = new LedgerEntry.PeriodArchived
        {
            Entries = period.Head.Size.Value,
            Root = $"{period.Head.Root}",
            First = first,
            Kept = needed.Entries.Count,
            KeptDigest = first == before.First ? before.Digest : KeptFile.WriteNew(folder, disk, first, needed.Entries),
            Archive = period.Archive,
            Author = period.Author,
            Reason = period.Reason,
        };
        return true;
    }

    // 2. The entry, signed, and the signature's name safe; then steps 3 and 4 of ArchiveMove.
    private async Task<(LedgerEntry.PeriodArchived? Archived, EntryId Id, Fault? Fault)> RecordAsync(
        LedgerEntry.PeriodArchived entry)
    {
        var (folder, disk) = (options.Folder, options.Disk);
        var appended = Append(entry);
        if (!appended.IsAccepted || !await WhenSignedAsync(appended.Id, CancellationToken.None))
        {
            return (null, appended.Id, appended.Fault ?? Fault ?? LedgerFaults.Closed);
        }

        disk.SyncFolder(folder.Root);
        if (entry.First > folder.First(disk))
        {
            ArchiveMove.Finish(folder, disk, entry.First);
        }

        return (entry, appended.Id, null);
    }

    // The first segment that the archive has not got whole, or that is too young to go.
    private bool TryFirst(long from, ArchivedPeriod period, out long first, [NotNullWhen(false)] out Fault? fault)
    {
        using var cursor = new LogCursor(options.Folder, options.Disk, from);
        (first, fault) = (from, null);
        while (first + LedgerFolder.SegmentEntries <= period.Head.Size.Value)
        {
            while (cursor.Position < first + LedgerFolder.SegmentEntries)
            {
                if (!cursor.TryNext(Synced, out var recorded, out _, out fault))
                {
                    fault ??= LedgerFaults.Closed; // Below what is signed, so it is there.
                    return false;
                }

                if (recorded.Time >= period.Since)
                {
                    return true;
                }
            }

            first += LedgerFolder.SegmentEntries;
        }

        return true;
    }

    private bool TryNeeded(
        KeptFile before, long first, out NeededEntries needed, [NotNullWhen(false)] out Fault? fault)
    {
        needed = new NeededEntries();
        fault = null;
        foreach (var kept in before.Entries)
        {
            needed.Take(kept.Recorded, kept.Bytes);
        }

        using var cursor = new LogCursor(options.Folder, options.Disk, before.First);
        while (cursor.Position < first)
        {
            if (!cursor.TryNext(Synced, out var recorded, out var bytes, out fault))
            {
                fault ??= LedgerFaults.Closed; // As above.
                return false;
            }

            // What this process has recorded itself is signed by now.
            if (recorded.Id.Position >= Recovery.Entries || Tail.Believes(recorded))
            {
                needed.Take(recorded, bytes);
            }
        }

        return true;
    }
}
