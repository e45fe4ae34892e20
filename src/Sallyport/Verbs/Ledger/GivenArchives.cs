using System.CommandLine;
using Sallyport.Ledger;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Verbs;

/// <summary>The archives that somebody names on the command line: each verified by itself, and then read as if its
/// segments were still on the disk.</summary>
/// <param name="folders">The folders.</param>
/// <param name="checkpoints">Their final checkpoints, which the log must lead to.</param>
internal sealed class GivenArchives(IReadOnlyList<string> folders, IReadOnlyList<RememberedCheckpoint> checkpoints)
{
    /// <summary>How many.</summary>
    public int Count => folders.Count;

    /// <summary><c>--archive</c>.</summary>
    public static Option<string[]> Option() => new("--archive")
    {
        Description = "A folder that ledger archive has written: the entries in it are read from there. May be given "
            + "several times.",
    };

    /// <summary>Verifies each, entry by entry.</summary>
    /// <exception cref="FaultException">One is not what was signed.</exception>
    public static async Task<GivenArchives> ReadAsync(string[]? folders, CancellationToken cancellation)
    {
        var checkpoints = new List<RememberedCheckpoint>();
        foreach (var folder in folders ?? [])
        {
            var path = Path.Combine(folder, "checkpoint");
            var bytes = LedgerVerb.Read(path);
            if (await LedgerExport.VerifyAsync(folder, key: null, cancellation) is (null, { } fault))
            {
                throw new FaultException(fault, ExitCode.No);
            }

            checkpoints.Add(new RememberedCheckpoint(path, bytes)); // Its key is held to the log's by the audit.
        }

        return new GivenArchives(folders ?? [], checkpoints);
    }

    /// <summary>The disk of a ledger with them.</summary>
    public IDisk Disk(LedgerFolder folder) =>
        Count == 0 ? new LocalDisk() : new ArchiveDisk(new LocalDisk(), folder, folders);

    /// <summary>Audits a ledger with them.</summary>
    /// <exception cref="FaultException">It is not good, or does not name one of them, or one lacks entries of its
    /// period.</exception>
    public AuditedLog Audit(LedgerFolder folder, AuditOptions options, out bool isLive)
    {
        var log = LedgerVerb.Audit(
            folder, Disk(folder), options with { Remembered = [.. options.Remembered, .. checkpoints] }, out isLive);
        for (var i = 0; i < Count; i++)
        {
            var head = Head(i);
            if (log.Archives.FirstOrDefault(it => Ends(it.Entry, head)).Entry is not { } period)
            {
                throw new FaultException(
                    LedgerFaults.ArchiveNotNamed(checkpoints[i].From, head.Size.Value), ExitCode.No);
            }

            var from = log.Archives.TakeWhile(it => it.Entry != period).LastOrDefault().Entry?.Entries ?? 0;
            if (LedgerExport.Missing(folders[i], from, period.Entries) is { } missing)
            {
                throw new FaultException(missing, ExitCode.No);
            }
        }

        return log;
    }

    /// <summary>Whether the archive of a period is among them.</summary>
    public bool Has(LedgerEntry.PeriodArchived period) =>
        Enumerable.Range(0, Count).Any(i => Ends(period, Head(i)));

    private static bool Ends(LedgerEntry.PeriodArchived period, TreeHead head) =>
        period.Entries == head.Size.Value && period.Root == $"{head.Root}";

    private TreeHead Head(int index) =>
        SignedCheckpoint.Parse(checkpoints[index].Bytes.Span).ValueOrThrow().Claim.Head; // it was verified
}
