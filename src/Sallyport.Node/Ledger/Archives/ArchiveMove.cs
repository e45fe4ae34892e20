namespace Sallyport.Ledger;

/// <summary>Takes segments that an archive has off the disk.</summary>
/// <remarks>
/// In this order, each step on the disk before the next: 1. what stays of them is in <c>N.kept.new</c>; 2. the entry
/// <c>archive</c> is signed; 3. the file takes the name <c>N.kept</c>; 4. the segments before N go, oldest first, and
/// the <c>.kept</c> before this one. A start after a stop before 2 throws the file away, and after it goes on with 3.
/// Leaf hashes never go: the tree, every proof in it and every checkpoint stay what they were.
/// </remarks>
internal static class ArchiveMove
{
    /// <summary>Step 3 and 4.</summary>
    /// <exception cref="IOException">The disk refused: the next start goes on.</exception>
    public static void Finish(LedgerFolder folder, IDisk disk, long first)
    {
        disk.Move(folder.NextKept(first), folder.Kept(first));
        disk.SyncFolder(folder.Segments);
        Drop(folder, disk, first);
    }

    /// <summary>At a start that has read the whole log: goes on where the one before was stopped.</summary>
    /// <param name="recovery">What was read.</param>
    /// <param name="folder">The ledger.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="isBelieved">Whether the entry at a position is.</param>
    /// <returns>Why the log is not to be gone on with; null: all is well.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    public static Fault? Settle(LogRecovery recovery, LedgerFolder folder, IDisk disk, Func<long, bool> isBelieved)
    {
        var believed = recovery.Archives.Where(it => isBelieved(it.Id.Position)).Select(it => it.Entry).ToList();
        if (recovery.Kept.First > 0 && !believed.Exists(recovery.Kept.IsNamedBy))
        {
            return LedgerFaults.KeptNotNamed(folder.Kept(recovery.Kept.First));
        }

        var first = recovery.Kept.First;
        foreach (var next in folder.Starts(disk, LedgerFolder.NextKeptSuffix))
        {
            if (next > first && KeptFile.TryRead(folder.NextKept(next), next, disk, out var kept, out _)
                && believed.Exists(kept.IsNamedBy))
            {
                Finish(folder, disk, first = next);
            }
            else
            {
                disk.Delete(folder.NextKept(next));
            }
        }

        Drop(folder, disk, first);
        return null;
    }

    private static void Drop(LedgerFolder folder, IDisk disk, long first)
    {
        List<string> gone =
        [
            .. folder.Starts(disk, LedgerFolder.EntriesSuffix).Where(start => start < first).Select(folder.Entries),
            .. folder.Starts(disk, LedgerFolder.KeptSuffix).Where(start => start < first).Select(folder.Kept),
        ];
        gone.ForEach(disk.Delete);
        if (gone.Count > 0)
        {
            disk.SyncFolder(folder.Segments);
        }
    }
}
