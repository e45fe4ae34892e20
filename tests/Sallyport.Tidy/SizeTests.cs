using System.Globalization;

namespace Sallyport.Tidy;

public sealed class SizeTests
{
    private const int FileLinesMax = 400;
    private const int LineMax = 120;
    private const int FolderFilesMax = 20;
    private const string KnownName = "tests/Sallyport.Tidy/LongLines.txt";

    [Fact]
    public void No_code_file_has_more_than_400_lines() => Repository.IsTidy(
        from file in Repository.Code
        where file.Lines.Count > FileLinesMax
        select file.At(FileLinesMax,
            $"{file.Lines.Count} lines are too many to hold in mind, use two files with one idea each"));

    [Fact]
    public void No_folder_has_more_than_20_code_files() => Repository.IsTidy(
        from folder in Repository.Code.GroupBy(file => file.Folder, StringComparer.Ordinal)
        where folder.Count() > FolderFilesMax
        select $"{folder.Key}: {folder.Count()} files are two rooms, use sub-folders");

    /// <summary>
    /// Files that were longer before this was tested are listed with their number of long lines, which may only
    /// fall: to lower
    /// the numbers after mending some, run once with <c>SALLYPORT_ACCEPT=1</c>.
    /// </summary>
    [Fact]
    public void No_line_is_longer_than_120_characters()
    {
        var known = Known();
        var now = Repository.Code.Select(file => (file, Count: file.Lines.Count(IsLong)))
            .Where(counted => counted.Count > 0).ToList();
        if (Environment.GetEnvironmentVariable("SALLYPORT_ACCEPT") == "1")
        {
            var lowered = now.Where(counted => known.Count == 0 || known.ContainsKey(counted.file.Path))
                .Select(counted => (counted.file.Path, Count: known.Count == 0 ? counted.Count
                    : Math.Min(counted.Count, known[counted.file.Path])))
                .OrderBy(line => line.Path, StringComparer.Ordinal)
                .Select(line => $"{line.Count.ToString(CultureInfo.InvariantCulture)} {line.Path}");
            File.WriteAllLines(Path.Combine(Repository.Root, KnownName), lowered);
            known = Known();
        }

        Repository.IsTidy(
            from counted in now
            where counted.Count > known.GetValueOrDefault(counted.file.Path)
            from finding in counted.file.Lines.Select((line, index) => (line, index)).Where(at => IsLong(at.line))
            select counted.file.At(finding.index,
                $"{finding.line.Length} characters, use a line break before the {LineMax}th"));
    }

    private static bool IsLong(string line) => line.Length > LineMax;

    private static Dictionary<string, int> Known()
    {
        var path = Path.Combine(Repository.Root, KnownName);
        return File.Exists(path)
            ? File.ReadLines(path).Select(line => line.Split(' ', 2))
                .ToDictionary(pair => pair[1], pair => int.Parse(pair[0], CultureInfo.InvariantCulture),
                    StringComparer.Ordinal)
            : new Dictionary<string, int>(StringComparer.Ordinal);
    }
}
