using Sallyport.Ledger;
using Sallyport.Perimeter;

namespace Sallyport.Host;

/// <summary>What a node is asked to start with.</summary>
/// <param name="Folder">The perimeter folder.</param>
/// <param name="OnDisk">What it holds, perhaps with mistakes.</param>
/// <param name="Apply">Whether that is put in force where something else was.</param>
internal sealed record WantedPerimeter(string Folder, LoadedPerimeter OnDisk, bool Apply)
{
    /// <summary>Whether a state folder whose ledger is gone may begin another.</summary>
    public bool NewLedger { get; init; }
}

/// <summary>Which perimeter a start puts in force: the one that was in force when the node stopped, for files that
/// changed meanwhile were applied by nobody.</summary>
internal static class StartingPerimeter
{
    /// <summary>Chooses, keeps it, and says what has to be recorded.</summary>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="replay">What the ledger says was in force.</param>
    /// <param name="archive">What was kept.</param>
    /// <param name="now">The time.</param>
    public static (LoadedPerimeter? Perimeter, LedgerEntry.PerimeterChanged? Entry, Fault? Fault) Choose(
        WantedPerimeter wanted, PerimeterReplay replay, SnapshotArchive archive, DateTimeOffset now)
    {
        var (perimeter, entry, fault) = Choose(wanted, replay.InForce, archive, now);
        fault ??= archive.Keep(perimeter!.Files!); // Without a fault there is one, without a mistake.
        if (fault is not null)
        {
            return (null, null, fault);
        }

        archive.Prune(replay.Named.Append(perimeter!.Files!.Hash).ToHashSet(StringComparer.Ordinal));
        return (perimeter, entry, null);
    }

    private static (LoadedPerimeter? Perimeter, LedgerEntry.PerimeterChanged? Entry, Fault? Fault) Choose(
        WantedPerimeter wanted, string? inForce, SnapshotArchive archive, DateTimeOffset now)
    {
        var onDisk = wanted.OnDisk;
        if (inForce is null || inForce == onDisk.Files?.Hash)
        {
            return onDisk.Files is null ? (null, null, Mistakes(wanted)) : (onDisk, null, null);
        }

        var isKept = archive.TryLoad(inForce, out var kept, out var fault);
        if (isKept && !wanted.Apply)
        {
            return (kept, null, null);
        }

        // A ledger of an earlier build names snapshots that were never kept: there is nothing to compare with.
        if (!isKept && !wanted.Apply && fault!.Code != "perimeter.unknown") // Not kept means a fault.
        {
            return (null, null, fault with
            {
                Mend = $"{fault.Mend} Or start with what the folder holds: sallyport up --apply",
            });
        }

        if (onDisk.Files is null)
        {
            return (null, null, Mistakes(wanted));
        }

        if (!isKept)
        {
            return (onDisk, Entry(inForce, onDisk.Files.Hash, "widens", Unknown, "", now), null);
        }

        var plan = PerimeterPlan.Of(kept!, onDisk); // Kept means not null.
        return plan.NeedsSecondPerson
            ? (null, null, new Fault(
                "perimeter.second-person",
                "The change needs a second person, so a start alone does not put it in force.",
                "Start without --apply, then: sallyport apply, and sallyport apply --confirm by somebody else"))
            : (onDisk, Entry(inForce, plan.AfterHash, plan.Direction, plan.Summary, plan.SummaryDigest, now), null);
    }

    private const string Unknown = "what was in force before is not kept, so what changed cannot be told";

    private static Fault Mistakes(WantedPerimeter wanted) => new(
        "perimeter.mistakes", $"The configuration in {wanted.Folder} has mistakes, so nothing was started.",
        "Mend them, and see with: sallyport check (a first configuration comes from: sallyport init)");

    private static LedgerEntry.PerimeterChanged Entry(
        string before, string after, string direction, string summary, string digest, DateTimeOffset now) =>
        new()
        {
            Change = "started",
            Before = before,
            After = after,
            Direction = direction,
            Author = $"uid:{Identity.PeerProcess.OwnUid}",
            Confirmer = null,
            Summary = summary,
            SummaryDigest = digest,
            EffectiveAt = now,
        };
}
