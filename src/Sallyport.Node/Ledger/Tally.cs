namespace Sallyport.Ledger;

/// <summary>Counts what goes out and what comes back where it happens: at the dial, and where a reply ends. It knows
/// nothing of entries, so that a program which forgets one is found by what it counted.</summary>
/// <remarks>The order that the audit relies on: <see cref="Began"/>, then dials, then the observation gets its
/// position,
/// then <see cref="Replied"/>.</remarks>
public sealed class Tally
{
    private readonly Lock gate = new();
    private long dials;
    private long replies;
    private long open;

    /// <summary>What was counted so far. Waits for nobody: it may be called under the sequencer's lock.</summary>
    public LedgerEntry.Counts Counts
    {
        get
        {
            lock (gate)
            {
                return new LedgerEntry.Counts { Dials = dials, Replies = replies, Open = open };
            }
        }
    }

    /// <summary>A connection is opened outwards, or tried to.</summary>
    public void Dialled()
    {
        lock (gate)
        {
            dials++;
        }
    }

    /// <summary>An exchange or tunnel was allowed, and may dial from here on.</summary>
    public void Began()
    {
        lock (gate)
        {
            open++;
        }
    }

    /// <summary>Its reply has ended, well or not.</summary>
    public void Replied()
    {
        lock (gate)
        {
            replies++;
            open--;
        }
    }
}
