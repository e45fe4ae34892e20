namespace Sallyport.Ledger;

/// <summary>A log of format 0 is not continued and not changed: it is moved aside whole, and the new log names it by
/// its
/// root.</summary>
internal static class ClosedLog
{
    /// <summary>Why a log was closed.</summary>
    public const string FormatZero = "format-0";

    private const int FoldersMax = 1_000;

    private static ReadOnlySpan<byte> Prefix => "{\"format\":0,"u8;

    /// <summary>Moves a log of format 0 aside; does nothing to any other.</summary>
    /// <exception cref="IOException">The disk refused; it is tried again at the next start.</exception>
    public static void MoveAside(LedgerFolder folder, IDisk disk)
    {
        if (!IsFormatZero(folder, disk))
        {
            return;
        }

        var aside = new LedgerFolder(Names(folder).First(name => !Directory.Exists(name)));
        disk.CreateFolder(aside.Root);
        disk.Move(folder.Segments, aside.Segments);
        IndexFill.Delete(folder);
        disk.CreateFolder(folder.Segments);
        disk.SyncFolder(aside.Root);
        disk.SyncFolder(folder.Root);
    }

    /// <summary>What the first entry of a new log says of the one that was moved aside for it; null when there is
    /// none.</summary>
    /// <remarks>Found by its folder, not remembered: a start that dies before its first entry is synced says it
    /// again.</remarks>
    public static LedgerEntry.PeriodBegan? Before(LedgerFolder folder, IDisk disk)
    {
        if (Names(folder).TakeWhile(Directory.Exists).LastOrDefault() is not { } name)
        {
            return null;
        }

        var closed = new LedgerFolder(name);
        var tree = new LogTree();
        var leaf = new byte[LeafHash.Length];
        foreach (var start in closed.Starts(disk, LedgerFolder.EntriesSuffix))
        {
            using var file = disk.OpenRead(closed.Entries(start));
            var stream = file is null ? null : new EntryStream(file);
            while (stream is not null && stream.TryNext(out var entry))
            {
                LeafHash.Write(entry, leaf);
                tree.Add(leaf, EntryStream.LengthBytes + entry.Length);
            }
        }

        return new LedgerEntry.PeriodBegan
        {
            Reason = FormatZero,
            Before = Path.GetFileName(name),
            Entries = tree.Size,
            Root = $"{tree.Head.Root}",
        };
    }

    private static bool IsFormatZero(LedgerFolder folder, IDisk disk)
    {
        using var first = disk.OpenRead(folder.Entries(0));
        var bytes = new byte[EntryStream.LengthBytes + Prefix.Length];
        return first?.Read(bytes, 0) == bytes.Length && bytes.AsSpan(EntryStream.LengthBytes).SequenceEqual(Prefix);
    }

    private static IEnumerable<string> Names(LedgerFolder folder) => Enumerable.Range(1, FoldersMax)
        .Select(number => $"{folder.Root}.{FormatZero}{(number == 1 ? "" : $"-{number}")}");
}
