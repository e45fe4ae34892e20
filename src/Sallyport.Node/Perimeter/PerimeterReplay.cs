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

    /// <summary>Hash of the snapshot that was in force last; null in an empty ledger.</summary>
    public string? InForce { get; private set; }

    /// <summary>Hash of the one before; null when there was none.</summary>
    public string? Previous { get; private set; }

    /// <summary>Every hash that an entry names.</summary>
    public IReadOnlySet<string> Named => named;

    /// <summary>What waits for a second person.</summary>
    public IEnumerable<PendingChange> Pending => pending.Values;

    /// <summary>Takes the next entry; called in the order of the log.</summary>
    public void Take(LedgerEntry entry)
    {
        switch (entry)
        {
            case LedgerEntry.NodeStarted started:
                PutInForce(started.Snapshot);
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
                PutInForce(changed.After);
                break;
        }
    }

    // What was proposed against another perimeter says nothing about this one.
    private void PutInForce(string hash)
    {
        named.Add(hash);
        if (InForce != hash)
        {
            (Previous, InForce) = (InForce, hash);
            pending.Clear();
        }
    }
}
