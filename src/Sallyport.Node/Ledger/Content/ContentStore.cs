using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Sallyport.Ledger;

/// <summary>What the content store is made of.</summary>
public sealed record ContentParts
{
    /// <summary><c>.sallyport/content</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>Its disk.</summary>
    public required IDisk Disk { get; init; }

    /// <summary>Records what becomes of bodies.</summary>
    public required Sequencer Sequencer { get; init; }

    /// <summary>The rules in force.</summary>
    public required Func<ContentRules> Rules { get; init; }

    /// <summary>Free bytes of the disk that are the ledger's.</summary>
    public required Func<long> ReserveBytes { get; init; }

    /// <summary>Legal holds that the ledger tells of.</summary>
    public LegalHolds Holds { get; init; } = new();

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where it logs.</summary>
    public required ILogger Log { get; init; }
}

/// <summary>Keeps bodies by the digest that the ledger has of them, where a rule says so.</summary>
/// <remarks>
/// <code>
/// exchange --bytes--> BodyCopy --digest--> queue --> one thread: compressed, synced, named --> entry 'kept'
///                        \_ too long, no room, secret, disk full --> counted --> entry 'not-kept'
/// </code>
/// Nothing here is waited for by a request, and nothing fails one: a body is kept beside it, or it is not, and that is
/// recorded.
/// </remarks>
public sealed class ContentStore
{
    /// <summary>Most bytes of bodies that are in memory at once, on their way to the disk.</summary>
    public const long MemoryBytesMax = 64L << 20;

    /// <summary>Most bodies that wait for the disk.</summary>
    public const int QueueMax = 1_024;

    internal const string TooLong = "too-long";
    internal const string Busy = "busy";
    internal const string Full = "full";
    internal const string Secret = "secret";
    internal const string Disk = "disk";

    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly ContentParts parts;
    private readonly ContentMemory memory = new(MemoryBytesMax);
    private readonly MissedBodies missed = new();
    private readonly Channel<BodyCopy> queue = Channel.CreateBounded<BodyCopy>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private volatile Fault? fault;

    /// <summary>A store; <see cref="RunAsync"/> works for it.</summary>
    public ContentStore(ContentParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        this.parts = parts;
        Files = new ContentFolder(parts.Folder, parts.Disk);
        Retention = new ContentRetention(parts, Files);
    }

    /// <summary>What the disk last refused; null while it takes bodies.</summary>
    public Fault? Fault => fault;

    /// <summary>Kept bodies.</summary>
    public long Bodies => Files.Bodies;

    /// <summary>What they take on the disk.</summary>
    public long Bytes => Files.Bytes;

    /// <summary>Bodies that a rule names and that were not kept, since the start.</summary>
    public long Missed => missed.Count;

    /// <summary>Drops, holds and releases.</summary>
    internal ContentRetention Retention { get; }

    internal ContentFolder Files { get; }

    /// <summary>A copy that takes a body as it streams by; null where no rule names it.</summary>
    /// <param name="rules">The rules that name it.</param>
    public BodyCopy? Begin(ImmutableArray<ContentRule> rules) => rules.IsEmpty ? null : new BodyCopy(memory, rules);

    /// <summary>Takes a copy that has everything. Never waits.</summary>
    /// <param name="copy">The copy: from here on it is the store's.</param>
    /// <param name="digest">SHA-256 of exactly these bytes, as the ledger has it.</param>
    /// <param name="isSecret">Whether its run or its source is labelled <c>secret</c>: then it is not kept.</param>
    public void Take(BodyCopy copy, string digest, bool isSecret)
    {
        ArgumentNullException.ThrowIfNull(copy);
        copy.Digest = digest;
        if (copy.Length == 0)
        {
            copy.Dispose();
        }
        else if ((isSecret ? Secret : copy.Lost) is { } why)
        {
            Miss(copy, why);
        }
        else if (!queue.Writer.TryWrite(copy))
        {
            Miss(copy, Busy);
        }
    }

    /// <summary>Keeps what comes and drops what is over its time, until it is cancelled; then what is there already is
    /// still kept, for a short while.</summary>
    /// <param name="ledger">Who had a body: asked for legal holds.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(LedgerIndex ledger, CancellationToken cancellation)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Try(Files.Open);
        await Task.WhenAll(KeepAsync(cancellation), TellAsync(ledger, cancellation));
    }

    /// <summary>Keeps what waits now.</summary>
    internal async Task KeepWaitingAsync()
    {
        while (queue.Reader.TryPeek(out _))
        {
            await KeepSomeAsync();
        }
    }

    /// <summary>Records what was not kept.</summary>
    internal void Tell()
    {
        foreach (var entry in missed.Told())
        {
            parts.Sequencer.Append(entry);
            ContentLog.Missed(parts.Log, entry.Bodies, entry.Reason);
        }
    }

    private async Task KeepAsync(CancellationToken cancellation)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(cancellation))
            {
                await KeepSomeAsync();
            }
        }
        finally
        {
            // The gateways are closed by now: what is there is all.
            var began = parts.Time.GetTimestamp();
            while (queue.Reader.TryPeek(out _) && parts.Time.GetElapsedTime(began) < StopPatience)
            {
                await KeepSomeAsync();
            }

            while (queue.Reader.TryRead(out var late))
            {
                Miss(late, Busy);
            }

            Tell();
        }
    }

    private async Task TellAsync(LedgerIndex ledger, CancellationToken cancellation)
    {
        using var tick = new PeriodicTimer(TellEvery, parts.Time);
        do
        {
            Tell();
            await Retention.SweepAsync(ledger, cancellation);
        }
        while (await tick.WaitForNextTickAsync(cancellation));
    }

    private async Task KeepSomeAsync()
    {
        var kept = new List<(RetentionTime Time, string Digest, long Bytes)>();
        await Files.Changing.WaitAsync(CancellationToken.None);
        try
        {
            while (kept.Count < LedgerEntry.ContentChanged.DigestsMax && queue.Reader.TryRead(out var copy))
            {
                Keep(copy, kept);
            }

            foreach (var time in kept.GroupBy(body => body.Time))
            {
                parts.Sequencer.Append(new LedgerEntry.ContentChanged
                {
                    Change = "kept",
                    Reason = time.Key.Text,
                    Bodies = time.Count(),
                    Bytes = time.Sum(body => body.Bytes),
                    Digests = string.Join(' ', time.Select(body => body.Digest).Order(StringComparer.Ordinal)),
                });
            }
        }
        finally
        {
            Files.Changing.Release();
        }
    }

    private void Keep(BodyCopy copy, List<(RetentionTime Time, string Digest, long Bytes)> kept)
    {
        // A rule that would have kept it shorter says nothing against one that keeps it longer.
        var time = copy.Rules.Where(rule => copy.Length <= rule.BytesMax).MaxBy(rule => rule.For.Span)!.For; // not lost
        string? why = null;
        Try(() => why = Keep(copy, time, kept), () => why = Disk);
        if (why is null)
        {
            copy.Dispose();
        }
        else
        {
            Miss(copy, why);
        }
    }

    private string? Keep(
        BodyCopy copy, RetentionTime time, List<(RetentionTime Time, string Digest, long Bytes)> kept)
    {
        var (digest, now) = (copy.Digest, parts.Time.GetUtcNow());
        if (Files.TryRenew(time, digest, now))
        {
            return null;
        }

        // What is compressed takes less; how much less is known too late.
        var most = ContentFolder.OnDisk(copy.Length);
        var reserve = parts.ReserveBytes();
        if (Files.Bytes + most > parts.Rules().TotalBytesMax)
        {
            return Full;
        }

        // The ledger's own reserve, and an eighth more: bodies alone never bring it to its edge.
        if (Files.FreeBytes() - most < reserve + (reserve / 8))
        {
            return Disk;
        }

        kept.Add((time, digest, Files.Write(time, digest, copy.Parts, now)));
        return null;
    }

    private void Miss(BodyCopy copy, string why)
    {
        missed.Add(why, copy.Digest, copy.Length);
        copy.Dispose();
    }

    private void Try(Action act, Action? failed = null)
    {
        try
        {
            act();
            fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (fault is null)
            {
                ContentLog.Unwritable(parts.Log, Files.Root, e.Message);
            }

            fault = ContentFaults.Unwritable(Files.Root, e);
            failed?.Invoke();
        }
    }
}

internal static partial class ContentLog
{
    [LoggerMessage(7201, LogLevel.Warning, "{Bodies} bodies not kept reason={Reason}")]
    public static partial void Missed(ILogger logger, long bodies, string reason);

    [LoggerMessage(7202, LogLevel.Error, "bodies cannot be kept in {Folder}: {Why}")]
    public static partial void Unwritable(ILogger logger, string folder, string why);

    [LoggerMessage(7203, LogLevel.Information, "{Bodies} bodies dropped, their time is over")]
    public static partial void Dropped(ILogger logger, long bodies);

    [LoggerMessage(7204, LogLevel.Warning, "bodies whose time is over stay for now: {Why}")]
    public static partial void Stays(ILogger logger, string why);
}
