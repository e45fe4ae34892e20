using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Operators;
using Sallyport.Ledger;

namespace Sallyport.Perimeter;

/// <summary>The perimeter in force: what it is, what the folder would make of it, and how it is changed.</summary>
/// <remarks>Files are never loaded because they changed. A change is asked for by its hash, so that what was shown is
/// what is put in force. What loosens is synced first; what tightens acts at once (promise P3).</remarks>
public sealed class PerimeterInForce : IDisposable
{
    private readonly InForceParts parts;
    private readonly ILogger log;
    private readonly SemaphoreSlim changing = new(1, 1);
    private readonly FolderWatch folder;
    private volatile State state;

    /// <summary>Takes what the node starts with.</summary>
    /// <param name="first">What is in force; without a mistake.</param>
    /// <param name="replay">What the ledger says.</param>
    /// <param name="parts">What it works on.</param>
    /// <param name="log">Log.</param>
    public PerimeterInForce(
        LoadedPerimeter first, PerimeterReplay replay, InForceParts parts, ILogger<PerimeterInForce> log)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(replay);
        ArgumentNullException.ThrowIfNull(parts);
        (this.parts, this.log) = (parts, log);
        folder = new FolderWatch(parts.Folder, log);
        var hash = first.Files!.Hash; // asked for
        state = new State(
            first,
            replay.Line.With(hash, isRollback: false),
            UsesOf(replay, hash, parts.Time.GetUtcNow()),
            [.. replay.Pending.Where(pending => pending.Before == hash)]);
    }

    /// <summary>What is in force.</summary>
    public LoadedPerimeter Current => state.InForce;

    /// <summary>Its hash.</summary>
    public string Hash => state.InForce.Files!.Hash; // asked for

    /// <summary>Hash of what was in force before; null when there was nothing.</summary>
    public string? Previous => state.Line.Previous;

    /// <summary>When each snapshot was last put in force, and by whom, as far as the ledger says.</summary>
    public IReadOnlyDictionary<string, SnapshotUse> Uses => state.Uses;

    /// <summary>What waits for a second person.</summary>
    public ImmutableArray<PendingChange> Pending => state.Pending;

    /// <summary>The perimeter folder.</summary>
    public string Folder => parts.Folder;

    /// <summary>Snapshots that can be put in force again.</summary>
    public IReadOnlyList<string> Kept => parts.Archive.Kept();

    /// <summary>Looks whether the folder still holds what is in force; a difference is logged once.</summary>
    public FolderDrift Look() => folder.Look(Hash);

    /// <summary>Looks every few seconds until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        using var tick = new PeriodicTimer(FolderWatch.Every, parts.Time);
        while (await tick.WaitForNextTickAsync(cancellation))
        {
            Look();
        }
    }

    /// <summary>What applying would change.</summary>
    /// <param name="hash">A kept snapshot; null for what the folder holds.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="refused">Why there is none; every mistake in it.</param>
    public bool TryPlan(string? hash, out PerimeterPlan? plan, out RefusedPerimeter? refused)
    {
        (plan, refused) = (null, null);
        LoadedPerimeter? wanted;
        if (hash is null)
        {
            wanted = folder.Read();
            if (!wanted.Mistakes.IsEmpty)
            {
                refused = new RefusedPerimeter(
                    new Fault(
                        "perimeter.mistakes",
                        $"The files in {parts.Folder} have mistakes, so they are not used. What is in force stays.",
                        "Mend them, and see with: sallyport check"),
                    [.. wanted.Lines()]);
                InForceLog.Refused(log, parts.Folder, wanted.Mistakes.Length, wanted.Mistakes[0].ToString());
                return false;
            }
        }
        else if (!parts.Archive.TryLoad(hash, out wanted, out var fault))
        {
            refused = new RefusedPerimeter(fault, []);
            return false;
        }

        plan = PerimeterPlan.Of(state.InForce, wanted);
        return true;
    }

    /// <summary>Puts another perimeter in force, or proposes it where a second person is asked for.</summary>
    /// <param name="hash">What is wanted: the folder or the archive must hold exactly this.</param>
    /// <param name="isRollback">Whether it comes from the archive.</param>
    /// <param name="author">Who.</param>
    /// <param name="over">Hash of what the author meant to replace; null for whatever it is.</param>
    public async Task<PerimeterOutcome> ApplyAsync(string hash, bool isRollback, string author, string? over = null)
    {
        await changing.WaitAsync();
        try
        {
            if (!TryPlan(isRollback ? hash : null, out var plan, out var refused))
            {
                return new PerimeterOutcome.Refused(refused!); // No plan means a reason.
            }

            if (plan!.AfterHash != hash)
            {
                return Refuse(
                    "perimeter.moved",
                    $"The files in {parts.Folder} are no longer those that were shown "
                    + $"({(hash.Length > 12 ? hash[..12] : hash)}).",
                    "Look again: sallyport plan");
            }

            if (plan.IsEmpty)
            {
                return new PerimeterOutcome.Nothing();
            }

            if ((over ?? plan.BeforeHash) != plan.BeforeHash)
            {
                return Replaced(plan);
            }

            return plan.NeedsSecondPerson
                ? await ProposeAsync(plan, author)
                : await PutInForceAsync(plan, isRollback ? "rolled-back" : "applied", author, confirmer: null);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Confirms what somebody else has proposed.</summary>
    /// <param name="hash">What was proposed.</param>
    /// <param name="confirmer">Who.</param>
    /// <param name="over">Hash of what they meant to replace; null for whatever it is.</param>
    public async Task<PerimeterOutcome> ConfirmAsync(string hash, string confirmer, string? over = null)
    {
        await changing.WaitAsync();
        try
        {
            if (Find(hash) is not { } pending)
            {
                return NotPending(hash);
            }

            if (ActAuthor.MayBeOne(pending.Author, confirmer, state.InForce.Snapshot!.Rules<ApprovalRules>()))
            {
                return Refuse(
                    "perimeter.same-person", $"{confirmer} has proposed it, and a second person is asked for.",
                    $"Have somebody else confirm it: sallyport apply --confirm {hash}");
            }

            return !TryPlan(hash, out var plan, out var refused)
                ? new PerimeterOutcome.Refused(refused!) // No plan means a reason.
                : (over ?? plan!.BeforeHash) != plan!.BeforeHash ? Replaced(plan)
                : await PutInForceAsync(plan!, "applied", pending.Author, confirmer);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Withdraws what waits: nothing is loosened by it, so nothing is waited for.</summary>
    public async Task<PerimeterOutcome> WithdrawAsync(string hash, string author)
    {
        await changing.WaitAsync();
        try
        {
            if (Find(hash) is not { } pending)
            {
                return NotPending(hash);
            }

            state = state with { Pending = state.Pending.Remove(pending) };
            parts.Sequencer.Append(Entry("withdrawn", pending.Before, hash, "neutral", author, null, "", EmptyDigest));
            return new PerimeterOutcome.Nothing();
        }
        finally
        {
            changing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => changing.Dispose();

    // SHA-256 of nothing.
    private const string EmptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // Where this start is the first that puts it in force, no entry says so yet.
    private static ImmutableDictionary<string, SnapshotUse> UsesOf(
        PerimeterReplay replay, string hash, DateTimeOffset now)
    {
        var uses = replay.Uses.ToImmutableDictionary(StringComparer.Ordinal);
        return replay.InForce == hash ? uses : uses.SetItem(hash, new SnapshotUse(now, "started", ""));
    }

    private PendingChange? Find(string hash) => state.Pending.FirstOrDefault(pending => pending.After == hash);

    private static PerimeterOutcome.Refused Refuse(string code, string detail, string mend) =>
        new(new RefusedPerimeter(new Fault(code, detail, mend), []));

    private static PerimeterOutcome.Refused Replaced(PerimeterPlan plan) => Refuse(
        "perimeter.moved", $"Something else was put in force meanwhile ({plan.BeforeHash[..12]}).",
        "Look again: sallyport plan");

    private static PerimeterOutcome.Refused NotPending(string hash) => Refuse(
        "perimeter.not-pending",
        $"No change to {Egress.Excerpt.Of(hash)} waits for a second person: it was put in force, withdrawn, or the "
        + "perimeter has changed since.",
        "See what waits: sallyport status");

    private async Task<PerimeterOutcome> ProposeAsync(PerimeterPlan plan, string author)
    {
        if (Find(plan.AfterHash) is { } there)
        {
            return new PerimeterOutcome.Proposed(plan, there, null);
        }

        if (parts.Archive.Keep(plan.After.Files!) is { } unkept) // A plan has files.
        {
            return new PerimeterOutcome.Refused(new RefusedPerimeter(unkept, []));
        }

        var entry = Entry(plan, "proposed", author, confirmer: null);
        var appended = parts.Sequencer.Append(entry);
        if (!appended.IsAccepted || !await parts.Sequencer.WhenSignedAsync(appended.Id, CancellationToken.None))
        {
            return Unrecorded("The proposal");
        }

        var pending = new PendingChange(plan.BeforeHash, plan.AfterHash, author, entry.EffectiveAt);
        state = state with { Pending = state.Pending.Add(pending) };
        InForceLog.Proposed(log, plan.AfterHash[..12], author);
        return new PerimeterOutcome.Proposed(plan, pending, appended.Id);
    }

    private async Task<PerimeterOutcome> PutInForceAsync(
        PerimeterPlan plan, string change, string author, string? confirmer)
    {
        // 1. Kept, so that the entry never names what nobody has. What only tightens does not wait for a disk.
        var unkept = parts.Archive.Keep(plan.After.Files!); // A plan has files.
        if (unkept is not null && plan.Loosens)
        {
            return new PerimeterOutcome.Refused(new RefusedPerimeter(unkept, []));
        }

        // 2. What loosens is synced and signed before it is in force (P3). A commit, once begun, is not cancelled.
        var entry = Entry(plan, change, author, confirmer);
        var appended = plan.Loosens ? parts.Sequencer.Append(entry) : default;
        if (plan.Loosens && !await SignedAsync(appended))
        {
            return Unrecorded("The change");
        }

        // 3. In force; what is open and no longer allowed is cut.
        state = new State(
            plan.After, state.Line.With(plan.AfterHash, change == "rolled-back"),
            state.Uses.SetItem(plan.AfterHash, new SnapshotUse(entry.EffectiveAt, change, author)), []);
        var cut = await parts.Turnover.PutInForceAsync(plan.After.Snapshot!); // A plan has no mistakes.

        // 4. What tightens is recorded as soon as the disk allows.
        appended = plan.Loosens ? appended : parts.Sequencer.Append(entry);
        var recorded = await SignedAsync(appended);
        InForceLog.Applied(log, plan.AfterHash[..12], plan.Direction, author, confirmer ?? "-", cut);
        return new PerimeterOutcome.Applied(plan, recorded ? appended.Id : null, cut, unkept ?? Warning(recorded));
    }

    private async ValueTask<bool> SignedAsync(AppendResult appended) =>
        appended.IsAccepted && await parts.Sequencer.WhenSignedAsync(appended.Id, CancellationToken.None);

    private static Fault? Warning(bool recorded) => recorded ? null : new Fault(
        "perimeter.not-recorded", "It is in force, and could not be recorded: a restart would go back.",
        "See what the ledger lacks: sallyport status");

    private static PerimeterOutcome.Refused Unrecorded(string what) => Refuse(
        "ledger.unavailable", $"{what} could not be recorded, so what is in force stays.",
        "See what the ledger lacks: sallyport status");

    private LedgerEntry.PerimeterChanged Entry(PerimeterPlan plan, string change, string author, string? confirmer) =>
        Entry(
            change, plan.BeforeHash, plan.AfterHash, plan.Direction, author, confirmer, plan.Summary,
            plan.SummaryDigest);

    private LedgerEntry.PerimeterChanged Entry(
        string change, string before, string after, string direction, string author, string? confirmer, string summary,
        string digest) =>
        new()
        {
            Change = change,
            Before = before,
            After = after,
            Direction = direction,
            Author = author,
            Confirmer = confirmer,
            Summary = summary,
            SummaryDigest = digest,
            EffectiveAt = parts.Time.GetUtcNow(),
        };

    private sealed record State(
        LoadedPerimeter InForce, PerimeterLine Line, ImmutableDictionary<string, SnapshotUse> Uses,
        ImmutableArray<PendingChange> Pending);
}

/// <summary>What a perimeter is put in force with; all of it belongs to the node.</summary>
public sealed record InForceParts
{
    /// <summary>The perimeter folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Keeps what was in force.</summary>
    public required SnapshotArchive Archive { get; init; }

    /// <summary>Swaps.</summary>
    public required Turnover Turnover { get; init; }

    /// <summary>Records.</summary>
    public required Sequencer Sequencer { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }
}

internal static partial class InForceLog
{
    [LoggerMessage(6001, LogLevel.Warning,
        "perimeter {Hash} is in force ({Direction}) author={Author} confirmer={Confirmer} cut={Cut}")]
    public static partial void Applied(
        ILogger logger, string hash, string direction, string author, string confirmer, int cut);

    [LoggerMessage(6002, LogLevel.Warning, "perimeter {Hash} was proposed by {Author} and waits for a second person")]
    public static partial void Proposed(ILogger logger, string hash, string author);

    [LoggerMessage(6003, LogLevel.Error,
        "the files in {Folder} have {Count} mistakes and are NOT used, what is in force stays; the first: {First}")]
    public static partial void Refused(ILogger logger, string folder, int count, string first);

    [LoggerMessage(6004, LogLevel.Warning,
        "the files in {Folder} are not what is in force ({InForce}); they are not loaded. See: sallyport plan")]
    public static partial void Drifted(ILogger logger, string folder, string inForce);
}
