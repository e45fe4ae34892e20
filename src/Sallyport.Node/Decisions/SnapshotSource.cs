namespace Sallyport.Decisions;

/// <summary>The snapshot in force. One atomic read gives a request everything that it is judged by.</summary>
public sealed class SnapshotSource(Snapshot first)
{
    private volatile Snapshot current = first;

    /// <summary>The snapshot in force now.</summary>
    public Snapshot Current => current;

    /// <summary>Puts another in force.</summary>
    public void Swap(Snapshot next) => current = next;
}
