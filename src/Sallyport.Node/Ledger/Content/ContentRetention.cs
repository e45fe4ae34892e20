namespace Sallyport.Ledger;

/// <summary>Lets go of kept bodies: when their time is over, or a person says so; and not while a legal hold covers
/// them.</summary>
/// <remarks>What is dropped is recorded and signed before its file goes, under the folder's lock: a file that is gone
/// without such an entry was taken away by something else.</remarks>
internal sealed class ContentRetention(ContentParts parts, ContentFolder files)
{
    private const string OverTime = "retention";

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan IndexLag = TimeSpan.FromSeconds(10);
    private DateTimeOffset sweepAt;

    /// <summary>The legal holds in force.</summary>
    public LegalHolds Holds => parts.Holds;

    /// <summary>Drops what is over its time, when it is time to look.</summary>
    public async Task SweepAsync(LedgerIndex ledger, CancellationToken cancellation)
    {
        var now = parts.Time.GetUtcNow();
        if (now < sweepAt)
        {
            return;
        }

        sweepAt = now + SweepEvery;
        try
        {
            await DropOldAsync(ledger, now, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ContentLog.Stays(parts.Log, e.Message);
        }
    }

    /// <summary>Drops a body now.</summary>
    /// <returns>The entry; or why it stays.</returns>
    public async Task<(EntryId? Entry, Fault? Fault)> DropAsync(
        string digest, string reason, string author, LedgerIndex ledger)
    {
        await files.Changing.WaitAsync(CancellationToken.None);
        try
        {
            if (files.Find(digest) is not { Count: > 0 } kept)
            {
                return (null, ContentFaults.NotKept(digest));
            }

            return !await CanTellAsync(ledger, CancellationToken.None) ? (null, ContentFaults.Lags)
                : Holds.Covering(digest, ledger) is { } hold ? (null, ContentFaults.Held(digest, hold.Id))
                : await DropAsync(kept, reason, author);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, ContentFaults.Unwritable(files.Root, e));
        }
        finally
        {
            files.Changing.Release();
        }
    }

    /// <summary>Begins a legal hold. In force before it is recorded: what keeps need not wait.</summary>
    /// <returns>The hold and its entry; a fault when it could not be recorded, and so ends with this process.</returns>
    public async Task<(LegalHold Hold, EntryId? Entry, Fault? Fault)> HoldAsync(
        ContentScope scope, string reason, string author)
    {
        var hold = new LegalHold(Holds.NextId(), scope, reason, author, parts.Time.GetUtcNow());

        // With the folder: what is being dropped is gone before, and nothing that it covers after.
        await files.Changing.WaitAsync(CancellationToken.None);
        Holds.Add(hold);
        files.Changing.Release();
        var appended = parts.Sequencer.Append(EntryOf(hold, "held", reason, author));
        return appended.IsAccepted && await parts.Sequencer.WhenSyncedAsync(appended.Id, CancellationToken.None)
            ? (hold, appended.Id, null)
            : (hold, null, appended.Fault ?? parts.Sequencer.Fault ?? ContentFaults.Unrecorded);
    }

    /// <summary>Ends a legal hold, once that is signed.</summary>
    /// <returns>The entry; or why it stays.</returns>
    public async Task<(EntryId? Entry, Fault? Fault)> ReleaseAsync(LegalHold hold, string reason, string author)
    {
        var appended = parts.Sequencer.Append(EntryOf(hold, "released", reason, author));
        if (!appended.IsAccepted || !await parts.Sequencer.WhenSignedAsync(appended.Id, CancellationToken.None))
        {
            return (null, appended.Fault ?? parts.Sequencer.Fault ?? ContentFaults.Unrecorded);
        }

        Holds.Remove(hold);
        return (appended.Id, null);
    }

    private async Task DropOldAsync(LedgerIndex ledger, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var some in files.Files().Where(body => body.Until <= now)
            .Chunk(LedgerEntry.ContentChanged.DigestsMax))
        {
            await files.Changing.WaitAsync(CancellationToken.None);
            try
            {
                if (!await CanTellAsync(ledger, cancellation))
                {
                    ContentLog.Stays(parts.Log, ContentFaults.Lags.Detail);
                    return;
                }

                // Looked at again: it may have been read once more, or held, meanwhile.
                List<KeptBody> over =
                [
                    .. some.SelectMany(body => files.Find(body.Digest).Where(file => file.Path == body.Path))
                        .Where(body => body.Until <= now && Holds.Covering(body.Digest, ledger) is null),
                ];
                if (over.Count > 0 && (await DropAsync(over, OverTime, author: "")).Fault is { } fault)
                {
                    ContentLog.Stays(parts.Log, fault.Detail);
                    return;
                }
            }
            finally
            {
                files.Changing.Release();
            }
        }
    }

    // By who holds the folder.
    private async Task<(EntryId? Entry, Fault? Fault)> DropAsync(
        IReadOnlyList<KeptBody> going, string reason, string author)
    {
        // A body that another rule keeps longer is not gone.
        List<string> gone =
        [
            .. going.Select(body => body.Digest).Distinct(StringComparer.Ordinal)
                .Where(digest => files.Find(digest).All(going.Contains)).Order(StringComparer.Ordinal),
        ];
        EntryId? entry = null;
        if (gone.Count > 0)
        {
            var appended = parts.Sequencer.Append(new LedgerEntry.ContentChanged
            {
                Change = "dropped",
                Reason = reason,
                Author = author,
                Bodies = gone.Count,
                Bytes = going.Sum(body => body.Bytes),
                Digests = string.Join(' ', gone),
            });
            if (!appended.IsAccepted || !await parts.Sequencer.WhenSignedAsync(appended.Id, CancellationToken.None))
            {
                return (null, appended.Fault ?? parts.Sequencer.Fault ?? ContentFaults.Unrecorded);
            }

            entry = appended.Id;
            ContentLog.Dropped(parts.Log, gone.Count);
        }

        foreach (var body in going)
        {
            files.Delete(body);
        }

        return (entry, null);
    }

    // Whose a body is, an index that lags does not know.
    private async Task<bool> CanTellAsync(LedgerIndex ledger, CancellationToken cancellation) =>
        Holds.All.All(hold => hold.Scope.IsOneBody) || await ledger.TryCatchUpAsync(IndexLag, cancellation);

    private static LedgerEntry.ContentHeld EntryOf(LegalHold hold, string change, string reason, string author) => new()
    {
        Change = change,
        Hold = hold.Id,
        Scope = hold.Scope.ToString(),
        Reason = reason,
        Author = author,
    };
}
