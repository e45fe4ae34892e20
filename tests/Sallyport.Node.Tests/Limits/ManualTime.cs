namespace Sallyport.Limits.Tests;

/// <summary>A clock that the test moves; the wall clock also by itself, as an operator or NTP would.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long passed;
    private DateTimeOffset wall = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => wall;

    public override long GetTimestamp() => passed;

    public void Pass(TimeSpan time)
    {
        passed += time.Ticks;
        wall += time;
    }

    public void SetWall(TimeSpan by) => wall += by;
}
