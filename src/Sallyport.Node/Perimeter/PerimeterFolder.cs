using System.Collections.Immutable;
using System.Text;
using Sallyport.Decisions;

namespace Sallyport.Perimeter;

/// <summary>What a perimeter folder holds.</summary>
/// <param name="Snapshot">The rules; null when there is a mistake.</param>
/// <param name="Options">What the node itself is told; null when there is a mistake.</param>
/// <param name="Mistakes">Every mistake, in the order of their places.</param>
/// <param name="Warnings">What is legal and probably not meant.</param>
public sealed record LoadedPerimeter(
    Snapshot? Snapshot, PerimeterOptions? Options, ImmutableArray<Mistake> Mistakes, ImmutableArray<Mistake> Warnings)
{
    /// <summary>What the snapshot was compiled from; null when there is a mistake.</summary>
    public SnapshotFiles? Files { get; init; }

    /// <summary>What the files say, room by room; null when there is a mistake.</summary>
    public CompiledPerimeter? Compiled { get; init; }

    /// <summary>The findings as lines for a terminal, mistakes first, and a last line that says the sum.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var mistake in Mistakes)
        {
            yield return mistake.ToString();
        }

        foreach (var warning in Warnings)
        {
            yield return $"{warning} (warning)";
        }

        yield return $"{Count(Mistakes.Length, "mistake")}, {Count(Warnings.Length, "warning")}";
    }

    private static string Count(int count, string word) => $"{count} {word}{(count == 1 ? "" : "s")}";
}

/// <summary>The folder in which configuration is kept as text, one per perimeter.</summary>
public static class PerimeterFolder
{
    /// <summary>The file that is read first.</summary>
    public const string FileName = "sallyport.yaml";

    /// <summary>Largest file that a configuration may refer to, in bytes.</summary>
    public const int ReferencedBytesMax = 1024 * 1024;

    /// <summary>Reads and checks everything. This is both <c>check</c> and the first step of <c>up</c>.</summary>
    /// <param name="folder">The folder that holds <see cref="FileName"/>.</param>
    public static LoadedPerimeter Load(string folder)
    {
        return Compile(new FolderFiles(folder));
    }

    /// <summary>Compiles a kept snapshot again.</summary>
    /// <param name="kept">Its files.</param>
    public static LoadedPerimeter Compile(SnapshotFiles kept) => Compile(new FolderFiles(kept));

    private static LoadedPerimeter Compile(FolderFiles files)
    {
        if (!files.TryRead(FileName, YamlReader.BytesMax, out var bytes, out var fault))
        {
            return Failed(new Mistake(FileName, new Position(1, 1), fault.Detail, fault.Mend));
        }

        var (root, mistake) = YamlReader.Read(bytes, FileName);
        if (root is null)
        {
            return Failed(mistake ?? throw new System.Diagnostics.UnreachableException());
        }

        var compilation = PerimeterCompiler.Compile(root, FileName, files.ReadText, files.ReadPack);
        if (compilation.Perimeter is not { } compiled)
        {
            return new LoadedPerimeter(null, null, compilation.Mistakes, compilation.Warnings);
        }

        var all = files.All();
        return new LoadedPerimeter(
            compiled.ToSnapshot(all.Hash), compiled.Options, compilation.Mistakes, compilation.Warnings)
        {
            Files = all,
            Compiled = compiled,
        };
    }

    /// <summary>Writes a first configuration with two cases for its policies. Null when it is written; a fault when
    /// there is one already, or no place for it.</summary>
    /// <param name="folder">The folder; made when it is not there.</param>
    public static Fault? Init(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var isWritten = false;
        try
        {
            Directory.CreateDirectory(folder);

            // CreateNew: two inits at once, or a link planted in the way, end in a fault and not in a lost file.
            Write(path, FirstPerimeter.Text);
            isWritten = true;
            WriteCases(Path.Combine(folder, FirstPerimeter.CasesName));
            return null;
        }
        catch (IOException) when (!isWritten && Path.Exists(path))
        {
            return new Fault("perimeter.exists", $"{path} is already there.", "Edit it, and see with: sallyport check");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Fault(
                "perimeter.unwritable",
                $"{path} cannot be written: {exception.Message}",
                "Choose another folder, or its permissions.");
        }
    }

    private static void Write(string path, string text)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    // Somebody's own cases stand.
    private static void WriteCases(string path)
    {
        if (!Path.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // it has a folder
            Write(path, FirstPerimeter.Cases);
        }
    }

    private static LoadedPerimeter Failed(Mistake mistake) => new(null, null, [mistake], []);
}
