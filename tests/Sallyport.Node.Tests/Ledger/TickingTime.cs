namespace Sallyport.Ledger.Tests;

/// <summary>A clock that is a second later each time it is read.</summary>
internal sealed class TickingTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);
    private int reads = -1;

    public override DateTimeOffset GetUtcNow() => Start.AddSeconds(Interlocked.Increment(ref reads));
}
