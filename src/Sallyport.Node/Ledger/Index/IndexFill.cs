using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>Carries entries from the segments into <c>index.db</c>, batch by batch.</summary>
internal sealed class IndexFill : IDisposable
{
    /// <summary>Most entries of one transaction.</summary>
    internal const int BatchEntriesMax = 1_024;
    private const int BatchBytesMax = 4 * 1024 * 1024;

    // SQLITE_ERROR (a table is missing), SQLITE_CORRUPT, SQLITE_MISMATCH, SQLITE_CONSTRAINT (an entry is there twice),
    // SQLITE_NOTADB.
    private static readonly int[] Damage = [1, 11, 19, 20, 26];

    private readonly LedgerFolder folder;
    private readonly IDisk disk;
    private readonly IndexWriter writer;
    private readonly LogCursor cursor;
    private readonly byte[] lastHash;
    private readonly List<(RecordedEntry Recorded, byte[] Bytes)> batch = [];

    /// <summary>Opens the index, or makes it.</summary>
    /// <param name="folder">The ledger.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="from">Where a new one begins: at the block of that position, if the log is there by then.</param>
    public IndexFill(LedgerFolder folder, IDisk disk, long from = 0)
    {
        this.folder = folder;
        this.disk = disk;
        writer = Open(folder, disk);
        (Entries, lastHash, First) = writer.Progress();
        if (Entries == 0)
        {
            First = Math.Max(BlockBits.Of(from) * BlockBits.Entries, FirstHere(folder, disk));
        }

        cursor = new LogCursor(folder, disk, Math.Max(Entries, First));
    }

    /// <summary>How far the index has come: the position behind its last entry.</summary>
    public long Entries { get; private set; }

    /// <summary>Position of the first of them; those before it are in the log alone.</summary>
    public long First { get; private set; }

    /// <summary>Whether what SQLite says means that the file is not the index that we wrote (and not that the disk is
    /// full or busy).</summary>
    public static bool IsDamage(SqliteException e) => Damage.Contains(e.SqliteErrorCode);

    /// <summary>Deletes the index: everything in it is in the log.</summary>
    public static void Delete(LedgerFolder folder)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            File.Delete(folder.Index + suffix);
        }
    }

    /// <summary>Whether the log still has, where the index ends, the entry that the index ends with. If not, the log
    /// was cut or replaced.</summary>
    public bool Continues(long written)
    {
        if (Entries == 0 || Entries > written)
        {
            return Entries == 0;
        }

        Span<byte> hash = stackalloc byte[LeafHash.Length];
        var first = FirstHere(folder, disk);
        if (Entries < first)
        {
            return false; // What lies between has left the disk: it would have a hole.
        }

        if (Entries == first)
        {
            // The entry is in an archive; its leaf hash has stayed.
            var start = LedgerFolder.SegmentStart(Entries - 1);
            using var hashes = disk.OpenRead(folder.Hashes(start));
            return hashes?.Read(hash, (Entries - 1 - start) * LeafHash.Length) == hash.Length
                && hash.SequenceEqual(lastHash);
        }

        using var last = new LogCursor(folder, disk, Entries - 1);
        if (!last.TryNext(written, out _, out var bytes, out _))
        {
            return false;
        }

        LeafHash.Write(bytes, hash);
        return hash.SequenceEqual(lastHash);
    }

    // With the archives at hand everything is here.
    private static long FirstHere(LedgerFolder folder, IDisk disk) =>
        folder.Starts(disk, LedgerFolder.EntriesSuffix) is [var first, ..] ? Math.Min(first, folder.First(disk)) : 0;

    /// <summary>Indexes the next batch.</summary>
    /// <param name="written">Entries that are known to be whole; null when the log is not open.</param>
    /// <param name="fault">The log is not what it should be.</param>
    /// <returns>False when there was nothing to index.</returns>
    public bool TryStep(long? written, out Fault? fault)
    {
        batch.Clear();
        var size = 0;
        fault = null;
        while (batch.Count < BatchEntriesMax && size < BatchBytesMax
            && cursor.TryNext(written, out var recorded, out var bytes, out fault))
        {
            batch.Add((recorded, bytes.ToArray()));
            size += bytes.Length;
        }

        if (batch.Count == 0)
        {
            return false;
        }

        writer.Add(batch, First);
        Entries = batch[^1].Recorded.Id.Position + 1;
        return true;
    }

    /// <summary>Lets go of the oldest block, if more than so many entries are left without it.</summary>
    /// <returns>False when there was nothing to let go of.</returns>
    public bool TryDrop(long keep)
    {
        var next = (BlockBits.Of(First) + 1) * BlockBits.Entries;
        if (Entries - next < keep)
        {
            return false;
        }

        writer.Drop(BlockBits.Of(First));
        First = next;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cursor.Dispose();
        writer.Dispose();
    }

    private static IndexWriter Open(LedgerFolder folder, IDisk disk)
    {
        for (var attempt = 0; ; attempt++)
        {
            // SQLite would make the file readable by others; what it adds beside it (-wal, -shm) gets the mode of this
            // one.
            disk.Open(folder.Index).Dispose();
            var index = new IndexWriter(folder.Index);
            try
            {
                if (index.TryOpen())
                {
                    return index;
                }
            }
            catch (SqliteException)
            {
                index.Dispose();
                throw;
            }

            index.Dispose();
            if (attempt > 0)
            {
                throw new InvalidOperationException("A new index has a version of its own making.");
            }

            Delete(folder);
        }
    }
}
