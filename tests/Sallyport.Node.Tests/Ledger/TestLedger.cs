namespace Sallyport.Ledger.Tests;

/// <summary>A ledger in a folder of its own, deleted at the end.</summary>
internal sealed class TestLedger : IDisposable
{
    public LedgerFolder Folder { get; } = new(Path.Combine(Path.GetTempPath(), "sallyport-" + Path.GetRandomFileName()));

    public string EntriesFile => Folder.Entries(0);

    public string HashesFile => Folder.Hashes(0);

    public LedgerOptions Options(IDisk? disk = null) => new() { Folder = Folder, Time = TimeProvider.System, Disk = disk ?? new LocalDisk() };

    public Sequencer Open(IDisk? disk = null) => Open(Options(disk));

    public static Sequencer Open(LedgerOptions options) =>
        Sequencer.TryOpen(options, out var sequencer, out var fault) ? sequencer : throw new InvalidOperationException(fault.ToString());

    public Fault Refused(IDisk? disk = null) =>
        Sequencer.TryOpen(Options(disk), out _, out var fault) ? throw new InvalidOperationException("It opened.") : fault;

    public void Dispose()
    {
        if (Directory.Exists(Folder.Root))
        {
            Directory.Delete(Folder.Root, recursive: true);
        }
    }
}
