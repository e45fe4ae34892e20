using System.Collections.Immutable;
using System.Globalization;

namespace Sallyport.Ledger;

/// <summary>Bodies that are not dropped, whatever their time, until somebody says so.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Reason">Why.</param>
/// <param name="Author">Who says so.</param>
/// <param name="At">Since when.</param>
public sealed record LegalHold(string Id, ContentScope Scope, string Reason, string Author, DateTimeOffset At);

/// <summary>The legal holds in force. They are in the ledger alone: a start takes them from there.</summary>
public sealed class LegalHolds
{
    private ImmutableArray<LegalHold> all = [];
    private long last; // number of the last that there was

    /// <summary>Those in force, oldest first.</summary>
    public ImmutableArray<LegalHold> All => all;

    /// <summary>A name that no hold has had.</summary>
    public string NextId() => string.Create(CultureInfo.InvariantCulture, $"c{Interlocked.Increment(ref last)}");

    /// <summary>One more.</summary>
    public void Add(LegalHold hold) => ImmutableInterlocked.Update(ref all, (holds, one) => holds.Add(one), hold);

    /// <summary>One less.</summary>
    public void Remove(LegalHold hold) =>
        ImmutableInterlocked.Update(ref all, (holds, one) => holds.Remove(one), hold);

    /// <summary>Takes the next entry of the log, at a start.</summary>
    public void Take(DateTimeOffset time, LedgerEntry entry)
    {
        if (entry is not LedgerEntry.ContentHeld change)
        {
            return;
        }

        if (long.TryParse(change.Hold.AsSpan(Math.Min(1, change.Hold.Length)), NumberStyles.None,
            CultureInfo.InvariantCulture, out var number))
        {
            last = Math.Max(last, number);
        }

        all = change.Change == "held" && ContentScope.TryParse(change.Scope, out var scope)
            ? all.Add(new LegalHold(change.Hold, scope, change.Reason, change.Author, time))
            : all.RemoveAll(hold => hold.Id == change.Hold);
    }

    /// <summary>The hold that keeps a body; null where none does.</summary>
    /// <param name="digest">The body.</param>
    /// <param name="ledger">Who sent or got it, and when. What it cannot tell counts as covered.</param>
    public LegalHold? Covering(string digest, ILedgerQuestions ledger) => all is { IsEmpty: true } ? null
        : DigestPrefix.TryParse(digest, out var body)
            ? all.FirstOrDefault(hold => Covers(hold.Scope, digest, body, ledger)) : null;

    private static bool Covers(ContentScope scope, string digest, DigestPrefix body, ILedgerQuestions ledger) =>
        scope.Digest is { } named && named != digest ? false
        : scope.IsOneBody || IsAny(scope.Exchanges(body), ledger) || !IsAny(new ContentScope().Exchanges(body), ledger);

    // What is in an archive alone, or older than the index, nobody here can tell.
    private static bool IsAny(LedgerFilter filter, ILedgerQuestions ledger) =>
        !ledger.TryQuery(filter, out var found, out _) || found.Lines.Count > 0 || found.First is not null;
}
