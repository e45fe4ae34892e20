using Microsoft.Extensions.Logging;
using Sallyport.Decisions;
using Sallyport.Http.Tls;
using Sallyport.Identity;
using Sallyport.Ledger;
using Sallyport.Perimeter;

namespace Sallyport.Host;

/// <summary>The files of a node's own folder. Everything in it is the owner's alone.</summary>
internal sealed class StateFolder(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly string[] RootFiles =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"];

    /// <summary>The folder.</summary>
    public string Root { get; } = Path.GetFullPath(path);

    /// <summary>The system's CA certificates, or null.</summary>
    public static string? SystemRoots => Array.Find(RootFiles, File.Exists);

    /// <summary>The CA certificate that agents trust.</summary>
    public string CaFile => Path.Combine(Root, "ca.pem");

    /// <summary>The CA certificate and the system's roots.</summary>
    public string BundleFile => Path.Combine(Root, "bundle.pem");

    /// <summary>Control state: SQLite.</summary>
    public string Database => Path.Combine(Root, "control.db");

    /// <summary>The freeze state.</summary>
    public string Freeze => Path.Combine(Root, "freeze.json");

    /// <summary>Kept bodies.</summary>
    public string Content => Path.Combine(Root, "content");

    /// <summary>The ledger.</summary>
    public LedgerFolder Ledger => new(Path.Combine(Root, "ledger"));

    /// <summary>The snapshots that were in force, as their files.</summary>
    public SnapshotArchive Snapshots => new(Path.Combine(Root, "snapshots"), new LocalDisk());

    /// <summary>What runs have written to instruction files, and what these were before.</summary>
    public string Proposals => Path.Combine(Root, "proposals");

    /// <summary>Where this node's sockets are.</summary>
    public string Sockets => SocketFolder.PathFor(Root);

    /// <summary>Opens the CA, and the key under which records name what may be a secret.</summary>
    public (CertificateAuthority? Authority, KeyedDigest? Digest, Fault? Fault) OpenKeys(TimeProvider time)
    {
        if (!DigestKey.TryOpen(Path.Combine(Root, "digest.key"), new LocalDisk(), out var digest, out var fault))
        {
            return (null, null, fault);
        }

        (var authority, fault) = CertificateAuthority.Open(Root, time);
        return (authority, digest, fault);
    }

    /// <summary>The store of kept bodies, as a node has it.</summary>
    public ContentStore KeptBodies(
        Sequencer sequencer, SnapshotSource snapshots, LegalHolds holds, TimeProvider time, ILoggerFactory logs) =>
        new(new ContentParts
        {
            Folder = Content,
            Disk = new LocalDisk(),
            Sequencer = sequencer,
            Rules = () => snapshots.Current.Content,
            ReserveBytes = () => snapshots.Current.Storage.ReserveBytes,
            Holds = holds,
            Time = time,
            Log = logs.CreateLogger<ContentStore>(),
        });

    /// <summary>Makes the folder with its keys. Refuses one that is there.</summary>
    public Fault? Create(string organisation, TimeProvider time)
    {
        if (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Any())
        {
            return new Fault("init.exists", $"{Root} is there already and not empty.", "Keep it (nothing was changed), or move it away first: it holds the CA key and the ledger.");
        }

        try
        {
            Directory.CreateDirectory(Root, Private);
            File.SetUnixFileMode(Root, Private);
            CertificateAuthority.Create(Root, organisation, time);

            // It holds a CA key, and the folder around it is often a repository.
            File.WriteAllText(Path.Combine(Root, ".gitignore"), "*\n");
            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return new Fault("init.state", $"{Root} cannot be made: {failed.Message}", "Choose a folder that you may write to, with --state.");
        }
    }

    /// <summary>Refuses a folder that is not there, or that others may look into.</summary>
    public Fault? Check()
    {
        if (!File.Exists(CaFile))
        {
            return new Fault("state.missing", $"There is no state folder {Root}.", "Make one with: sallyport init (or say where it is with --state)");
        }

        return (File.GetUnixFileMode(Root) & ~Private) == UnixFileMode.None
            ? null
            : new Fault("state.open", $"The state folder {Root} is open to other users: it holds keys.", $"chmod 700 {Root}");
    }

    /// <summary>Writes the bundle that runs are given: our CA and what the system trusts today.</summary>
    public Fault? WriteBundle()
    {
        try
        {
            using var bundle = new StreamWriter(BundleFile);
            bundle.Write(File.ReadAllText(CaFile));
            if (SystemRoots is { } roots)
            {
                bundle.Write(File.ReadAllText(roots));
            }

            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return new Fault("state.bundle", $"The CA bundle {BundleFile} cannot be written: {failed.Message}", "Free the disk, or remove what is in its place, then start again.");
        }
    }

    /// <summary>Removes the folder of the sockets, which are all closed by now. The next start makes it again.</summary>
    public void RemoveSockets()
    {
        try
        {
            Directory.Delete(Sockets, recursive: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // It holds nothing that works any more, and it is made anew at the start: not worth an unclean stop.
        }
    }
}
