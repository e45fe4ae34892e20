using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Decisions.Approvals;

/// <summary>Every hold of this node that still matters.</summary>
/// <remarks>
/// What loosens waits for the disk: a yes takes effect when its entry is synced. What tightens does not: a no, an
/// expiry, a freeze take effect at once and are recorded as soon as the ledger allows (promise P3).
/// </remarks>
public sealed class Holds(Sequencer sequencer, TimeProvider time, ILogger<Holds> log)
{
    /// <summary>Most refused attempts that are recorded of one ticket.</summary>
    public const int RefusalsMax = 16;

    /// <summary>Most declined acts that are remembered of one run; an older one is asked about again.</summary>
    public const int DeclinedMax = 256;

    /// <summary>Most bytes of bodies that are kept to be shown; of further ones only the start is.</summary>
    public const long BodyBytesMax = 64L * 1024 * 1024;

    private const int NoticesMax = 256;

    private const int EndedMax = 4_096;
    private static readonly TimeSpan EndedFor = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, HeldTicket> tickets = new(StringComparer.Ordinal); // Under the gate.
    private readonly Dictionary<RunId, int> opened = []; // Likewise.
    private readonly Channel<HeldTicket> notices = Channel.CreateBounded<HeldTicket>(
        new BoundedChannelOptions(NoticesMax) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Queue<(DateTimeOffset At, int Opened, double Hours)> ended = []; // Likewise.
    private int parked;

    /// <summary>Holds as they are opened, for hooks; the oldest are dropped when nobody keeps up.</summary>
    public ChannelReader<HeldTicket> Notices => notices.Reader;

    /// <summary>Holds that are open, given or declined, oldest first.</summary>
    public IReadOnlyList<HeldTicket> Live
    {
        get
        {
            lock (gate)
            {
                return [.. tickets.Values.Where(IsLive).OrderBy(ticket => ticket.Hold.Opened)];
            }
        }
    }

    /// <summary>How many holds each open run has had, and how many acts wait.</summary>
    public (IReadOnlyDictionary<RunId, int> Opened, int Waiting) Counts
    {
        get
        {
            lock (gate)
            {
                return (new Dictionary<RunId, int>(opened),
                    tickets.Values.Count(ticket => ticket.Standing.State is HoldState.Open));
            }
        }
    }

    /// <summary>What runs that ended in the last day had asked, and the hours that they lasted, an hour each at
    /// least; since the start of the node.</summary>
    public (int Opened, double Hours) Ended
    {
        get
        {
            lock (gate)
            {
                return (ended.Sum(run => run.Opened), ended.Sum(run => run.Hours));
            }
        }
    }

    /// <summary>Takes up what the ledger says still matters, of the runs that are still open. Called once.</summary>
    public void Restore(HoldHistory history, Func<RunId, bool> isOpen)
    {
        ArgumentNullException.ThrowIfNull(history);
        lock (gate)
        {
            foreach (var standing in history.Live.Where(standing => isOpen(standing.Hold.Run)))
            {
                // What the ledger says of a yes, whoever can write its files could have said: it is asked again.
                var known = standing.State is HoldState.Given
                    ? standing with { State = HoldState.Open, By = "", Reason = "", Expires = standing.Hold.Expires }
                    : standing;
                tickets[standing.Hold.Ticket.Text] = new HeldTicket(known, content: null);
            }

            foreach (var (run, count) in history.Opened.Where(run => isOpen(run.Key)))
            {
                opened[run] = count;
            }
        }
    }

    /// <summary>A ticket by its name.</summary>
    public bool TryFind(string text, [NotNullWhen(true)] out HeldTicket? ticket)
    {
        lock (gate)
        {
            return tickets.TryGetValue(text, out ticket);
        }
    }

    /// <summary>The live hold of this very act under these rules; null when there is none.</summary>
    public HeldTicket? Of(RunId run, ActDigest digest, string snapshot, string policySet)
    {
        lock (gate)
        {
            return tickets.Values.FirstOrDefault(
                ticket => ticket.Hold.Fits(run, digest, snapshot, policySet) && IsLive(ticket));
        }
    }

    /// <summary>Opens a hold, or gives the one that is there. It is told to nobody before its entry is
    /// written.</summary>
    /// <param name="hold">Makes it, for a ticket that is free.</param>
    /// <param name="content">What a person is shown.</param>
    /// <param name="openMax">Most that wait of one run.</param>
    /// <returns>The ticket; null when too many wait, or the ledger cannot record it (then <c>IsFull</c> is
    /// false).</returns>
    public async ValueTask<(HeldTicket? Ticket, bool IsFull)> OpenAsync(
        Func<TicketId, Hold> hold, HeldContent content, int openMax)
    {
        ArgumentNullException.ThrowIfNull(hold);
        ArgumentNullException.ThrowIfNull(content);
        HeldTicket ticket;
        AppendResult appended;
        lock (gate)
        {
            var next = hold(NewTicket());
            if (tickets.Values.FirstOrDefault(
                    other => other.Hold.Fits(next.Run, next.Digest, next.Snapshot, next.PolicySet) && IsLive(other))
                is { } there)
            {
                if (there.Hold.Covers(next.Policies))
                {
                    return (there, false); // Another request for the same act was first.
                }

                End(there, HoldState.Voided, $"superseded by {next.Ticket}", HoldState.Open, HoldState.Given);
            }

            if (IsFull(next.Run, openMax))
            {
                return (null, true);
            }

            var kept = tickets.Values.Sum(other => (long)(other.Content?.Body.Length ?? 0));
            ticket = new HeldTicket(
                new HoldStanding(next, HoldState.Open, "", "", next.Expires),
                kept + content.Body.Length > BodyBytesMax ? content.Trimmed() : content);
            appended = sequencer.Append(next.ToEntry());
            if (!appended.IsAccepted)
            {
                return (null, false);
            }

            tickets.Add(next.Ticket.Text, ticket);
            opened[next.Run] = opened.GetValueOrDefault(next.Run) + 1;
        }

        if (!await sequencer.WhenWrittenAsync(appended.Id, CancellationToken.None))
        {
            return (null, false);
        }

        HoldsLog.Opened(log, ticket.Hold.Ticket.Text, ticket.Hold.Agent.Value, ticket.Hold.Method, ticket.Hold.Host);
        notices.Writer.TryWrite(ticket);
        return (ticket, false);
    }

    /// <summary>A yes. In force when this returns null: its entry is synced then.</summary>
    /// <returns>Why it is not; null when it is.</returns>
    public async Task<Fault?> ApproveAsync(HeldTicket ticket, Answer answer, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        var open = ticket.Standing;
        if (open.State is not HoldState.Open || time.GetUtcNow() >= open.Expires || !ticket.TryBeginAnswer())
        {
            return ticket.AnsweredAlready;
        }

        var given = open with
        {
            State = HoldState.Given,
            By = answer.Operator,
            Reason = answer.Reason,
            Expires = time.GetUtcNow() + lifetime,
        };
        var appended = sequencer.Append(Entry(ticket.Hold, ApprovalWord.Given, given, answer));

        // A commit, once begun, is carried through.
        if (!appended.IsAccepted || !await sequencer.WhenSignedAsync(appended.Id, CancellationToken.None))
        {
            ticket.EndAnswer();
            return new Fault(
                "ledger.unavailable",
                $"Ticket {ticket.Hold.Ticket} is not approved: it could not be recorded.",
                "See what the ledger lacks: sallyport status");
        }

        // A no, an expiry or a freeze that came meanwhile stands.
        if (!ticket.TryMove(open, given))
        {
            return ticket.AnsweredAlready;
        }

        HoldsLog.Answered(log, ticket.Hold.Ticket.Text, ApprovalWord.Given, answer.Operator);
        return null;
    }

    /// <summary>A no, also to what was approved and has not been used. In force at once.</summary>
    /// <returns>Why it is not; null when it is.</returns>
    public Fault? Decline(HeldTicket ticket, Answer answer)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        if (!ticket.TryEnd(
            HoldState.Declined, answer.Operator, answer.Reason, HoldState.Open, HoldState.Given))
        {
            return ticket.AnsweredAlready;
        }

        sequencer.Append(Entry(ticket.Hold, ApprovalWord.Declined, ticket.Standing, answer));
        HoldsLog.Answered(log, ticket.Hold.Ticket.Text, ApprovalWord.Declined, answer.Operator);
        return null;
    }

    /// <summary>Records that somebody asked to approve and may not.</summary>
    public void Refused(HeldTicket ticket, Answer answer)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        if (ticket.CountRefusal(RefusalsMax))
        {
            sequencer.Append(Entry(ticket.Hold, ApprovalWord.Refused, ticket.Standing, answer));
        }

        HoldsLog.Refused(log, ticket.Hold.Ticket.Text, answer.Author, answer.Reason);
    }

    /// <summary>Ends the holds that a freeze covers: what was consented to was not consented to after an
    /// incident.</summary>
    public void Void(FreezeScope scope, string reason)
    {
        ArgumentNullException.ThrowIfNull(scope);
        lock (gate)
        {
            foreach (var ticket in tickets.Values.Where(
                ticket => scope.Covers(ticket.Hold.Agent, ticket.Hold.Run)))
            {
                End(ticket, HoldState.Voided, reason, HoldState.Open, HoldState.Given);
            }
        }
    }

    /// <summary>Ends and forgets the holds of a run.</summary>
    public void EndRun(RunId run)
    {
        Void(new FreezeScope.OfRun(run), "identity.run-ended");
        lock (gate)
        {
            if (opened.Remove(run, out var asked))
            {
                var now = time.GetUtcNow();
                ended.Enqueue((now, asked, Math.Max(1, (now - run.Start).TotalHours)));
                while (ended.Count > EndedMax || (ended.TryPeek(out var first) && now - first.At > EndedFor))
                {
                    ended.Dequeue();
                }
            }

            Forget(ticket => ticket.Hold.Run == run);
        }
    }

    /// <summary>Denies what nobody has answered in time, and forgets what has ended.</summary>
    public void Sweep()
    {
        lock (gate)
        {
            foreach (var ticket in tickets.Values.Where(ticket => time.GetUtcNow() >= ticket.Standing.Expires))
            {
                End(ticket, HoldState.Expired, "", HoldState.Open, HoldState.Given);
            }

            Forget(ticket => !IsLive(ticket));
            foreach (var declined in tickets.Values.Where(ticket => ticket.Standing.State is HoldState.Declined)
                .GroupBy(ticket => ticket.Hold.Run).ToList())
            {
                var oldest = declined.OrderByDescending(ticket => ticket.Hold.Opened).Skip(DeclinedMax)
                    .Select(ticket => ticket.Hold.Ticket.Text).ToHashSet(StringComparer.Ordinal);
                Forget(ticket => oldest.Contains(ticket.Hold.Ticket.Text));
            }
        }
    }

    /// <summary>Sweeps until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await tick.WaitForNextTickAsync(cancellation))
        {
            Sweep();
        }
    }

    /// <summary>Takes one of the places of requests that are kept open for an answer.</summary>
    internal bool TryPark()
    {
        if (Interlocked.Increment(ref parked) <= ApprovalRules.ParkedMax)
        {
            return true;
        }

        Unpark();
        return false;
    }

    /// <summary>Gives it back.</summary>
    internal void Unpark() => Interlocked.Decrement(ref parked);

    /// <summary>An entry of a change that nobody asked for.</summary>
    internal static LedgerEntry.ApprovalChanged Entry(Hold hold, string change, HoldStanding standing) => new()
    {
        Run = hold.Run,
        Agent = hold.Agent,
        Ticket = hold.Ticket.Text,
        Digest = hold.Digest.Hex,
        Change = change,
        Author = "",
        Operator = "",
        Factor = "",
        Reason = "",
        Expires = standing.Expires,
    };

    private static LedgerEntry.ApprovalChanged Entry(Hold hold, string change, HoldStanding standing, Answer answer) =>
        Entry(hold, change, standing) with
        {
            Author = answer.Author,
            Operator = answer.Operator,
            Factor = answer.Factor,
            Reason = answer.Reason,
        };

    private static bool IsLive(HeldTicket ticket) =>
        ticket.Standing.State is HoldState.Open or HoldState.Given or HoldState.Declined;

    private bool IsFull(RunId run, int openMax)
    {
        var waiting = tickets.Values.Where(ticket => ticket.Standing.State is HoldState.Open or HoldState.Given)
            .ToList();
        return waiting.Count >= ApprovalRules.OpenOfNodeMax || waiting.Count(ticket =>
            ticket.Hold.Run == run) >= openMax;
    }

    private void End(HeldTicket ticket, HoldState end, string reason, params ReadOnlySpan<HoldState> from)
    {
        if (ticket.TryEnd(end, "", reason, from))
        {
            var word = end is HoldState.Expired ? ApprovalWord.Expired : ApprovalWord.Voided;
            sequencer.Append(Entry(ticket.Hold, word, ticket.Standing) with { Reason = reason });
            HoldsLog.Answered(log, ticket.Hold.Ticket.Text, word, reason);
        }
    }

    private void Forget(Func<HeldTicket, bool> gone)
    {
        foreach (var ticket in tickets.Values.Where(gone).ToList())
        {
            tickets.Remove(ticket.Hold.Ticket.Text);
        }
    }

    private TicketId NewTicket()
    {
        Span<byte> random = stackalloc byte[TicketId.Bytes];
        TicketId ticket;
        do
        {
            RandomNumberGenerator.Fill(random);
            ticket = TicketId.Of(random);
        }
        while (tickets.ContainsKey(ticket.Text));
        return ticket;
    }
}
