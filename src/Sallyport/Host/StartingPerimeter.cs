using Sallyport.Console;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Operators;
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

    /// <summary>Signs a challenge as an operator, base64; null where nobody does.</summary>
    public Func<string, string>? Sign { get; init; }
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
    /// <param name="start">The log's key and its length at this start, which make a signature one of a kind.</param>
    public static (LoadedPerimeter? Perimeter, LedgerEntry.PerimeterChanged? Entry, Fault? Fault) Choose(
        WantedPerimeter wanted, PerimeterReplay replay, SnapshotArchive archive, DateTimeOffset now,
        (string Log, long Entries) start)
    {
        var (perimeter, entry, fault) = Choose(wanted, replay.InForce, archive, now, start);
        fault ??= archive.Keep(perimeter!.Files!); // Without a fault there is one, without a mistake.
        if (fault is not null)
        {
            return (null, null, fault);
        }

        archive.Prune(replay.Named.Append(perimeter!.Files!.Hash).ToHashSet(StringComparer.Ordinal));
        return (perimeter, entry, null);
    }

    private static (LoadedPerimeter? Perimeter, LedgerEntry.PerimeterChanged? Entry, Fault? Fault) Choose(
        WantedPerimeter wanted, string? inForce, SnapshotArchive archive, DateTimeOffset now,
        (string Log, long Entries) start)
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
        var (author, unsigned) = AuthorOf(wanted, plan, start);
        return unsigned is not null ? (null, null, unsigned) : plan.NeedsSecondPerson
            ? (null, null, new Fault(
                "perimeter.second-person",
                "The change needs a second person, so a start alone does not put it in force.",
                "Start without --apply, then: sallyport apply, and sallyport apply --confirm by somebody else"))
            : (onDisk, Entry(inForce, plan.AfterHash, plan.Direction, plan.Summary, plan.SummaryDigest, now) with
            {
                Author = author,
            }, null);
    }

    // Where operators have keys, a start is no way around them. Whether agents run as this user nobody can say here.
    private static (string Author, Fault? Fault) AuthorOf(
        WantedPerimeter wanted, PerimeterPlan plan, (string Log, long Entries) start)
    {
        var rules = plan.Before.Snapshot!.Rules<ApprovalRules>(); // A plan has no mistakes.
        if (rules.Operators.Values.All(person => person.KeyPem is null))
        {
            return (ActAuthor.OfUser(Identity.PeerProcess.OwnUid), null);
        }

        var challenge = ActChallenge.Of(start.Log, "start", plan.AfterHash, plan.BeforeHash, $"{start.Entries}.0");
        return wanted.Sign is { } sign && Signatures.SignerOf(challenge, sign(challenge), rules) is { } person
            ? (ActAuthor.OfSigner(person), null)
            : ("", new Fault(
                "operator.factor",
                "What is in force has operators with keys, so a start puts nothing else in force without a signature.",
                "Start without --apply, then: sallyport apply --key FILE. Or: sallyport up --apply --key FILE"));
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
