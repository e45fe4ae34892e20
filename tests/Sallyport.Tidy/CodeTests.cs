using System.Text.RegularExpressions;

namespace Sallyport.Tidy;

/// <summary>docs/reference/codes.md is complete: who sees a code can look it up, and what can be looked up
/// exists.</summary>
public sealed partial class CodeTests
{
    // Files and hosts that look like codes.
    private static readonly string[] NoCodes = ["freeze.json", "run.app"];

    private static readonly string[] Sources = ["src/Sallyport", "src/Sallyport.Node", "src/Sallyport.Core"];

    private static TextFile Page { get; } = Repository.Files.Single(file => file.Path == "docs/reference/codes.md");

    private static HashSet<string> Documented { get; } =
        [.. Page.Lines.SelectMany(line => InPage().Matches(line)).Select(match => match.Groups["code"].Value)];

    [Fact]
    public void Every_code_of_the_program_is_in_the_page_of_codes()
    {
        var families = Documented.Select(Family).ToHashSet(StringComparer.Ordinal);
        Repository.IsTidy(
            from file in Sources.SelectMany(Repository.Under)
            where file.IsCode
            from finding in file.Lines.SelectMany((line, index) => Codes(line, families)
                .Where(code => !Documented.Contains(code))
                .Select(code => file.At(index, $"the code {code} is not in {Page.Path}, add it to its table")))
            select finding);
    }

    [Fact]
    public void Every_code_in_the_page_is_one_of_the_program()
    {
        var families = Documented.Select(Family).ToHashSet(StringComparer.Ordinal);
        var known = Sources.SelectMany(Repository.Under).Where(file => file.IsCode)
            .SelectMany(file => file.Lines).SelectMany(line => Codes(line, families)).ToHashSet(StringComparer.Ordinal);
        var composed = Sources.SelectMany(Repository.Under).Where(file => file.IsCode)
            .SelectMany(file => file.Lines).SelectMany(line => Composed().Matches(line))
            .Select(match => match.Groups["end"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.True(known.Count > 50, $"only {known.Count} codes were found in the sources");
        Repository.IsTidy(
            from code in Documented
            where !known.Contains(code) && !composed.Contains(code[code.IndexOf('.', StringComparison.Ordinal)..])
            select $"{Page.Path}: nothing in the program says {code}, use its new name or take it out");
    }

    // A literal of a documented family, or the first word of a fault whatever its family.
    private static IEnumerable<string> Codes(string line, HashSet<string> families) => Literal().Matches(line)
        .Where(match => families.Contains(Family(match.Groups["code"].Value)) || match.Groups["fault"].Success)
        .Select(match => match.Groups["code"].Value)
        .Where(code => !NoCodes.Contains(code, StringComparer.Ordinal));

    private static string Family(string code) => code[..code.IndexOf('.', StringComparison.Ordinal)];

    [GeneratedRegex(@"(?<fault>new Fault\()?""(?<code>[a-z]+\.[a-z][a-z-]*)""", RegexOptions.None, 1000)]
    private static partial Regex Literal();

    // The end of a code whose family is a value: $"{bounds.Area}.too-deep".
    [GeneratedRegex(@"\$""\{[A-Za-z.]+\}(?<end>\.[a-z][a-z-]*)""", RegexOptions.None, 1000)]
    private static partial Regex Composed();

    [GeneratedRegex("`(?<code>[a-z]+\\.[a-z][a-z-]*)`", RegexOptions.None, 1000)]
    private static partial Regex InPage();
}
