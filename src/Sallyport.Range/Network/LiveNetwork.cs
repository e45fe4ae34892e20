namespace Sallyport.Range.Network;

/// <summary>
/// The network while it runs: what was loaded, plus what was published since, in memory only. Readers take one snapshot
/// and keep it for the whole answer.
/// </summary>
internal sealed class LiveNetwork(NetworkSnapshot loaded)
{
    /// <summary>
    /// Beyond this many new posts and comments the network refuses more: a runaway agent must not fill the memory.
    /// </summary>
    public const int PublishedMax = 10_000;

    private readonly Lock gate = new();
    private volatile NetworkSnapshot current = loaded;
    private int published;

    public NetworkSnapshot Now => current;

    /// <summary>False when <see cref="PublishedMax"/> is reached.</summary>
    public bool TryPublish(Post post) =>
        TryChange(before => new NetworkSnapshot([.. before.Posts, post], before.Comments));

    /// <summary>False when <see cref="PublishedMax"/> is reached.</summary>
    public bool TryPublish(Comment comment) =>
        TryChange(before => new NetworkSnapshot(before.Posts, [.. before.Comments, comment]));

    private bool TryChange(Func<NetworkSnapshot, NetworkSnapshot> change)
    {
        lock (gate)
        {
            if (published >= PublishedMax)
            {
                return false;
            }

            published++;
            current = change(current);
            return true;
        }
    }
}
