using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Decisions.Approvals;

/// <summary>Words of untrusted text that open runs have been stopped for, and those that a person has made their own,
/// each for one act of one run.</summary>
/// <remarks>
/// In memory alone: after a restart nothing that was endorsed is, since the text that it was read in is not known any
/// more, and since whoever can write the ledger's files could have written it. A yes takes effect when its entry is
/// synced; a use is claimed in the sequencer's own lock, before the decision that it lets through.
/// </remarks>
public sealed class Endorsements
{
    /// <summary>Most items that are remembered of one run; the oldest is forgotten.</summary>
    public const int ShownMax = 256;

    /// <summary>Most refused attempts that are recorded of one item.</summary>
    public const int RefusalsMax = 16;

    private const int NonceBytes = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<RunId, List<Standing>> items = []; // Under the gate; of each run the oldest first.
    private int given;

    /// <summary>Notes what a run was stopped for, so that a person can be shown it.</summary>
    /// <returns>The same parts, with the digest of each item.</returns>
    public ImmutableArray<ArgumentOrigin> Show(
        RunState run, Ask ask, string snapshot, ImmutableArray<ArgumentOrigin> parts)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(ask);
        return parts.Any(EndorsableItem.IsOne)
            ? [.. parts.Select(part => EndorsableItem.IsOne(part) ? Show(run, ask, snapshot, part) : part)]
            : parts;
    }

    /// <summary>The items of a run, oldest first, and whether each is endorsed and unused.</summary>
    public IReadOnlyList<(EndorsableItem Item, bool IsGiven)> Of(RunId run)
    {
        lock (gate)
        {
            return [.. (items.GetValueOrDefault(run) ?? []).Select(one => (one.Item, one.State is State.Given))];
        }
    }

    /// <summary>An item of a run by its digest.</summary>
    public bool TryFind(RunId run, string digest, [NotNullWhen(true)] out EndorsableItem? item)
    {
        lock (gate)
        {
            item = Find(run, digest)?.Item;
        }

        return item is not null;
    }

    /// <summary>A yes. In force when this returns null: its entry is synced then.</summary>
    /// <returns>Why it is not; null when it is.</returns>
    public async Task<Fault?> GiveAsync(
        EndorsableItem item, Answer answer, DateTimeOffset expires, Sequencer sequencer)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(sequencer);
        Standing? standing;
        lock (gate)
        {
            standing = Find(item.Run, item.Digest);
            if (standing?.State is not State.Shown || standing.Item.Nonce != item.Nonce)
            {
                return Answered(item);
            }

            standing.State = State.BeingGiven;
        }

        var appended = sequencer.Append(Entry(item, ApprovalWord.Given, answer, expires));
        var isRecorded = appended.IsAccepted
            && await sequencer.WhenSyncedAsync(appended.Id, CancellationToken.None); // Begun, it is carried through.
        lock (gate)
        {
            if (standing.State is not State.BeingGiven)
            {
                return Answered(item); // A freeze or another perimeter came meanwhile, and stands.
            }

            standing.State = isRecorded ? State.Given : State.Shown;
            standing.Expires = expires;
            given += isRecorded ? 1 : 0;
        }

        return isRecorded ? null : new Fault(
            "ledger.unavailable",
            "The words are not endorsed: it could not be recorded.",
            "See what the ledger lacks: sallyport status");
    }

    /// <summary>Records that somebody asked to endorse and may not.</summary>
    public void Refused(EndorsableItem item, Answer answer, DateTimeOffset now, Sequencer sequencer)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(sequencer);
        lock (gate)
        {
            if (Find(item.Run, item.Digest) is not { } standing || ++standing.Refusals > RefusalsMax)
            {
                return;
            }
        }

        sequencer.Append(Entry(item, ApprovalWord.Refused, answer, now));
    }

    /// <summary>Ends what a freeze, or another perimeter, ends: what was endorsed was not endorsed after it.</summary>
    public void Void(FreezeScope scope, string reason, DateTimeOffset now, Sequencer sequencer)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(sequencer);
        List<EndorsableItem> ended = [];
        lock (gate)
        {
            foreach (var standing in items.Values.SelectMany(of => of)
                .Where(one => one.State is State.Given or State.BeingGiven
                    && scope.Covers(one.Item.Agent, one.Item.Run)))
            {
                given -= standing.State is State.Given ? 1 : 0;
                ended.Add(standing.Item);
                Renew(standing);
            }
        }

        foreach (var item in ended)
        {
            sequencer.Append(Entry(item, ApprovalWord.Voided, new Answer("", "", "", reason), now));
        }
    }

    /// <summary>Forgets a run.</summary>
    public void EndRun(RunId run)
    {
        lock (gate)
        {
            if (items.Remove(run, out var of))
            {
                given -= of.Count(one => one.State is State.Given);
            }
        }
    }

    /// <summary>The parts of an act, with what a person has endorsed for it counted as brief.</summary>
    internal ImmutableArray<ArgumentOrigin> Lift(
        RunState run, Ask ask, string snapshot, DateTimeOffset now, ImmutableArray<ArgumentOrigin> parts)
    {
        if (Volatile.Read(ref given) == 0 && ask.Trace is not { Endorsed.IsEmpty: false })
        {
            return parts;
        }

        return EndorsableItem.Lift(parts, said =>
        {
            var digest = EndorsableItem.DigestOf(run.Id, ask.Gateway, ask.Method, ask.Target, said);
            lock (gate)
            {
                return IsOf(ask, digest) || IsUsable(Find(run.Id, digest), snapshot, now) ? digest : null;
            }
        });
    }

    /// <summary>The parts of an act as if everything were endorsed that can be.</summary>
    internal static ImmutableArray<ArgumentOrigin> LiftAll(ImmutableArray<ArgumentOrigin> parts) =>
        EndorsableItem.Lift(parts, _ => "");

    /// <summary>Uses up what lifted these parts, if this very act has not done so before.</summary>
    /// <returns>How the last entry of it went; null when there is nothing to use up.</returns>
    internal AppendResult? Use(Sequencer sequencer, IFence fence, RunState run, Ask ask, Facts facts)
    {
        AppendResult? last = null;
        foreach (var digest in facts.Arguments.Select(part => part.Endorsed).OfType<string>()
            .Distinct(StringComparer.Ordinal))
        {
            if (IsOf(ask, digest))
            {
                continue;
            }

            if (!TryFind(run.Id, digest, out var item))
            {
                return AppendResult.Stale; // Forgotten meanwhile.
            }

            var claim = new Claim(this, item, ask, facts.Time, fence);
            last = sequencer.Append(Entry(item, ApprovalWord.Used, new Answer("", "", "", ""), facts.Time), claim);
            if (last is { IsAccepted: false })
            {
                return last;
            }
        }

        return last;
    }

    private ArgumentOrigin Show(RunState run, Ask ask, string snapshot, ArgumentOrigin part)
    {
        var digest = EndorsableItem.DigestOf(run.Id, ask.Gateway, ask.Method, ask.Target, part.Said!); // it is an item
        lock (gate)
        {
            if (run.Ended)
            {
                return part; // Its items are forgotten: nothing is kept of a run that has none.
            }

            if (!items.TryGetValue(run.Id, out var of))
            {
                items[run.Id] = of = [];
            }

            var there = of.Find(one => one.Item.Digest == digest);
            if (there?.Item.Snapshot == snapshot)
            {
                return part with { Item = digest }; // It is known: who is about to sign for it may.
            }

            if (there is not null || of.Count >= ShownMax)
            {
                Forget(of, there ?? of[0]);
            }

            of.Add(new Standing(ItemOf(run, ask, snapshot, digest, part)) { Refusals = there?.Refusals ?? 0 });
        }

        return part with { Item = digest };
    }

    private static EndorsableItem ItemOf(
        RunState run, Ask ask, string snapshot, string digest, ArgumentOrigin part) => new()
        {
            Digest = digest,
            Nonce = NewNonce(),
            Run = run.Id,
            Agent = run.Agent,
            Method = ask.Method,
            Target = EndorsableItem.WithoutValues(ask.Target),
            Host = ask.Host,
            Place = part.Place,
            Shown = part.Shown,
            Evidence = EndorsableItem.EvidenceOf(part)!, // it is an item
            Snapshot = snapshot,
        };

    private void Forget(List<Standing> of, Standing one)
    {
        of.Remove(one);
        given -= one.State is State.Given ? 1 : 0;
    }

    private Standing? Find(RunId run, string digest) =>
        items.TryGetValue(run, out var of) ? of.Find(one => one.Item.Digest == digest) : null;

    private static bool IsUsable(Standing? standing, string snapshot, DateTimeOffset now) =>
        standing is { State: State.Given } && standing.Item.Snapshot == snapshot && now < standing.Expires;

    // One act asks with one trace for as long as it is open; under another perimeter with another.
    private static bool IsOf(Ask ask, string digest) => ask.Trace is { } trace && trace.Endorsed.Contains(digest);

    private bool TryClaim(EndorsableItem item, Ask ask, DateTimeOffset now)
    {
        lock (gate)
        {
            if (ask.Trace is not { } trace || Find(item.Run, item.Digest) is not { } standing
                || !IsUsable(standing, item.Snapshot, now))
            {
                return false;
            }

            trace.Endorsed = trace.Endorsed.Add(item.Digest);
            given--;
            Renew(standing);
            return true;
        }
    }

    private static void Renew(Standing standing)
    {
        standing.State = State.Shown;
        standing.Item = standing.Item with { Nonce = NewNonce() };
    }

    private static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));

    private static Fault Answered(EndorsableItem item) => new(
        "endorse.answered",
        $"Item {item.Digest[..12]} does not wait any more: somebody was first, or it was shown anew.",
        $"See what there is: sallyport endorse list --for {item.Run}");

    private static LedgerEntry.EndorsementChanged Entry(
        EndorsableItem item, string change, Answer answer, DateTimeOffset expires) => new()
        {
            Run = item.Run,
            Agent = item.Agent,
            Digest = item.Digest,
            Change = change,
            Method = item.Method,
            Target = item.Target,
            Host = item.Host,
            At = item.Place,
            Shown = item.Shown,
            Evidence = item.Evidence.Entry,
            Start = item.Evidence.Start,
            Length = item.Evidence.Length,
            Source = item.Evidence.Place,
            Author = answer.Author,
            Operator = answer.Operator,
            Factor = answer.Factor,
            Reason = answer.Reason,
            Expires = expires,
        };

    private enum State
    {
        Shown,
        BeingGiven,
        Given,
    }

    // Everything in it changes under the gate alone.
    private sealed class Standing(EndorsableItem item)
    {
        public EndorsableItem Item { get; set; } = item;

        public State State { get; set; }

        public DateTimeOffset Expires { get; set; }

        public int Refusals { get; set; }
    }

    // The last thing that is asked under the sequencer's lock: once it holds, the entry has its position.
    private sealed class Claim(
        Endorsements endorsements, EndorsableItem item, Ask ask, DateTimeOffset now, IFence fence) : IFence
    {
        public bool Holds => fence.Holds && endorsements.TryClaim(item, ask, now);
    }
}
