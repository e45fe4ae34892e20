using Sallyport.Decisions.Approvals;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>An open channel together with the question that opened it, so that it can be asked again.</summary>
public abstract class DecidedChannel(RunState run, Snapshot snapshot, Ask ask) : OpenChannel(run)
{
    private Ask asked = ask;
    private int entry = -1;
    private EntryId decision;

    /// <summary>The snapshot that it was opened under.</summary>
    public Snapshot Snapshot => snapshot;

    /// <summary>The question.</summary>
    public Ask Ask => Volatile.Read(ref asked);

    /// <summary>
    /// Whether something of the run's can still go out on it: a request that is not on its way yet, an unfinished
    /// upload, a tunnel, a WebSocket.
    /// </summary>
    public abstract bool CanSend { get; }

    /// <summary>Whether the run can still add to what it sends: then its own join shuts it like any other.</summary>
    public abstract bool CanAdd { get; }

    /// <summary>The entry that allowed it; null while the answer is still being recorded.</summary>
    public EntryId? Decision => Volatile.Read(ref entry) < 0 ? null : decision;

    /// <summary>Asks with this consent from here on, when it is asked again too.</summary>
    public void Bring(Consent consent) => Volatile.Write(ref asked, Ask with { Consent = consent });

    /// <summary>What it holds of its limits; null where none covers it, and while it is not allowed.</summary>
    public Reservation? Reservation { get; private set; }

    /// <summary>Notes the entry that allowed it, and what it holds.</summary>
    public void Opened(EntryId id, Reservation? reservation = null)
    {
        Reservation = reservation;
        decision = id;
        Volatile.Write(ref entry, 0);
    }
}
