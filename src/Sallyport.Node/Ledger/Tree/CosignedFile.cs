using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <summary>The last checkpoint that enough witnesses have cosigned: a file beside the log's own checkpoint, for the
/// witnesses are asked when that is long signed. Used by one thread at a time; <see cref="Current"/> by any.</summary>
public sealed class CosignedFile
{
    private readonly LedgerFolder folder;
    private readonly IDisk disk;
    private volatile SignedCheckpoint? current;

    /// <summary>Reads what is there.</summary>
    public CosignedFile(LedgerFolder folder, IDisk disk)
    {
        (this.folder, this.disk) = (folder, disk);
        current = TryRead(folder, disk, out var found) ? found : null;
    }

    /// <summary>What was cosigned last; null for nothing.</summary>
    public SignedCheckpoint? Current => current;

    /// <summary>Replaces it.</summary>
    /// <exception cref="IOException">The disk refused. The file holds the one or the other.</exception>
    public void Replace(SignedCheckpoint cosigned)
    {
        SmallFile.Replace(disk, folder.Cosigned, cosigned.ToBytes());
        current = cosigned;
    }

    /// <summary>Reads it, and believes nothing of it yet.</summary>
    public static bool TryRead(
        LedgerFolder folder, IDisk disk, [NotNullWhen(true)] out SignedCheckpoint? cosigned)
    {
        cosigned = null;
        using var file = disk.OpenRead(folder.Cosigned);
        if (file is null)
        {
            return false;
        }

        var bytes = new byte[Math.Min(file.Length, Note.BytesMax + 1)];
        return SignedCheckpoint.Parse(bytes.AsSpan(0, file.Read(bytes, 0))).TryGet(out cosigned, out _);
    }

    /// <summary>The policy that so many of these witnesses, and the log, have signed (C2SP tlog-policy).</summary>
    public static TrustPolicy PolicyOf(VerifierKey log, IReadOnlyCollection<VerifierKey> witnesses, int quorum)
    {
        var text = new StringBuilder($"log {log}\n");
        var names = witnesses.Select((_, index) => $"w{index}").ToList();
        foreach (var (name, key) in names.Zip(witnesses))
        {
            text.Append($"witness {name} {key}\n");
        }

        text.Append($"group enough {quorum} {string.Join(' ', names)}\nquorum enough\n");
        return TrustPolicy.Parse(Encoding.ASCII.GetBytes($"{text}")).ValueOrThrow(); // Keys were parsed before.
    }
}
