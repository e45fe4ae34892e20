namespace Sallyport.Decisions.Approvals.Tests;

/// <summary>A clock whose time of day is set by hand; its timers are the machine's.</summary>
internal sealed class HandClock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 1, 31, 9, 0, 0, TimeSpan.Zero).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Pass(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);
}
