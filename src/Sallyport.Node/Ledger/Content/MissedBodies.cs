namespace Sallyport.Ledger;

/// <summary>Bodies that a rule names and that are not kept, until they are recorded: how many, and the first of
/// them by name.</summary>
internal sealed class MissedBodies
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Tally> since = new(StringComparer.Ordinal);
    private long count;

    /// <summary>How many there were in all.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>One more.</summary>
    public void Add(string why, string digest, long length)
    {
        Interlocked.Increment(ref count);
        lock (gate)
        {
            if (!since.TryGetValue(why, out var tally))
            {
                since.Add(why, tally = new Tally());
            }

            tally.Bodies++;
            tally.Bytes += length;
            if (tally.Digests.Count < LedgerEntry.ContentChanged.DigestsMax)
            {
                tally.Digests.Add(digest);
            }
        }
    }

    /// <summary>What is to be recorded; from here on counted anew.</summary>
    public IReadOnlyList<LedgerEntry.ContentChanged> Told()
    {
        lock (gate)
        {
            IReadOnlyList<LedgerEntry.ContentChanged> told =
            [
                .. since.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new LedgerEntry.ContentChanged
                {
                    Change = "not-kept",
                    Reason = pair.Key,
                    Bodies = pair.Value.Bodies,
                    Bytes = pair.Value.Bytes,
                    Digests = string.Join(' ', pair.Value.Digests),
                }),
            ];
            since.Clear();
            return told;
        }
    }

    private sealed class Tally
    {
        public long Bodies { get; set; }

        public long Bytes { get; set; }

        public SortedSet<string> Digests { get; } = new(StringComparer.Ordinal);
    }
}
