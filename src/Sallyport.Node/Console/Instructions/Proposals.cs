using System.Security.Cryptography;

namespace Sallyport.Console;

/// <summary>What instruction files were before and after runs, as files: each has the digest of its content for a
/// name, so that the ledger tells which is which, and whether one is still what it was.</summary>
/// <remarks>The user's alone, since such files may hold secrets. Bounded: the oldest go first.</remarks>
/// <param name="folder">Where they are kept; made with the first.</param>
public sealed class Proposals(string folder)
{
    /// <summary>Most bytes of one; of a longer file the digest alone is known.</summary>
    public const int BytesMax = 256 << 10;

    /// <summary>Most of them.</summary>
    public const int FilesMax = 1_024;

    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Keeps a content. False where it cannot be kept, or is not what the digest says.</summary>
    /// <param name="digest">SHA-256, lower-case hex.</param>
    /// <param name="content">At most <see cref="BytesMax"/> bytes.</param>
    public bool Keep(string digest, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Length > BytesMax || Convert.ToHexStringLower(SHA256.HashData(content)) != digest)
        {
            return false;
        }

        try
        {
            Directory.CreateDirectory(folder, Own | UnixFileMode.UserExecute);
            Make(Path.Combine(folder, digest), content);
            foreach (var old in new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc)
                .Skip(FilesMax))
            {
                old.Delete();
            }

            return true;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where a content is kept; null where it is not.</summary>
    public string? Find(string digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        var path = Path.Combine(folder, digest);
        return digest.Length == SHA256.HashSizeInBytes * 2 && digest.All(char.IsAsciiHexDigitLower)
            && File.Exists(path) ? path : null;
    }

    // Under another name first, so that what has a digest for a name is never half of it.
    private static void Make(string path, byte[] content)
    {
        var unfinished = $"{path}.{Path.GetRandomFileName()}";
        using (var stream = new FileStream(unfinished, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Own,
        }))
        {
            stream.Write(content);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
