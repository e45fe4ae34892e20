using System.Collections.Immutable;
using Sallyport.Decisions;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Perimeter;

/// <summary>What the case files of a perimeter hold.</summary>
/// <param name="Files">How many files were read.</param>
/// <param name="Cases">Every case, in the order of files and places.</param>
/// <param name="Mistakes">Every mistake; with one of them no case should be run.</param>
/// <param name="Warnings">What is legal and probably not meant.</param>
public sealed record LoadedCases(
    int Files, ImmutableArray<PolicyCase> Cases, ImmutableArray<Mistake> Mistakes, ImmutableArray<Mistake> Warnings);

/// <summary>Cases beside the policies, as files.</summary>
public static class CaseFiles
{
    /// <summary>How their names end.</summary>
    public const string Extension = ".test.yaml";

    /// <summary>Reads cases.</summary>
    /// <param name="folder">The perimeter folder.</param>
    /// <param name="files">Which files; none for every one in the folder, at any depth.</param>
    /// <param name="snapshot">The rules that the cases are about.</param>
    public static LoadedCases Load(string folder, IReadOnlyList<string> files, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(files);
        var found = files.Count > 0 ? files : Find(folder);
        var read = new FolderFiles(files.Count > 0 ? "" : folder);
        var cases = ImmutableArray.CreateBuilder<PolicyCase>();
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        var warnings = ImmutableArray.CreateBuilder<Mistake>();
        foreach (var file in found)
        {
            if (!read.TryRead(file, YamlReader.BytesMax, out var bytes, out var fault))
            {
                mistakes.Add(new Mistake(file, new Position(1, 1), fault.Detail.TrimEnd('.'), fault.Mend));
                continue;
            }

            var (root, mistake) = YamlReader.Read(bytes, file);
            if (root is null)
            {
                mistakes.Add(mistake ?? throw new System.Diagnostics.UnreachableException());
                continue;
            }

            var (own, wrong, odd) = CaseReader.Read(root, file, snapshot);
            cases.AddRange(own);
            mistakes.AddRange(wrong);
            warnings.AddRange(odd);
        }

        return new LoadedCases(found.Count, cases.ToImmutable(), mistakes.ToImmutable(), warnings.ToImmutable());
    }

    private static List<string> Find(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, $"*{Extension}", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal),
    ];
}
