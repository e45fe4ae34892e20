namespace Sallyport.Ledger.Tests;

/// <summary>The real disk, which breaks where the test says, and which a power cut takes unsynced bytes from.</summary>
/// <param name="breaksAt">Number of the step (write, sync, truncate, folder sync, from 0) that breaks; negative:
/// none.</param>
/// <param name="how">What that step does.</param>
internal sealed class FaultyDisk(int breaksAt, Break how = Break.Before) : IDisk
{
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int SectorBytes = 512;
    private readonly LocalDisk disk = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> syncedLengths = new(StringComparer.Ordinal);
    private int steps;
    private int breakAt = breaksAt;

    /// <summary>Steps taken.</summary>
    public int Steps => Volatile.Read(ref steps);

    /// <summary>Called before each sync of a file, with its path: a test may hold it up here.</summary>
    public Action<string>? Syncing { get; set; }

    /// <summary>Which paths the disk takes nothing for now; null: none.</summary>
    public Func<string, bool>? Full { get; set; }

    /// <summary>Which paths may only be read for now; null: none.</summary>
    public Func<string, bool>? ReadOnly { get; set; }

    /// <summary>Has a later step break: 0 is the next.</summary>
    public void BreakIn(int further) => Volatile.Write(ref breakAt, Steps + further);

    public void CreateFolder(string path) => disk.CreateFolder(path);

    public IEnumerable<string> Files(string folder) => disk.Files(folder);

    public IDiskFile Open(string path) => ReadOnly?.Invoke(path) == true
        ? throw new IOException($"Read-only file system : '{path}'", ReadOnlyFileSystem)
        : new FaultyFile(this, path, disk.Open(path));

    public IDiskFile? OpenRead(string path) => disk.OpenRead(path);

    public void Move(string from, string to) => Step(to, () => Rename(from, to), partly: null);

    public void Delete(string path) => Step(path, () => disk.Delete(path), partly: null);

    public void SyncFolder(string path) => Step(path, () => disk.SyncFolder(path), partly: null);

    /// <summary>What the disk says that it has left.</summary>
    public long Free { get; set; } = long.MaxValue;

    public long FreeBytes(string folder) => Free;

    /// <summary>What a power cut does: of each file's unsynced bytes a part is kept, and some of that is
    /// garbage.</summary>
    /// <param name="random">What is lost.</param>
    /// <param name="reorders">Whether a later sector may be kept and an earlier one lost.</param>
    public void CutPower(Random random, bool reorders = false)
    {
        foreach (var (path, synced) in syncedLengths)
        {
            using var file = disk.Open(path);
            if (file.Length <= synced)
            {
                continue;
            }

            if (reorders)
            {
                LoseSectors(file, synced, random);
                continue;
            }

            file.Truncate(synced + random.NextInt64(file.Length - synced + 1));
            var lost = file.Length - synced;
            if (lost > 0 && random.Next(2) == 0)
            {
                // The length was written, the sectors from one of them on were not.
                var from = Math.Max(synced, (synced + random.NextInt64(lost)) / SectorBytes * SectorBytes);
                file.Write(new byte[file.Length - from], from);
            }
        }
    }

    private static void LoseSectors(IDiskFile file, long synced, Random random)
    {
        for (var from = synced; from < file.Length; from = (from / SectorBytes * SectorBytes) + SectorBytes)
        {
            var to = Math.Min(file.Length, (from / SectorBytes * SectorBytes) + SectorBytes);
            if (random.Next(2) == 0)
            {
                file.Write(new byte[to - from], from);
            }
        }
    }

    private void Step(string path, Action act, Action? partly)
    {
        if (ReadOnly?.Invoke(path) == true)
        {
            throw new IOException($"Read-only file system : '{path}'", ReadOnlyFileSystem);
        }

        if (Full?.Invoke(path) == true)
        {
            throw new IOException($"No space left on device : '{path}'", NoSpace);
        }

        if (Interlocked.Increment(ref steps) - 1 != Volatile.Read(ref breakAt))
        {
            act();
            return;
        }

        switch (how)
        {
            case Break.Before:
                throw new IOException($"broken before: {path}");
            case Break.After:
                act();
                throw new IOException($"broken after: {path}");
            case Break.Partly:
                (partly ?? act)();
                throw new IOException($"No space left on device : '{path}'", NoSpace);
        }
    }

    private void Rename(string from, string to)
    {
        disk.Move(from, to);
        lock (gate)
        {
            if (syncedLengths.Remove(from, out var synced))
            {
                syncedLengths[to] = synced;
            }
        }
    }

    private sealed class FaultyFile(FaultyDisk owner, string path, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            Remember();
            var copy = bytes.ToArray();
            owner.Step(path, () => file.Write(copy, offset), () => file.Write(copy.AsSpan(0, copy.Length / 2), offset));
        }

        public void Sync()
        {
            owner.Syncing?.Invoke(path);
            var length = file.Length;
            owner.Step(path, file.Sync, partly: null);
            lock (owner.gate)
            {
                owner.syncedLengths[path] = length;
            }
        }

        public void Truncate(long length) => owner.Step(path, () => file.Truncate(length), partly: null);

        public void Dispose() => file.Dispose();

        private void Remember()
        {
            lock (owner.gate)
            {
                owner.syncedLengths.TryAdd(path, file.Length);
            }
        }
    }
}

/// <summary>How a step breaks.</summary>
public enum Break
{
    /// <summary>Nothing is done.</summary>
    Before,

    /// <summary>All is done, and yet it is reported as failed.</summary>
    After,

    /// <summary>Half is done, then the disk is full.</summary>
    Partly,
}
