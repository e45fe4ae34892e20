namespace Sallyport.Perimeter.Tests;

// A folder of a test's own, gone with it.
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sallyport-").FullName;

    public void Write(string name, string text) => File.WriteAllText(System.IO.Path.Combine(Path, name), text);

    public void Write(string name, byte[] bytes) => File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);

    public LoadedPerimeter Load(string yaml)
    {
        Write(PerimeterFolder.FileName, yaml);
        return PerimeterFolder.Load(Path);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
