using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sallyport.Tlog;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Ledger;

/// <summary>What was written, or found good, of an exported log.</summary>
/// <param name="Origin">Whose log.</param>
/// <param name="Size">Entries that the checkpoint covers: the hashes of all of them are there.</param>
/// <param name="Root">Its root, base64.</param>
/// <param name="Entries">Entries whose bytes are there: whole bundles of 256.</param>
public sealed record ExportReport(string Origin, long Size, string Root, long Entries);

/// <summary>A log as a folder of C2SP tlog-tiles, which any web server can serve and programs that are not ours
/// verify.</summary>
/// <remarks>All hashes and the entries of a range: enough to compute the root again, and to prove each entry that is
/// there.</remarks>
public static class LedgerExport
{
    private const string KeyName = "key.pub";
    private const string ProofsName = "proofs";

    /// <summary>Writes a log.</summary>
    /// <param name="log">An audited log.</param>
    /// <param name="from">First position of the range.</param>
    /// <param name="to">Position after its last; at most the signed size.</param>
    /// <param name="target">A folder that is not there yet.</param>
    /// <param name="cancellation">Stops between tiles; what is written stays.</param>
    /// <returns>What is there, or what stopped it.</returns>
    public static async Task<(ExportReport? Report, Fault? Fault)> WriteAsync(
        AuditedLog log, long from, long to, string target, CancellationToken cancellation)
    {
        var head = log.Checkpoint.Claim.Head;
        var size = head.Size.Value;
        if (from < 0 || from > to || to > size)
        {
            return (null, LedgerFaults.Range(from, to, size));
        }

        if (Directory.Exists(target) || File.Exists(target))
        {
            return (null, LedgerFaults.ExportExists(target));
        }

        var sink = new TileFolder(target);
        foreach (var path in Tiles(size).Concat(Bundles(size, from, to)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!(await log.Tiles.ReadAsync(path, cancellation)).TryGet(out var bytes, out var wrong)
                || (wrong = sink.Write(path, bytes.Span)) is not null)
            {
                return (null, LedgerFaults.ExportFailed(target, $"{wrong}"));
            }
        }

        if (await ProofsAsync(log, from, to, cancellation) is { } proofs)
        {
            await File.WriteAllTextAsync(Path.Combine(target, ProofsName), proofs, cancellation);
        }

        // Last: with the checkpoint the folder is a log.
        return sink.WriteCheckpoint(log.Checkpoint) is { } unwritten
            ? (null, LedgerFaults.ExportFailed(target, $"{unwritten}"))
            : (await ReportAsync(log, target, from, to, cancellation), null);
    }

    /// <summary>The first entries of a range that a folder has not got.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="from">First position of the range.</param>
    /// <param name="size">Position after its last, and size of the folder's checkpoint.</param>
    /// <returns>Which, and the file that they are to be in; null: all are there.</returns>
    public static Fault? Missing(string folder, long from, long size) => Bundles(size, from, size)
        .Where(bundle => !File.Exists(Path.Combine(folder, $"{bundle}")))
        .Select(bundle => LedgerFaults.ExportLacks(
            Path.Combine(folder, $"{bundle}"), bundle.Index * TilePath.FullWidth, bundle.Width))
        .FirstOrDefault();

    /// <summary>Verifies a folder that <see cref="WriteAsync"/> has written, from the entries up, with the log's
    /// key.</summary>
    /// <remarks>Nothing that is signed says which entries a folder was to have. Missing ones are found between two that
    /// are there, and between the two that its proofs are of; whoever knows the range asks <see
    /// cref="Missing"/>.</remarks>
    /// <param name="folder">The folder.</param>
    /// <param name="key">The log's key; null: the one in the folder, which proves nothing against whoever wrote
    /// it.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    public static async Task<(ExportReport? Report, Fault? Fault)> VerifyAsync(
        string folder, VerifierKey? key, CancellationToken cancellation)
    {
        var tiles = new TileFolder(folder);
        TlogFault? wrong = null;
        if ((key is null && !VerifierKey.Parse(KeyText(folder)).TryGet(out key, out wrong))
            || !tiles.ReadCheckpoint().TryGet(out var signed, out wrong)
            || !signed.Verify(key).TryGet(out var verified, out wrong))
        {
            return (null, LedgerFaults.ExportWrong(folder, $"{wrong}"));
        }

        var (range, entries) = (new CompactRange(), 0L);
        var (first, end) = Proven(folder);
        for (var index = 0L; range.Size < verified.Head.Size; index++)
        {
            var width = (int)Math.Min(TilePath.FullWidth, verified.Head.Size.Value - range.Size.Value);
            var (found, fault) = await TileAsync(tiles, index, width, range, cancellation);
            if (fault is not null)
            {
                return (null, LedgerFaults.ExportWrong(folder, $"{fault}"));
            }

            entries += found;
            (first, end) = found == 0 ? (first, end)
                : (Math.Min(first, range.Size.Value - found), Math.Max(end, range.Size.Value));
        }

        end = Math.Min(end, verified.Head.Size.Value);
        if (Bundles(verified.Head.Size.Value, first, end).Sum(bundle => (long)bundle.Width) > entries)
        {
            return (null, Missing(folder, first, verified.Head.Size.Value));
        }

        return range.Head == verified.Head
            ? (new ExportReport($"{verified.Origin}", verified.Head.Size.Value, $"{verified.Head.Root}", entries), null)
            : (null, LedgerFaults.ExportWrong(
                folder, $"the hashes lead to {range.Head.Root}, and {verified.Head.Root} was signed"));
    }

    private static async Task<(int Entries, TlogFault? Fault)> TileAsync(
        TileFolder tiles, long index, int width, CompactRange range, CancellationToken cancellation)
    {
        var path = TilePath.Hashes(0, index, width);
        if (!(await tiles.ReadAsync(path, cancellation)).TryGet(out var tile, out var fault))
        {
            return (0, fault);
        }

        if (tile.Length != path.BytesMax)
        {
            return (0, new TlogFault(FaultKind.Malformed, $"{path}",
                $"It has {tile.Length} bytes, not {path.BytesMax}."));
        }

        var bundle = await tiles.ReadAsync(TilePath.Bundle(index, width), cancellation);
        if (bundle.Fault is { Kind: not FaultKind.Absent } unreadable)
        {
            return (0, unreadable);
        }

        var isThere = bundle.TryGet(out var bytes, out _);
        var rest = bytes.Span;
        foreach (var leaf in MemoryMarshal.Cast<byte, Hash>(tile.Span))
        {
            var position = range.Size;
            if (isThere && (!EntryBundle.TryTake(ref rest, out var entry) || TreeHash.Leaf(entry) != leaf))
            {
                return (0, new TlogFault(
                    FaultKind.Mismatch, $"entry[{position}]",
                        $"Entry {position} does not hash to its leaf in {path}."));
            }

            range.Append(leaf);
        }

        return isThere && !rest.IsEmpty
            ? (0, new TlogFault(FaultKind.Malformed, $"{TilePath.Bundle(index, width)}",
                "Bytes follow the last entry."))
            : (isThere ? width : 0, null);
    }

    private static async Task<ExportReport> ReportAsync(
        AuditedLog log, string target, long from, long to, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(Path.Combine(target, KeyName), $"{log.Key}\n", cancellation);
        var head = log.Checkpoint.Claim.Head;
        var entries = Bundles(head.Size.Value, from, to).Sum(path => (long)path.Width);
        return new ExportReport($"{log.Checkpoint.Claim.Origin}", head.Size.Value, $"{head.Root}", entries);
    }

    // Every tile of every level; of a partial one, the widest.
    private static IEnumerable<TilePath> Tiles(long size)
    {
        for (var (level, hashes) = (0, size); hashes > 0; level++, hashes /= TilePath.FullWidth)
        {
            for (var first = 0L; first < hashes; first += TilePath.FullWidth)
            {
                yield return TilePath.Hashes(
                    level, first / TilePath.FullWidth, (int)Math.Min(TilePath.FullWidth, hashes - first));
            }
        }
    }

    private static IEnumerable<TilePath> Bundles(long size, long from, long to)
    {
        for (var first = from == to ? to : from - (from % TilePath.FullWidth); first < to; first += TilePath.FullWidth)
        {
            yield return TilePath.Bundle(
                first / TilePath.FullWidth, (int)Math.Min(TilePath.FullWidth, size - first));
        }
    }

    // For programs that check proofs one by one: the first and the last of the range.
    private static async Task<string?> ProofsAsync(
        AuditedLog log, long from, long to, CancellationToken cancellation)
    {
        var opened = await TileTree.OpenAsync(log.Tiles, log.Checkpoint.Claim.Head, cancellation);
        if (from == to || !opened.TryGet(out var tree, out _))
        {
            return null;
        }

        var lines = new StringBuilder();
        foreach (var index in (long[])[from, to - 1])
        {
            if ((await tree.ProveInclusionAsync(new LeafIndex(index), cancellation)).TryGet(out var proof, out _))
            {
                lines.Append("inclusion ").Append(index).Append(' ').Append(tree.Head.Size);
                lines.Append(' ').AppendJoin(' ', proof.Hashes).Append('\n');
            }
        }

        return $"{lines}";
    }

    // From where to where, as the proofs in it say that it was exported: their first line, and their last.
    private static (long First, long End) Proven(string folder)
    {
        var path = Path.Combine(folder, ProofsName);
        List<long> positions = File.Exists(path)
            ? [.. File.ReadLines(path).Select(line => line.Split(' ')).Where(words => words is ["inclusion", _, ..])
                .Select(words => long.TryParse(words[1], CultureInfo.InvariantCulture, out var at) ? at : -1)
                .Where(at => at >= 0)]
            : [];
        return positions.Count == 0 ? (long.MaxValue, 0) : (positions.Min(), positions.Max() + 1);
    }

    private static string KeyText(string folder)
    {
        var path = Path.Combine(folder, KeyName);
        return File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : "";
    }
}
