using System.IO.Compression;
using System.Text;

namespace Sallyport.Range.Tests;

/// <summary>A data folder written for one test.</summary>
internal sealed class CorpusOnDisk : IDisposable
{
    public CorpusOnDisk() => Directory.CreateDirectory(System.IO.Path.Combine(Path, "moltbook"));

    public string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), "sallyport-corpus-" + System.IO.Path.GetRandomFileName());

    public CorpusOnDisk Add(string file, string lines) => Add(file, Encoding.UTF8.GetBytes(lines));

    public CorpusOnDisk Add(string file, byte[] content)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, "moltbook", file), content);
        return this;
    }

    public static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
