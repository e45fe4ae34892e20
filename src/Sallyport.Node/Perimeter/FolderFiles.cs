using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Egress;

namespace Sallyport.Perimeter;

/// <summary>The files of one load. Each is read once, so that what is hashed is what was compiled.</summary>
internal sealed class FolderFiles(string folder)
{
    private readonly SortedDictionary<string, byte[]> read = new(StringComparer.Ordinal);

    /// <summary>SHA-256 of the bytes of all files read, lower-case hex: <c>sallyport.yaml</c>, then the others by
    /// name.</summary>
    /// <remarks>The same as <c>cat sallyport.yaml ca.pem | sha256sum</c>, so that anybody can compute it
    /// again.</remarks>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(read[PerimeterFolder.FileName]);
        foreach (var (name, bytes) in read)
        {
            if (name != PerimeterFolder.FileName)
            {
                hash.AppendData(bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The text of a file that the configuration refers to: inside the folder, bounded, UTF-8.</summary>
    public void ReadText(string path, out string? text, out Fault? fault)
    {
        text = null;
        if (path.StartsWith('/')
            || path.Contains('\\')
            || path.Contains('\0')
            || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            fault = new Fault(
                "perimeter.file",
                $"The path '{Excerpt.Of(path)}' leads out of the perimeter folder",
                "Copy the file into the folder and name it from there");
            return;
        }

        if (!TryRead(path, PerimeterFolder.ReferencedBytesMax, out var bytes, out fault))
        {
            return;
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            fault = new Fault("perimeter.file", $"The file '{Excerpt.Of(path)}' is not UTF-8 text", "Save it as UTF-8");
            return;
        }

        text = Encoding.UTF8.GetString(bytes);
    }

    public bool TryRead(
        string name, int bytesMax, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out Fault? fault)
    {
        fault = null;
        if (read.TryGetValue(name, out bytes))
        {
            return true;
        }

        var path = Path.Combine(folder, name);
        if (RealFile.Flaw(folder, path) is { } flaw)
        {
            fault = new Fault(
                "perimeter.file", $"{path} {flaw}", "Put a file of its own there, with what it should hold");
            return false;
        }

        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > bytesMax)
            {
                fault = new Fault("perimeter.file", $"{path} has {length} bytes", $"At most {bytesMax} are read");
                return false;
            }

            var buffer = new byte[length];
            var filled = 0;
            while (filled < buffer.Length
                && RandomAccess.Read(file, buffer.AsSpan(filled), filled) is var count and > 0)
            {
                filled += count;
            }

            bytes = buffer[..filled];
            read.Add(name, bytes);
            return true;
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var missing = exception is FileNotFoundException or DirectoryNotFoundException;
            fault = new Fault(
                "perimeter.file",
                missing ? $"{path} is not there" : $"{path} cannot be read: {exception.Message.TrimEnd('.')}",
                name == PerimeterFolder.FileName
                    ? "Write a first one with: sallyport init"
                    : "Put the file there, or correct its name");
            return false;
        }
    }
}
