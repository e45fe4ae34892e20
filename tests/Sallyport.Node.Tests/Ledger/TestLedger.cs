namespace Sallyport.Ledger.Tests;

/// <summary>A ledger in a folder of its own, deleted at the end.</summary>
internal sealed class TestLedger : IDisposable
{
    public LedgerFolder Folder { get; } = new(Path.Combine(Path.GetTempPath(), "sallyport-" + Path.GetRandomFileName()));

    public string EntriesFile => Folder.Entries(0);

    public string HashesFile => Folder.Hashes(0);

    /// <summary>The first segment's bytes.</summary>
    public byte[] EntriesOnDisk
    {
        get => File.ReadAllBytes(EntriesFile);
        set => File.WriteAllBytes(EntriesFile, value);
    }

    /// <summary>The first segment's leaf hashes.</summary>
    public byte[] HashesOnDisk
    {
        get => File.ReadAllBytes(HashesFile);
        set => File.WriteAllBytes(HashesFile, value);
    }

    public static Sequencer Open(LedgerOptions options) =>
        Sequencer.TryOpen(options, out var sequencer, out var fault) ? sequencer : throw new InvalidOperationException(fault.ToString());

    public LedgerOptions Options(IDisk? disk = null) => new()
    {
        Folder = Folder,
        Time = TimeProvider.System,
        Disk = disk ?? new LocalDisk(),
        MendEvery = TimeSpan.FromDays(1),
    };

    public Sequencer Open(IDisk? disk = null) => Open(Options(disk));

    public Fault Refused(IDisk? disk = null) =>
        Sequencer.TryOpen(Options(disk), out _, out var fault) ? throw new InvalidOperationException("It opened.") : fault;

    /// <summary>Appends decisions <c>/0</c>, <c>/1</c>, ... and closes; with an entry that says so, if the stop is to
    /// be a clean one.</summary>
    public async Task FillAsync(int decisions, bool isClosed)
    {
        var sequencer = Open();
        var empty = sequencer.Checkpoint.ToBytes();
        for (var i = 0; i < decisions; i++)
        {
            sequencer.Append(Entries.Decided($"/{i}"));
        }

        if (isClosed)
        {
            sequencer.Append(Entries.Stopped());
        }

        await sequencer.DisposeAsync();
        if (!isClosed)
        {
            // As if the process had died before its first checkpoint.
            await File.WriteAllBytesAsync(Folder.Checkpoint, empty);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder.Root))
        {
            Directory.Delete(Folder.Root, recursive: true);
        }
    }
}
