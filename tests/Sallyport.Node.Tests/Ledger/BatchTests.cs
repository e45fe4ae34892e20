using System.Text;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Ledger.Tests;

/// <summary>A log is read and hashed ahead, on all cores. What is said of it is what a reader would say who goes
/// through it one entry after the other.</summary>
public sealed class BatchTests : IDisposable
{
    private const int LogEntries = 1_200; // Several shares of a batch.
    private const int FaultsOfAKind = 12;

    private static readonly LocalDisk Disk = new();
    private readonly TestLedger ledger = new();

    public void Dispose() => ledger.Dispose();

    /// <summary>What is done to the log.</summary>
    public static TheoryData<string> Faults =>
        ["flip", "cut", "hash", "resealed", "swapped", "dropped", "doubled", "zeros"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_anywhere_is_told_as_if_the_log_had_been_read_one_entry_after_the_other(string kind)
    {
        await ledger.FillAsync(LogEntries, isClosed: true);
        var (entries, hashes) = (ledger.EntriesOnDisk, ledger.HashesOnDisk);
        var head = Read(EntryBatch.EntriesUsual, []).Head;
        var refused = 0;
        for (var seed = 0; seed < FaultsOfAKind; seed++)
        {
            var random = new Random(seed);
            (ledger.EntriesOnDisk, ledger.HashesOnDisk) = Spoil(kind, entries, hashes, random);
            var serial = Read(1, [new SignedHead(head, "kept")]);
            foreach (var size in (int[])[7, 300, EntryBatch.EntriesUsual])
            {
                Assert.Equal((seed, size, serial), (seed, size, Read(size, [new SignedHead(head, "kept")])));
            }

            refused += serial.Fault is null ? 0 : 1;
        }

        Assert.Equal(FaultsOfAKind, refused);
    }

    [Fact]
    public async Task A_torn_tail_is_cut_at_the_same_byte()
    {
        await ledger.FillAsync(LogEntries, isClosed: false);
        File.Delete(ledger.HashesFile);
        var whole = ledger.EntriesOnDisk;
        for (var seed = 0; seed < FaultsOfAKind; seed++)
        {
            ledger.EntriesOnDisk = whole[..^(1 + new Random(seed).Next(700))];
            var serial = Read(1, []);
            Assert.Null(serial.Fault);
            Assert.Equal((seed, serial), (seed, Read(EntryBatch.EntriesUsual, [])));
        }
    }

    private Told Read(int batch, IReadOnlyList<SignedHead> heads)
    {
        var recovery = new LogRecovery(ledger.Folder, Disk, heads) { BatchEntries = batch };
        var seen = 0L;
        recovery.TryRead(_ => seen++, out var log, out var fault);
        return new Told(fault, seen, log?.Entries, log?.TornBytes, recovery.Tree.Head);
    }

    private static (byte[] Entries, byte[] Hashes) Spoil(string kind, byte[] entries, byte[] hashes, Random random)
    {
        var (one, other) = (Place(entries, random), Place(entries, random));
        switch (kind)
        {
            case "flip":
                var flipped = (byte[])entries.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return (flipped, hashes);
            case "cut":
                return (entries[..random.Next(entries.Length)], hashes);
            case "hash":
                var hash = (byte[])hashes.Clone();
                hash[random.Next(hash.Length)] ^= 1;
                return (entries, hash);
            case "resealed":
                return (Resealed(entries, one), hashes);
            case "swapped":
                return ([.. entries[..one.Start], .. entries[other.Start..other.End], .. entries[one.End..]], hashes);
            case "dropped":
                return ([.. entries[..one.Start], .. entries[one.End..]], hashes);
            case "doubled":
                return ([.. entries[..one.End], .. entries[one.Start..]], hashes);
            default:
                return ([.. entries[..one.Start], .. new byte[one.End - one.Start], .. entries[one.End..]], hashes);
        }
    }

    // Another text and the CRC that goes with it: only the leaf hash knows.
    private static byte[] Resealed(byte[] entries, (int Start, int End) place)
    {
        var entry = Encoding.ASCII.GetString(entries, place.Start + EntryStream.LengthBytes,
            place.End - place.Start - EntryStream.LengthBytes);
        var body = entry[..^EntryBytes.SealLength].Replace("\"gateway\":\"http\"", "\"gateway\":\"smtp\"",
            StringComparison.Ordinal);
        var sealing = $"{body},\"crc\":\"{Crc32C.Of(Encoding.ASCII.GetBytes(body)):x8}\"}}";
        return [.. entries[..(place.Start + EntryStream.LengthBytes)], .. Encoding.ASCII.GetBytes(sealing),
            .. entries[place.End..]];
    }

    // A random entry but the last, which is no decision.
    private static (int Start, int End) Place(byte[] entries, Random random)
    {
        var starts = new List<int>();
        for (var at = 0; at < entries.Length; at += EntryStream.LengthBytes + (entries[at] << 8) + entries[at + 1])
        {
            starts.Add(at);
        }

        var index = random.Next(starts.Count - 1);
        return (starts[index], starts[index + 1]);
    }

    private sealed record Told(Fault? Fault, long Replayed, long? Entries, long? TornBytes, TreeHead Head);
}
