namespace Sallyport.Ledger;

/// <summary>The segment file that grows. Used by the writer thread; <see cref="Current"/> is read by the sync thread
/// too.</summary>
internal sealed class SegmentWriter(LedgerFolder folder, IDisk disk) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<IDiskFile> retired = [];
    private long start;
    private long offset;
    private IDiskFile? current;

    /// <summary>The file that is being written.</summary>
    public string Path => folder.Entries(start);

    /// <summary>Opens the segment that holds the next position. A whole one before it must be synced: that a segment
    /// exists says that all
    /// before it is safe.</summary>
    public void Open(long next)
    {
        start = LedgerFolder.SegmentStart(next);
        var file = disk.Open(Path);
        disk.SyncFolder(folder.Segments);
        offset = file.Length;
        lock (gate)
        {
            // In one step: the sync thread closes what is retired, and takes the current file for its next sync.
            if (current is not null)
            {
                retired.Add(current);
            }

            current = file;
        }
    }

    /// <summary>Whether the segment of this position is the one that is open.</summary>
    public bool Holds(long position) => LedgerFolder.SegmentStart(position) == start;

    /// <summary>Hands a batch to the kernel.</summary>
    public void Write(Batch batch)
    {
        Current.Write(batch.Bytes, offset);
        offset += batch.Bytes.Length;
    }

    /// <summary>Syncs what is written so far. Only one thread may be told of a failure: neither tries again.</summary>
    public void Sync() => Current.Sync();

    /// <summary>Closes the files of whole segments; called by the sync thread, which is the only one that may still be
    /// using them.</summary>
    public void CloseRetired()
    {
        lock (gate)
        {
            retired.ForEach(file => file.Dispose());
            retired.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseRetired();
        current?.Dispose();
    }

    private IDiskFile Current
    {
        get
        {
            lock (gate)
            {
                return current ?? throw new InvalidOperationException("The segment is not open.");
            }
        }
    }
}
