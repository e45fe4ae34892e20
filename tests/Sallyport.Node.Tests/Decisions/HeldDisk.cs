using Sallyport.Ledger;

namespace Sallyport.Decisions.Tests;

/// <summary>The real disk, whose writes and syncs a test may hold up, or break by throwing.</summary>
internal sealed class HeldDisk : IDisk
{
    // A held step lets go by itself, so that a test that fails does not hang.
    private static readonly TimeSpan HoldMax = TimeSpan.FromSeconds(30);

    private readonly LocalDisk disk = new();

    /// <summary>Called before each write.</summary>
    public Action? Writing { get; set; }

    /// <summary>Called before each sync of a file.</summary>
    public Action? Syncing { get; set; }

    public static Action Broken { get; } = () => throw new IOException("input/output error");

    /// <summary>Holds until the event is set; once it is, it may be disposed.</summary>
    public static Action Until(ManualResetEventSlim released) => () =>
    {
        if (!released.IsSet)
        {
            released.Wait(HoldMax);
        }
    };

    public void CreateFolder(string path) => disk.CreateFolder(path);

    public IEnumerable<string> Files(string folder) => disk.Files(folder);

    public IDiskFile Open(string path) => new HeldFile(this, disk.Open(path));

    public IDiskFile? OpenRead(string path) => disk.OpenRead(path);

    public void Move(string from, string to) => disk.Move(from, to);

    public void Delete(string path) => disk.Delete(path);

    public void SyncFolder(string path) => disk.SyncFolder(path);

    public long FreeBytes(string folder) => disk.FreeBytes(folder);

    private sealed class HeldFile(HeldDisk owner, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            owner.Writing?.Invoke();
            file.Write(bytes, offset);
        }

        public void Sync()
        {
            owner.Syncing?.Invoke();
            file.Sync();
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}
