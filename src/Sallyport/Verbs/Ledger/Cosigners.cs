using Sallyport.Ledger;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Verbs;

/// <summary>The witnesses that somebody asks for on the command line.</summary>
internal sealed class Cosigners
{
    private readonly List<VerifierKey> keys;

    /// <summary>Reads the keys.</summary>
    /// <exception cref="FaultException">One is none, or the quorum is not among them.</exception>
    public Cosigners(string[]? texts, int? quorum)
    {
        keys = [.. (texts ?? []).Select(Key)];
        Quorum = quorum ?? keys.Count;
        var distinct = keys.Select(key => $"{key}").Distinct(StringComparer.Ordinal).Count();
        if (distinct < keys.Count || Quorum > keys.Count || (quorum is not null && Quorum < 1))
        {
            throw new FaultException(
                new Fault("ledger.key-invalid", $"{Quorum} of {keys.Count} witnesses cannot be asked for.",
                    "Give each --witness once, and a --quorum from 1 to their number."),
                ExitCode.Usage);
        }
    }

    /// <summary>How many of them are enough.</summary>
    public int Quorum { get; }

    /// <summary>How many were given.</summary>
    public int Count => keys.Count;

    /// <summary>Who must have signed.</summary>
    public TrustPolicy Policy(VerifierKey log) =>
        keys.Count == 0 ? TrustPolicy.OfLog(log) : CosignedFile.PolicyOf(log, keys, Quorum);

    /// <summary>Finds what enough of them have cosigned, and adds it to what the log must extend.</summary>
    /// <returns>Its size; null where no witness was given.</returns>
    /// <exception cref="FaultException">Not enough have cosigned.</exception>
    public long? Checkpoint(LedgerFolder folder, ref AuditOptions options)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var (cosigned, head) = Read(folder, options.Key);
        options = options with
        {
            Remembered = [.. options.Remembered, new RememberedCheckpoint(folder.Cosigned, cosigned.ToBytes())],
        };
        return head.Size.Value;
    }

    /// <summary>The same of an exported folder, or an archive, whose hashes were verified.</summary>
    /// <returns>How many entries enough of them have cosigned; null where no witness was given.</returns>
    /// <exception cref="FaultException">Not enough have cosigned, or something else than what is there.</exception>
    public async Task<long?> ExportAsync(string folder, VerifierKey? key, CancellationToken cancellation)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var (_, head) = Read(new LedgerFolder(folder), key);
        var tiles = new TileFolder(folder);
        var own = tiles.ReadCheckpoint().ValueOrThrow().Claim.Head; // it was verified
        return !(await TileTree.OpenAsync(tiles, own, cancellation)).TryGet(out var tree, out var wrong)
            || !(await tree.HeadAtAsync(head.Size, cancellation)).TryGet(out var then, out wrong)
                ? throw new FaultException(LedgerFaults.ExportWrong(folder, $"{wrong}"), ExitCode.No)
            : then == head ? head.Size.Value
            : throw new FaultException(
                LedgerFaults.ExportWrong(
                    folder, $"its first {head.Size} entries lead to {then.Root}, and witnesses cosigned {head.Root}"),
                ExitCode.No);
    }

    // Names and files of a log's folder and of an exported one are the same.
    private (SignedCheckpoint Cosigned, TreeHead Head) Read(LedgerFolder folder, VerifierKey? log)
    {
        var disk = new LocalDisk();
        if (log is null && !LedgerKey.TryReadPublic(folder, disk, out log, out var missing))
        {
            throw new FaultException(missing, ExitCode.Configuration);
        }

        if (!CosignedFile.TryRead(folder, disk, out var cosigned))
        {
            throw new FaultException(
                LedgerFaults.NotWitnessed(folder.Cosigned, "there is none, or it is no checkpoint."), ExitCode.No);
        }

        return Policy(log).Verify(cosigned).TryGet(out var verified, out var wrong)
            ? (cosigned, verified.Head)
            : throw new FaultException(LedgerFaults.NotWitnessed(folder.Cosigned, $"{wrong}"), ExitCode.No);
    }

    private static VerifierKey Key(string text) =>
        VerifierKey.Parse(text).TryGet(out var key, out var wrong)
            && key.Type is SignatureType.Ed25519Cosignature or SignatureType.MlDsa44Cosignature
            ? key
            : throw new FaultException(
                new Fault(
                    "ledger.key-invalid", $"--witness is not a witness's key: {wrong?.ToString() ?? "another type"}",
                    "Give the vkey that the witness publishes."),
                ExitCode.Usage);
}
