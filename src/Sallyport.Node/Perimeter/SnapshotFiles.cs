using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Perimeter;

/// <summary>Every text that a snapshot was compiled from: the configuration, the files that it names, and the packs of
/// the program that it uses. Immutable.</summary>
/// <remarks>The manifest is what <c>sha256sum</c> prints of them in ordinal order of their names, and its SHA-256 is
/// the snapshot's hash: no byte of any file, and no end of one, can move without another hash.</remarks>
public sealed class SnapshotFiles
{
    /// <summary>Where the files of the perimeter folder are.</summary>
    public const string FilesPrefix = "files/";

    /// <summary>Where the packs of the program are.</summary>
    public const string PacksPrefix = "packs/";

    private readonly FrozenDictionary<string, byte[]> files;

    /// <summary>Takes texts by their names, each beginning with one of the prefixes.</summary>
    public SnapshotFiles(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        this.files = files.ToFrozenDictionary(StringComparer.Ordinal);
        Names = [.. this.files.Keys.Order(StringComparer.Ordinal)];
        Manifest = string.Concat(Names.Select(name => string.Create(
            CultureInfo.InvariantCulture, $"{Hex(this.files[name])}  {name}\n")));
        Hash = Hex(Encoding.UTF8.GetBytes(Manifest));
    }

    /// <summary>Every name, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>One line for each name: its SHA-256 in lower-case hex, two spaces, the name.</summary>
    public string Manifest { get; }

    /// <summary>SHA-256 of the manifest, lower-case hex.</summary>
    public string Hash { get; }

    /// <summary>The bytes of a file; null when there is none of this name.</summary>
    public byte[]? Of(string name) => files.GetValueOrDefault(name);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
