namespace Sallyport.Decisions;

/// <summary>The snapshot in force. One atomic read gives a request everything that it is judged by.</summary>
public sealed class SnapshotSource(Snapshot first)
{
    private Snapshot current = first;

    /// <summary>The snapshot in force now.</summary>
    public Snapshot Current => Volatile.Read(ref current);

    /// <summary>Puts another in force. A full fence: who looks at open channels after it, sees each that was opened
    /// before.</summary>
    public void Swap(Snapshot next) => Interlocked.Exchange(ref current, next);
}
