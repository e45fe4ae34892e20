using System.Text.RegularExpressions;

namespace Sallyport.Tidy;

public sealed partial class PackageTests
{
    [Fact]
    public void Every_package_has_a_decision_note_that_names_it()
    {
        var notes = Repository.Under("docs/decisions").SelectMany(file => file.Lines).ToList();
        Repository.IsTidy(
            from file in Repository.Files
            where file.Path == "Directory.Packages.props"
            from finding in file.Lines.SelectMany((line, index) =>
                from package in Package().Matches(line)
                let name = package.Groups["name"].Value
                where !notes.Exists(note => note.Contains(name, StringComparison.Ordinal))
                select file.At(
                    index, $"{name} has no note in docs/decisions, use one: what it saves, its licence, how to leave"))
            select finding);
    }

    [Fact]
    public void A_project_file_names_no_version_of_its_own() => Repository.IsTidy(
        from file in Repository.Files
        where file.Name.EndsWith(".csproj", StringComparison.Ordinal)
        from finding in file.Lines.SelectMany((line, index) => OwnVersion().IsMatch(line)
            ? [file.At(index, "a version in a project file is banned, use Directory.Packages.props")]
            : Array.Empty<string>())
        select finding);

    [Fact]
    public void Core_and_the_packages_use_no_package() => Repository.IsTidy(
        from project in (string[])["Sallyport.Core", "Sallyport.Cedar", "Sallyport.Tlog"]
        from file in Repository.Under($"src/{project}")
        where file.Name.EndsWith(".csproj", StringComparison.Ordinal)
        from finding in file.Lines.SelectMany((line, index) =>
            line.Contains("<PackageReference", StringComparison.Ordinal)
            ? [file.At(index, "a package is banned here, use the base class library")]
            : Array.Empty<string>())
        select finding);

    [Fact]
    public void Every_project_has_a_lock_file() => Repository.IsTidy(
        from file in Repository.Files
        where file.Name.EndsWith(".csproj", StringComparison.Ordinal)
        where !Repository.Files.Any(other => other.Path == $"{file.Folder}/packages.lock.json")
        select file.At(0, "has no packages.lock.json, use dotnet restore and commit what it writes"));

    [Theory]
    [InlineData("README.md")]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("SECURITY.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("LICENSE")]
    public void The_house_has_its_papers(string name) =>
        Assert.Contains(Repository.Files, file => file.Path == name && file.Lines.Count > 3);

    [GeneratedRegex("<PackageVersion Include=\"(?<name>[^\"]+)\"",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Package();

    [GeneratedRegex("<PackageReference[^>]*Version=", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OwnVersion();
}
