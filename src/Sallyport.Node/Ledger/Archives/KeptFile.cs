using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Sallyport.Ledger;

/// <summary>What stays of entries that have left the disk: those that a start needs (<see cref="NeededEntries"/>), in
/// the form of a segment, under the name of the position from which on everything is here.</summary>
/// <remarks>An entry <c>archive</c> in the log has its digest, and each entry in it has its leaf hash: a file that
/// somebody made up, or took one entry from, is found.</remarks>
/// <param name="First">Position of the first entry that is on the disk.</param>
/// <param name="Entries">The entries, in order.</param>
/// <param name="Digest">SHA-256 of the file, lower-case hex.</param>
internal sealed record KeptFile(long First, IReadOnlyList<KeptEntry> Entries, string Digest)
{
    /// <summary>Nothing has left the disk.</summary>
    public static KeptFile None { get; } = new(0, [], "");

    /// <summary>Reads the newest.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static bool TryRead(
        LedgerFolder folder, IDisk disk, [NotNullWhen(true)] out KeptFile? kept, [NotNullWhen(false)] out Fault? fault)
    {
        (kept, fault) = (None, null);
        return folder.First(disk) is not (var first and > 0)
            || TryRead(folder.Kept(first), first, disk, out kept, out fault);
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static bool TryRead(
        string path, long first, IDisk disk,
        [NotNullWhen(true)] out KeptFile? kept, [NotNullWhen(false)] out Fault? fault)
    {
        (kept, fault) = (null, null);
        using var file = disk.OpenRead(path) ?? throw new FileNotFoundException($"There is no file {path}.");
        var bytes = new byte[file.Length];
        var stream = new EntryStream(file);
        var (entries, before) = (new List<KeptEntry>(), -1L);
        while (stream.TryNext(out var entry))
        {
            if (!EntryBytes.TryRead(entry, out var recorded, out var wrong))
            {
                fault = LedgerFaults.Damaged(path, stream.Offset, before + 1, wrong.Detail.TrimEnd('.'));
                return false;
            }

            if (recorded.Id.Position <= before || recorded.Id.Position >= first)
            {
                fault = LedgerFaults.Damaged(
                    path, stream.Offset, recorded.Id.Position, "the entry is not in its place");
                return false;
            }

            before = recorded.Id.Position;
            entries.Add(new KeptEntry(recorded, entry.ToArray()));
        }

        if (!stream.AtEnd || file.Read(bytes, 0) != bytes.Length)
        {
            fault = LedgerFaults.Damaged(path, stream.Offset, before + 1, "an entry is not whole");
            return false;
        }

        kept = new KeptFile(first, entries, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        return true;
    }

    /// <summary>Writes one beside the name that it will have, and syncs it.</summary>
    /// <returns>Its digest.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    public static string WriteNew(LedgerFolder folder, IDisk disk, long first, IReadOnlyCollection<byte[]> entries)
    {
        var bytes = new byte[entries.Sum(entry => EntryStream.LengthBytes + entry.Length)];
        var at = 0;
        foreach (var entry in entries)
        {
            EntryStream.WriteLength(bytes.AsSpan(at), entry.Length);
            entry.CopyTo(bytes, at + EntryStream.LengthBytes);
            at += EntryStream.LengthBytes + entry.Length;
        }

        using (var file = disk.Open(folder.NextKept(first)))
        {
            file.Truncate(0);
            file.Write(bytes, 0);
            file.Sync();
        }

        disk.SyncFolder(folder.Segments);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>Whether an entry is about this file.</summary>
    public bool IsNamedBy(LedgerEntry.PeriodArchived entry) =>
        entry.First == First && entry.KeptDigest == Digest && entry.Kept == Entries.Count;

    /// <summary>Whether it holds these entries, and no others.</summary>
    public bool Has(IReadOnlyCollection<byte[]> needed) => needed.Count == Entries.Count
        && needed.Zip(Entries).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second.Bytes));

    /// <summary>The entries of a segment.</summary>
    public IEnumerable<KeptEntry> Of(long start) =>
        Entries.Where(entry => LedgerFolder.SegmentStart(entry.Recorded.Id.Position) == start);
}

/// <summary>An entry that stays.</summary>
/// <param name="Recorded">The entry.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record KeptEntry(RecordedEntry Recorded, byte[] Bytes);
