using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Freeze;

/// <summary>The kill switch of this node.</summary>
[SuppressMessage("Naming", "CA1716", Justification = "The domain's word.")]
public sealed class Switch
{
    private static readonly TimeSpan RecordAgainAfter = TimeSpan.FromSeconds(1);

    private readonly FreezeFile file;
    private readonly Sequencer sequencer;
    private readonly Channels channels;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lock changing = new();
    private readonly Queue<LedgerEntry.FreezeChanged> unrecorded = new(); // Under the lock.
    private volatile FreezeState state;

    private Switch(FreezeFile file, FreezeState state, Sequencer sequencer, Channels channels, TimeProvider time, ILogger log)
    {
        this.file = file;
        this.state = state;
        this.sequencer = sequencer;
        this.channels = channels;
        this.time = time;
        this.log = log;
    }

    /// <summary>Called at each freeze, when it is in force: ends what was allowed before and not done yet. Sets fields
    /// and appends; never waits.</summary>
    public Action<FreezeScope>? Frozen { get; set; }

    /// <summary>What is frozen now.</summary>
    public FreezeState State => state;

    /// <summary>Reads the state at start. What cannot be read is frozen.</summary>
    /// <param name="path">The state file.</param>
    /// <param name="ledgerEpoch">Highest freeze epoch in the ledger: the state never goes below it, whatever the file says.</param>
    /// <param name="recorded">Freezes that the ledger knows of and no thaw of which it knows: they stand, whatever the
    /// file says.</param>
    /// <param name="sequencer">Where changes are recorded.</param>
    /// <param name="channels">What is cut.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Log.</param>
    public static Switch Open(
        string path, long ledgerEpoch, IEnumerable<ActiveFreeze> recorded, Sequencer sequencer, Channels channels,
        TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(time);
        var file = new FreezeFile(path, new LocalDisk());
        var (state, fault) = file.Read();
        if (state is not null && state.Epoch < ledgerEpoch)
        {
            // The ledger knows of a later change than the file: the file was lost or put back. Which freezes stand is unknown.
            fault = new Fault("freeze.rolled-back", $"The freeze state {path} is at epoch {state.Epoch}, the ledger at {ledgerEpoch}", "Everything is frozen. Look into it, then: sallyport thaw --all");
            state = null;
        }

        if (state is null)
        {
            FreezeLog.Unreadable(log, fault!.Detail); // No state means that there is a fault.
            state = FreezeState.Unreadable(fault.Detail, ledgerEpoch, time.GetUtcNow());
        }

        // Frozen wins: the file can be edited without a trace, and a thaw is in the ledger before it is in the file.
        var missing = recorded
            .Where(freeze => state.Active.All(active => active.Id != freeze.Id || active.Scope != freeze.Scope))
            .ToList();
        foreach (var freeze in missing)
        {
            FreezeLog.Missing(log, path, freeze.Id, freeze.Scope.ToString()!, freeze.Id); // A scope has a word.
        }

        if (missing.Count > 0)
        {
            state = state with { Active = state.Active.AddRange(missing) };
            file.Write(state); // Where the disk refuses, the next start finds the same.
        }

        return new Switch(file, state, sequencer, channels, time, log);
    }

    /// <summary>Freezes. In force when this returns, whatever the disk says.</summary>
    /// <returns>The freeze, how many channels were cut, its entry if the ledger took it, and a fault if something could not be stored.</returns>
    public Change Freeze(FreezeScope scope, string reason, string author)
    {
        lock (changing)
        {
            var began = time.GetTimestamp();
            // 1. In force: new requests are refused from here on, and no allow under the old epoch gets a position.
            var (next, freeze) = state.With(scope, reason, author, time.GetUtcNow());
            state = next;

            // 2. Cut what is open. Before the file: silence is what is waited for.
            var cut = channels.CutAll(scope, "freeze.active");
            Frozen?.Invoke(scope);

            // 3. The state file, so that a restart is still frozen. 4. The record, as soon as the disk allows.
            var fault = file.Write(next);
            var record = EntryOf("frozen", freeze, next.Epoch, cut);
            var entry = unrecorded.Count == 0 ? Record(record) : null;
            if (entry is null)
            {
                unrecorded.Enqueue(record);
                if (unrecorded.Count == 1)
                {
                    _ = RecordLaterAsync();
                }
            }

            FreezeLog.Frozen(log, freeze.Id, scope.ToString()!, cut, time.GetElapsedTime(began).TotalMilliseconds, reason);
            return new Change([freeze], cut, entry, fault);
        }
    }

    /// <summary>Lifts freezes. Waits for the record first: what loosens is synced before it happens (promise P3).</summary>
    /// <param name="wanted">Which of the active freezes.</param>
    /// <param name="author">Who.</param>
    /// <param name="cancellation">Until the record begins.</param>
    public async Task<Change> ThawAsync(Func<ActiveFreeze, bool> wanted, string author, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var thawed = state.Active.Where(wanted).ToList();
        if (thawed.Count == 0)
        {
            return new Change([], 0, null, null); // Nothing matches: no epoch, no file, no record.
        }

        EntryId? last = null;
        foreach (var freeze in thawed)
        {
            last = TryRecordWaiting() ? Record(EntryOf("thawed", freeze with { Author = author }, state.Epoch + 1, 0))
                : null;
            // A commit, once begun, ignores cancellation.
            if (last is null || !await sequencer.WhenSignedAsync(last.Value, CancellationToken.None))
            {
                return new Change([], 0, null, new Fault("ledger.unavailable", $"Freeze {freeze.Id} stays: its thaw could not be recorded.", "See what the ledger lacks: sallyport status"));
            }
        }

        lock (changing)
        {
            var next = state.Without(thawed);
            if (file.Write(next) is { } fault)
            {
                return new Change([], 0, null, fault with { Mend = "The freeze stays in force. Free the disk or mend the folder's mode, then thaw again." });
            }

            state = next;
        }

        FreezeLog.Thawed(log, string.Join(' ', thawed.Select(freeze => freeze.Id)), author);
        return new Change(thawed, 0, last, null);
    }

    /// <summary>The freeze that covers a run, or null.</summary>
    public ActiveFreeze? Covering(AgentId agent, RunId run) => state.Covering(agent, run);

    // A freeze is in force whatever the disk says, and has its entry as soon as the ledger takes entries again: what it
    // says of its time is when it began.
    private async Task RecordLaterAsync()
    {
        do
        {
            await Task.Delay(RecordAgainAfter, time);
        }
        while (!TryRecordWaiting() && !sequencer.IsClosed);
    }

    private bool TryRecordWaiting()
    {
        lock (changing)
        {
            while (unrecorded.TryPeek(out var waiting) && Record(waiting) is not null)
            {
                unrecorded.Dequeue();
            }

            return unrecorded.Count == 0;
        }
    }

    private EntryId? Record(LedgerEntry.FreezeChanged entry) =>
        sequencer.Append(entry) is { IsAccepted: true } accepted ? accepted.Id : null;

    private static LedgerEntry.FreezeChanged EntryOf(string change, ActiveFreeze freeze, long epoch, int cut) => new()
    {
        Change = change,
        FreezeId = freeze.Id,
        Scope = freeze.Scope.ToString()!,
        Reason = freeze.Reason,
        Author = freeze.Author,
        FreezeEpoch = epoch,
        EffectiveAt = freeze.At,
        ChannelsCut = cut,
    };

    /// <summary>What a freeze or thaw did.</summary>
    /// <param name="Freezes">The freezes set or lifted.</param>
    /// <param name="ChannelsCut">Channels cut.</param>
    /// <param name="Entry">The entry, if the ledger took it.</param>
    /// <param name="Fault">What could not be stored.</param>
    public sealed record Change(IReadOnlyList<ActiveFreeze> Freezes, int ChannelsCut, EntryId? Entry, Fault? Fault);
}

internal static partial class FreezeLog
{
    [LoggerMessage(3001, LogLevel.Warning, "frozen {Id} scope={Scope} cut={Cut} ms={ElapsedMs} reason={Reason}")]
    public static partial void Frozen(ILogger logger, string id, string scope, int cut, double elapsedMs, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "thawed {Ids} by {Author}")]
    public static partial void Thawed(ILogger logger, string ids, string author);

    [LoggerMessage(3004, LogLevel.Error,
        "{Path} lacks freeze {Id} of {Scope}, which the ledger knows of and nobody thawed: it stands. "
        + "When the incident is over: sallyport thaw {Again}")]
    public static partial void Missing(ILogger logger, string path, string id, string scope, string again);

    [LoggerMessage(3003, LogLevel.Error, "{Detail}. Everything is frozen.")]
    public static partial void Unreadable(ILogger logger, string detail);
}
