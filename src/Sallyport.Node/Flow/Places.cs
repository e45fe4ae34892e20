namespace Sallyport.Flow;

/// <summary>
/// What runs have written to places that others read, in memory. Who changes it records that: the interlock, and who
/// clears a place.
/// </summary>
/// <param name="known">What the ledger says.</param>
public sealed class Places(PlaceMap known) : IDisposable
{
    // Swapped whole, under the sequencer's lock, by the one who holds Changing.
    private volatile PlaceMap map = known;

    /// <summary>What is where at this moment.</summary>
    public PlaceMap Map => map;

    /// <summary>
    /// One change at a time, of places and of the labels of any run: what one run writes another reads, and who joins
    /// labels to the one may have to join them to the other. Held until everybody whom it concerns has them.
    /// </summary>
    internal SemaphoreSlim Changing { get; } = new(1, 1);

    /// <summary>What a read there brings besides what its source does.</summary>
    /// <param name="source">The source.</param>
    /// <param name="host">The host.</param>
    /// <param name="path">The path, in the form that places have.</param>
    public LabelSet At(Source source, string host, string path)
    {
        ArgumentNullException.ThrowIfNull(source);
        var now = map;
        return now.Count == 0 || !source.Carries
            ? LabelSet.Empty
            : now.At(RunTexts.PlaceOf(source, host), path);
    }

    /// <inheritdoc/>
    public void Dispose() => Changing.Dispose();

    /// <summary>Makes another map visible. Under the sequencer's lock only.</summary>
    internal void Put(PlaceMap next) => map = next;
}
