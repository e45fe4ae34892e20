namespace Sallyport.Ledger;

/// <summary>What became of a body.</summary>
/// <param name="Digest">SHA-256 of it, lower-case hex.</param>
/// <param name="State"><c>kept</c>; <c>dropped</c>; <c>missing</c>: it was kept, its file is gone, and nothing signed
/// says that it was dropped; <c>not-kept</c> although a rule names it; <c>never-kept</c>: nothing is known of
/// it.</param>
/// <param name="Reason">Why it was dropped or not kept; empty for the others.</param>
/// <param name="Entry">The entry that says so; null where there is none.</param>
/// <param name="Bytes">Of its file; 0 where there is none.</param>
/// <param name="Since">When it was last kept; null where it is not.</param>
/// <param name="Until">When its time is over; null where it is not kept.</param>
/// <param name="Hold">The legal hold that covers it; null for none.</param>
public sealed record ContentView(
    string Digest, string State, string Reason, string? Entry, long Bytes, DateTimeOffset? Since,
    DateTimeOffset? Until, string? Hold);

/// <summary>What is kept.</summary>
/// <param name="Bodies">How many bodies.</param>
/// <param name="Bytes">What they take on the disk.</param>
/// <param name="BytesMax">The most that they may.</param>
/// <param name="Missed">Bodies that a rule names and that were not kept, since the node's start.</param>
/// <param name="Holds">Legal holds in force.</param>
/// <param name="Newest">The bodies that were kept last, newest first.</param>
public sealed record ContentListView(
    long Bodies, long Bytes, long BytesMax, long Missed, IReadOnlyList<LegalHoldView> Holds,
    IReadOnlyList<ContentView> Newest);

/// <summary>A legal hold.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Reason">Why.</param>
/// <param name="Author">Who said so.</param>
/// <param name="At">Since when.</param>
public sealed record LegalHoldView(string Id, string Scope, string Reason, string Author, DateTimeOffset At);

/// <summary>Says what became of bodies: from their files, and from the ledger where there is no file.</summary>
public sealed class ContentAnswers(ContentStore store, ILedgerQuestions ledger, Sequencer sequencer)
{
    /// <summary>What became of a body.</summary>
    public ContentView Of(string digest)
    {
        var hold = store.Retention.Holds.Covering(digest, ledger);
        if (store.Files.Find(digest) is [var file, ..])
        {
            return Kept(file, hold);
        }

        var (state, reason, entry) = Last(digest) switch
        {
            ({ Change: "dropped" } dropped, var id) => ("dropped", dropped.Reason, id),
            ({ Change: "not-kept" } missed, var id) => ("not-kept", missed.Reason, id),
            (not null, var id) => ("missing", "", id),
            _ => ("never-kept", "", null),
        };
        return new ContentView(digest, state, reason, entry, 0, null, null, hold?.Id);
    }

    /// <summary>What is kept.</summary>
    /// <param name="bytesMax">The most that may be.</param>
    /// <param name="limit">Most bodies in the answer.</param>
    public ContentListView All(long bytesMax, int limit) => new(
        store.Bodies, store.Bytes, bytesMax, store.Missed,
        [
            .. store.Retention.Holds.All.Select(hold => new LegalHoldView(
                hold.Id, hold.Scope.ToString(), hold.Reason, hold.Author, hold.At)),
        ],
        [
            .. store.Files.Files().OrderByDescending(file => file.At).Take(limit)
                .Select(file => Kept(file, store.Retention.Holds.Covering(file.Digest, ledger))),
        ]);

    private static ContentView Kept(KeptBody file, LegalHold? hold) =>
        new(file.Digest, "kept", "", null, file.Bytes, file.At, file.Until, hold?.Id);

    // The newest word on it; a drop that no checkpoint covered when its start found it may be anybody's.
    private (LedgerEntry.ContentChanged? Change, string? Entry) Last(string digest)
    {
        if (!DigestPrefix.TryParse(digest, out var whole) || !ledger.TryQuery(
            new LedgerFilter { Kind = EntryKind.Content, Digest = whole }, out var page, out _))
        {
            return default;
        }

        return page.Lines.Where(line => IsBelieved(line.Recorded))
            .Select(line => (line.Recorded.Entry as LedgerEntry.ContentChanged, (string?)$"{line.Recorded.Id}"))
            .FirstOrDefault();
    }

    private bool IsBelieved(RecordedEntry recorded) =>
        recorded.Id.Position >= sequencer.Recovery.Entries || sequencer.Tail.Believes(recorded);
}
