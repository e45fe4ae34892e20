namespace Sallyport.Bench;

/// <summary>A folder for the length of a run.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("sallyport-bench-");

    public Scratch() =>
        // Rivals that change their user must be able to walk through it; what is ours lies in 0700 folders below.
        File.SetUnixFileMode(root.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    /// <summary>A new folder in it.</summary>
    public string Folder(string name) => Directory.CreateDirectory(
        Path.Combine(root.FullName, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    /// <inheritdoc/>
    public void Dispose() => root.Delete(recursive: true);
}
