namespace Sallyport.Limits;

/// <summary>The time that limits count by: it passes as the ledger and then this process saw it pass, and never goes
/// back.</summary>
/// <remarks>
/// Between entries of the ledger the wall clock says how long it was; where that went back, no time passed. While the
/// node runs it is the monotonic clock, so that setting the wall clock opens no limit. Under the counters' lock.
/// </remarks>
internal sealed class LimitClock
{
    private long ticks;
    private DateTimeOffset? last;
    private TimeProvider? time;
    private long started;

    /// <summary>Ticks; never less than before.</summary>
    public long Now => time is null ? ticks : ticks + time.GetElapsedTime(started).Ticks;

    /// <summary>The ledger was written on at this time.</summary>
    public void PassTo(DateTimeOffset at)
    {
        ticks = last is not { } before ? at.UtcTicks : ticks + Math.Max(0, (at - before).Ticks);
        last = at;
    }

    /// <summary>From here on this process sees time pass itself.</summary>
    public void Start(TimeProvider clock)
    {
        PassTo(clock.GetUtcNow());
        (time, started) = (clock, clock.GetTimestamp());
    }
}
