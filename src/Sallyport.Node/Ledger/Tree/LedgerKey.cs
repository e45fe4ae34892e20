using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Tlog;
using Sallyport.Tlog.Cryptography;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <summary>The key of a log: made with the log, and its name is the log's origin.</summary>
public static class LedgerKey
{
    private const int OriginBytes = 4;
    private const int TextMax = 1024;

    /// <summary>Reads the public half: what whoever verifies should have got beforehand, from elsewhere.</summary>
    /// <param name="folder">The ledger.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="key">The key.</param>
    /// <param name="fault">There is none, or it is no key.</param>
    public static bool TryReadPublic(
        LedgerFolder folder, IDisk disk, [NotNullWhen(true)] out VerifierKey? key,
            [NotNullWhen(false)] out Fault? fault)
    {
        TlogFault? wrong = null;
        key = null;
        fault = Text(folder.PublicKey, disk) is not { } text ? LedgerFaults.KeyMissing(folder.PublicKey)
            : VerifierKey.Parse(text).TryGet(out key, out wrong) ? null
            : LedgerFaults.KeyWrong(folder.PublicKey, $"{wrong}");
        return fault is null && key is not null;
    }

    /// <summary>Reads the key of a log, or makes it for a log that has no entry.</summary>
    internal static bool TryOpen(
        LedgerFolder folder, IDisk disk, string organisation, bool isNew,
        [NotNullWhen(true)] out SignerKey? key, [NotNullWhen(false)] out Fault? fault)
    {
        key = null;
        if (!Ed25519.IsSupported)
        {
            fault = LedgerFaults.NoEd25519;
            return false;
        }

        var text = Text(folder.Key, disk);
        if (text is null && !isNew)
        {
            fault = LedgerFaults.KeyMissing(folder.Key);
            return false;
        }

        if (!(text is null ? Generate(organisation) : SignerKey.Parse(text)).TryGet(out key, out var wrong))
        {
            fault = LedgerFaults.KeyWrong(folder.Key, $"{wrong}");
            return false;
        }

        if (text is null)
        {
            SmallFile.Replace(disk, folder.Key, Encoding.ASCII.GetBytes(key.ToPrivateText() + "\n"));
        }

        var shown = $"{key.Verifier}";
        if (Text(folder.PublicKey, disk) != shown)
        {
            SmallFile.Replace(disk, folder.PublicKey, Encoding.ASCII.GetBytes(shown + "\n"));
        }

        if (text is null)
        {
            // A key that a power cut took would leave a log that nobody can go on with.
            disk.SyncFolder(folder.Root);
        }

        fault = null;
        return true;
    }

    /// <summary>Keeps a key that is about to follow: it survives a power cut.</summary>
    internal static void WriteNext(LedgerFolder folder, IDisk disk, SignerKey key)
    {
        SmallFile.Replace(disk, folder.NextKey, Encoding.ASCII.GetBytes(key.ToPrivateText() + "\n"));
        disk.SyncFolder(folder.Root);
    }

    /// <summary>The key that follows takes the place of the one before, which is gone with that.</summary>
    internal static void Promote(LedgerFolder folder, IDisk disk, SignerKey key)
    {
        SmallFile.Replace(disk, folder.Key, Encoding.ASCII.GetBytes(key.ToPrivateText() + "\n"));
        SmallFile.Replace(disk, folder.PublicKey, Encoding.ASCII.GetBytes($"{key.Verifier}\n"));
        disk.SyncFolder(folder.Root);
        File.Delete(folder.NextKey);
    }

    /// <summary>After a stop in the middle of a change: the log says whether the key that was to follow does.</summary>
    internal static Fault? Settle(LedgerFolder folder, IDisk disk)
    {
        if (Text(folder.NextKey, disk) is not { } text || !SignerKey.Parse(text).TryGet(out var next, out _))
        {
            return null; // Not whole: its entry was never written.
        }

        using (next)
        {
            var chain = new KeyChain(folder, disk, next.Verifier);
            if (chain.EndsIn(next.Verifier, out var fault))
            {
                Promote(folder, disk, next);
            }
            else if (fault is null)
            {
                File.Delete(folder.NextKey);
            }

            return fault;
        }
    }

    // Two logs of one organisation must not have one name: whoever compares their checkpoints would see a fork.
    private static Result<SignerKey> Generate(string organisation)
    {
        var own = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(OriginBytes));
        return KeyName.Parse($"{organisation}/ledger/{own}").TryGet(out var name, out var fault)
            ? SignerKey.Generate(name, SignatureType.Ed25519)
            : fault;
    }

    private static string? Text(string path, IDisk disk)
    {
        using var file = disk.OpenRead(path);
        if (file is null)
        {
            return null;
        }

        var bytes = new byte[TextMax];
        return Encoding.ASCII.GetString(bytes, 0, file.Read(bytes, 0)).TrimEnd('\n');
    }
}
