namespace Sallyport.Decisions.Approvals;

/// <summary>A hold while it matters: where it stands, and who waits for it.</summary>
/// <remarks>
/// The standing is one reference that is exchanged whole. Whoever takes it from one state to another does it by
/// comparing first, so of two who try exactly one does: a use races with a decline, with a freeze, with another use.
/// </remarks>
public sealed class HeldTicket(HoldStanding first, HeldContent? content)
{
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HoldStanding standing = first;
    private int refusals;
    private int answering;

    /// <summary>The hold.</summary>
    public Hold Hold { get; } = first.Hold;

    /// <summary>Where it stands.</summary>
    public HoldStanding Standing => Volatile.Read(ref standing);

    /// <summary>What a person is shown; null after a restart.</summary>
    public HeldContent? Content => content;

    /// <summary>Completes when it stands no longer open.</summary>
    public Task Answered => answered.Task;

    /// <summary>The ticket as decisions speak of it.</summary>
    public HoldReference Reference
    {
        get
        {
            var now = Standing;
            return new HoldReference(Hold.Ticket.Text, now.Expires, now.By, now.Reason);
        }
    }

    /// <summary>What is said to whoever answers when it has been answered.</summary>
    internal Fault AnsweredAlready
    {
        get
        {
            var now = Standing;
            var who = now.By.Length > 0 ? $" by {now.By}" : "";
            return new Fault(
                "approval.answered",
                $"Ticket {Hold.Ticket} does not wait any more: it is {now.State.ToString().ToLowerInvariant()}{who}.",
                "See what waits: sallyport approvals");
        }
    }

    /// <summary>Moves it on, if it still stands there.</summary>
    public bool TryMove(HoldStanding from, HoldStanding to)
    {
        if (!ReferenceEquals(Interlocked.CompareExchange(ref standing, to, from), from))
        {
            return false;
        }

        answered.TrySetResult();
        return true;
    }

    /// <summary>Ends it from any of these states. False when another end was first.</summary>
    public bool TryEnd(HoldState end, string by, string reason, params ReadOnlySpan<HoldState> from)
    {
        while (true)
        {
            var now = Standing;
            if (!from.Contains(now.State))
            {
                return false;
            }

            if (TryMove(now, now with { State = end, By = by, Reason = reason }))
            {
                return true;
            }
        }
    }

    /// <summary>Whether this caller is the one who answers: a second yes at the same time is not recorded
    /// twice.</summary>
    internal bool TryBeginAnswer() => Interlocked.Exchange(ref answering, 1) == 0;

    /// <summary>The answer did not come about: another may try.</summary>
    internal void EndAnswer() => Volatile.Write(ref answering, 0);

    /// <summary>Whether one more refused attempt is worth an entry.</summary>
    internal bool CountRefusal(int most) => Interlocked.Increment(ref refusals) <= most;
}
