using Sallyport.Ledger;

namespace Sallyport.Perimeter;

/// <summary>A change that waits for a second person.</summary>
/// <param name="Before">Hash of what was in force when it was proposed: it is bound to that.</param>
/// <param name="After">Hash of what it would put in force.</param>
/// <param name="Author">Who proposed it, and may not confirm it.</param>
/// <param name="At">When.</param>
public sealed record PendingChange(string Before, string After, string Author, DateTimeOffset At);

/// <summary>What the ledger says of the perimeter: what was in force last, and what waits.</summary>
public sealed class PerimeterReplay
{
    private readonly Dictionary<string, PendingChange> pending = new(StringComparer.Ordinal);
    private readonly HashSet<string> named = new(StringComparer.Ordinal);

    private readonly Dictionary<string, SnapshotUse> uses = new(StringComparer.Ordinal);

    /// <summary>What was in force, one after the other.</summary>
    public PerimeterLine Line { get; private set; } = PerimeterLine.Empty;

    /// <summary>Hash of the snapshot that was in force last; null in an empty ledger.</summary>
    public string? InForce => Line.InForce;

    /// <summary>When each snapshot was last put in force, and by whom.</summary>
    public IReadOnlyDictionary<string, SnapshotUse> Uses => uses;

    /// <summary>Every hash that an entry names.</summary>
    public IReadOnlySet<string> Named => named;

    /// <summary>What waits for a second person.</summary>
    public IEnumerable<PendingChange> Pending => pending.Values;

    /// <summary>Takes the next entry; called in the order of the log.</summary>
    /// <param name="time">When it was recorded.</param>
    /// <param name="entry">The entry.</param>
    public void Take(DateTimeOffset time, LedgerEntry entry)
    {
        switch (entry)
        {
            case LedgerEntry.NodeStarted started:
                PutInForce(started.Snapshot, isRollback: false, new SnapshotUse(time, "started", ""));
                break;
            case LedgerEntry.PerimeterChanged { Change: "proposed" } proposed:
                named.Add(proposed.After);
                pending[proposed.After] = new PendingChange(
                    proposed.Before, proposed.After, proposed.Author, proposed.EffectiveAt);
                break;
            case LedgerEntry.PerimeterChanged { Change: "withdrawn" } withdrawn:
                pending.Remove(withdrawn.After);
                break;
            case LedgerEntry.PerimeterChanged changed:
                named.Add(changed.Before);
                PutInForce(
                    changed.After, changed.Change == "rolled-back",
                    new SnapshotUse(changed.EffectiveAt, changed.Change, changed.Author));
                break;
        }
    }

    // What was proposed against another perimeter says nothing about this one.
    private void PutInForce(string hash, bool isRollback, SnapshotUse use)
    {
        named.Add(hash);
        if (InForce != hash)
        {
            Line = Line.With(hash, isRollback);
            uses[hash] = use;
            pending.Clear();
        }
    }
}

/// <summary>When a snapshot was put in force.</summary>
/// <param name="At">When.</param>
/// <param name="Change"><c>applied</c>, <c>rolled-back</c>, <c>started</c>.</param>
/// <param name="Author">Who; empty where nobody is recorded.</param>
public sealed record SnapshotUse(DateTimeOffset At, string Change, string Author);
