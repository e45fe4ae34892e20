using System.Text.RegularExpressions;

namespace Sallyport.Tidy;

public sealed partial class RoomTests
{
    // What no single room promises: the official corpus, bytes that stay as they are, and hostile input to all of it.
    private static readonly string[] AcrossRooms = ["Conformance", "Golden", "Limits"];

    [Fact]
    public void A_room_uses_only_what_the_table_allows() => Repository.IsTidy(
        from half in Rooms.Halves
        from file in Repository.Under(half)
        where file.IsCode && RoomOf(half, file) is { Length: > 0 }
        let room = RoomOf(half, file)
        let reach = Rooms.Reach(room)
        from finding in file.Lines.SelectMany((line, index) => Uses(file, line)
            .Where(used => !reach.Contains(used))
            .Select(used => file.At(
                index, $"the room {room} uses {used}, which its row in the table does not allow ({Listed(reach)})")))
        select finding);

    [Fact]
    public void Every_folder_of_Core_and_Node_is_a_room_of_the_table() => Repository.IsTidy(
        from half in Rooms.Halves
        from folder in Repository.FoldersIn(half)
        where !Rooms.Names.Contains(folder, StringComparer.Ordinal)
        select $"{half}/{folder}: is no room, use one of the table or add a row with its arrows");

    [Fact]
    public void A_file_belongs_to_the_namespace_of_its_room() => Repository.IsTidy(
        from half in Rooms.Halves
        from file in Repository.Under(half)
        where file.IsCode && RoomOf(half, file) is { Length: > 0 }
        let declared = file.Lines.Select(line => Declared().Match(line))
            .FirstOrDefault(match => match.Success)?.Groups["room"].Value
        where declared != RoomOf(half, file)
        select file.At(0, $"the namespace Sallyport.{declared} is not its room's, use Sallyport.{RoomOf(half, file)}"));

    [Fact]
    public void The_range_and_the_packages_know_nothing_of_the_rooms() => Repository.IsTidy(
        from project in (string[])["Sallyport.Range", "Sallyport.Cedar", "Sallyport.Tlog"]
        from file in Repository.Under($"src/{project}")
        where file.IsCode
        from finding in file.Lines.SelectMany((line, index) => Qualified().Matches(line)
            .Select(match => match.Groups["name"].Value)
            .Where(name => Rooms.Names.Contains(name, StringComparer.Ordinal))
            .Select(name => file.At(index, $"{project} uses the room {name}: it stands alone")))
        select finding);

    [Fact]
    public void Every_room_has_a_README_of_about_ten_lines() => Repository.IsTidy(
        from project in (string[])[.. Rooms.Projects.Select(project => $"src/{project}")]
        from folder in Repository.FoldersIn(project)
        let readme = Repository.Files.FirstOrDefault(file => file.Path == $"{project}/{folder}/README.md")
        where readme is null || readme.Lines.Count is < 5 or > 20
        let wrong = readme is null ? "has no README.md" : $"README.md has {readme.Lines.Count} lines"
        select $"{project}/{folder}: {wrong}, use about ten: what it does, what it never does, where to enter");

    [Fact]
    public void A_project_references_only_what_the_architecture_allows() => Repository.IsTidy(
        from file in Repository.Under("src")
        where file.Name.EndsWith(".csproj", StringComparison.Ordinal)
        let project = file.Name[..^".csproj".Length]
        let reach = Rooms.ReferenceReach(project)
        from finding in file.Lines.SelectMany((line, index) => Reference().Matches(line)
            .Select(match => match.Groups["name"].Value)
            .Where(name => !reach.Contains(name))
            .Select(name => file.At(
                index, $"{project} references {name}, and may only reference {Listed(reach.Skip(1))}")))
        select finding);

    [Fact]
    public void Every_project_of_src_is_in_the_table_of_references() => Repository.IsTidy(
        from folder in Repository.FoldersIn("src")
        where !Rooms.Projects.Contains(folder, StringComparer.Ordinal)
        select $"src/{folder}: is no project of the architecture, use a folder in one of {Listed(Rooms.Projects)}");

    [Fact]
    public void Tests_mirror_the_rooms_of_src() => Repository.IsTidy(
        from project in Repository.FoldersIn("tests")
        where project.EndsWith(".Tests", StringComparison.Ordinal)
        let tested = $"src/{project[..^".Tests".Length]}"
        from file in Repository.Under($"tests/{project}")
        where file.Name.EndsWith("Tests.cs", StringComparison.Ordinal)
        let rest = file.Path[$"tests/{project}/".Length..]
        let folder = rest.Contains('/', StringComparison.Ordinal)
            ? rest[..rest.IndexOf('/', StringComparison.Ordinal)]
            : ""
        where !AcrossRooms.Contains(folder, StringComparer.Ordinal)
        where folder.Length == 0
            ? Rooms.Halves.Contains(tested, StringComparer.Ordinal)
            : !Repository.FoldersIn(tested).Contains(folder, StringComparer.Ordinal)
        select file.At(0, $"tests no room of {tested}, use a folder with the room's name"));

    // The table judges the code, so a mistake in the table would judge nothing: these are known arrows.
    [Theory]
    [InlineData("Console", "Identity", true)]
    [InlineData("Http", "Flow", true)]
    [InlineData("Freeze", "Flow", true)]
    [InlineData("Identity", "Flow", false)]
    [InlineData("Ledger", "Freeze", false)]
    [InlineData("Perimeter", "Console", false)]
    [InlineData("Egress", "Http", false)]
    public void The_arrows_of_the_table_lead_one_way(string from, string to, bool allowed) =>
        Assert.Equal(allowed, Rooms.Reach(from).Contains(to));

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("nothing"));

    private static string RoomOf(string half, TextFile file)
    {
        var rest = file.Path[(half.Length + 1)..];
        return rest.Contains('/', StringComparison.Ordinal) ? rest[..rest.IndexOf('/', StringComparison.Ordinal)] : "";
    }

    // `using Sallyport.X`, `Sallyport.X.Type`, and `X.Type` from inside the namespace Sallyport (that form only
    // where X cannot be a member).
    private static IEnumerable<string> Uses(TextFile file, string line)
    {
        var code = Comment().Replace(line, "");
        return Declared().IsMatch(code) ? [] : Qualified().Matches(code).Concat(Relative().Matches(code))
            .Select(match => match.Groups["name"].Value)
            .Where(name => Rooms.Names.Contains(name, StringComparer.Ordinal) && !IsMember(file, name))
            .Distinct(StringComparer.Ordinal);
    }

    private static bool IsMember(TextFile file, string name) =>
        !file.Lines.Any(line => line.Contains($"Sallyport.{name}", StringComparison.Ordinal))
        && file.Lines.Any(line =>
            Regex.IsMatch(line, $@"\b{name}\s*(\{{|=|\(|,|;|\))", RegexOptions.None, TimeSpan.FromSeconds(1)));

    [GeneratedRegex(@"^\s*namespace\s+Sallyport\.(?<room>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Declared();

    [GeneratedRegex(@"\bSallyport\.(?<name>[A-Z]\w+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Qualified();

    [GeneratedRegex(@"(^|[^.\w""])(?<name>[A-Z]\w+)\.[A-Z]",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Relative();

    [GeneratedRegex(@"//.*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Comment();

    [GeneratedRegex(@"<ProjectReference[^>]*[/\\](?<name>[\w.]+)\.csproj",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
