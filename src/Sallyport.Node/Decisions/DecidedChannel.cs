using Sallyport.Decisions.Approvals;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>An open channel together with the question that opened it, so that it can be asked again.</summary>
public abstract class DecidedChannel(RunState run, Snapshot snapshot, Ask ask) : OpenChannel(run)
{
    private volatile Judged judged = new(snapshot, ask);
    private int entry = -1;
    private int entered;
    private LabelSet gained = LabelSet.Empty;
    private bool acted;
    private EntryId decision;

    /// <summary>The snapshot that it was opened under, or has been decided under again since.</summary>
    public Snapshot Snapshot => judged.Snapshot;

    /// <summary>The question, as that snapshot's rules put it.</summary>
    public Ask Ask => judged.Ask;

    /// <summary>Snapshot and question of one moment.</summary>
    public (Snapshot Snapshot, Ask Ask) Judgement
    {
        get
        {
            var both = judged;
            return (both.Snapshot, both.Ask);
        }
    }

    /// <summary>The snapshot that it was opened under: its word is where it is dialled to, and what is trusted
    /// there.</summary>
    public Snapshot OpenedUnder { get; } = snapshot;

    /// <summary>What its run carried when it was opened.</summary>
    public LabelSet Carried { get; } = run.Labels.Set;

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
    public void Bring(Consent consent) => judged = new Judged(Snapshot, Ask with { Consent = consent });

    /// <summary>What it holds of its limits; null where none covers it, and while it is not allowed.</summary>
    public Reservation? Reservation { get; private set; }

    /// <summary>Whether it writes: by its rule, or as it was decided.</summary>
    public bool Acts => acted || Ask.Match is RuleMatch.Allowed { Class: ActionClass.Effect };

    /// <summary>What it brings to its run, as far as it is known: its source's labels, and what runs have written
    /// there since.</summary>
    public LabelSet Brings => Ask.Source.Labels.Join(Volatile.Read(ref gained));

    /// <summary>Whether it may be dialled at any moment, or has been: what others write there it may read.</summary>
    internal bool IsEntered => Volatile.Read(ref entered) != 0;

    /// <summary>Notes the entry that allowed it, and what it holds.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="reservation">What it holds of its limits.</param>
    /// <param name="acts">Whether it was decided as an effect, whatever its rule says.</param>
    public void Opened(EntryId id, Reservation? reservation = null, bool acts = false)
    {
        Reservation = reservation;
        acted = acts;
        decision = id;

        // A full fence: who looks at the snapshot after this sees one that was put in force before somebody looked
        // whether this channel is open.
        Interlocked.Exchange(ref entry, 0);
    }

    /// <summary>The same question as the rules of another snapshot put it.</summary>
    public abstract Ask AskUnder(Snapshot other);

    /// <summary>It is about to look at what it brings. A full fence: either it sees what was written before it looked,
    /// or who writes sees it.</summary>
    internal void Enter() => Interlocked.Exchange(ref entered, 1);

    /// <summary>It brings these too.</summary>
    internal void Gain(LabelSet labels)
    {
        LabelSet seen;
        do
        {
            seen = Volatile.Read(ref gained);
        }
        while (!ReferenceEquals(Interlocked.CompareExchange(ref gained, seen.Join(labels), seen), seen));
    }

    /// <summary>It has been allowed under another snapshot too: from here on that one judges it.</summary>
    internal void JudgeBy(Snapshot other, Ask again) => judged = new Judged(other, again);

    private sealed record Judged(Snapshot Snapshot, Ask Ask);
}
