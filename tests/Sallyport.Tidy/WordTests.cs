using System.Text.RegularExpressions;

namespace Sallyport.Tidy;

/// <summary>What is banned, each with what to use instead.</summary>
public sealed partial class WordTests
{
    private const string Tidy = "tests/Sallyport.Tidy/";

    private static readonly (string Suffix, string Use)[] Suffixes =
    [
        ("Manager", "what it does: a switch, a store, a registry"),
        ("Helper", "a method of the type that it helps"),
        ("Helpers", "methods of the types that they help"),
        ("Util", "a method of the type that it is for"),
        ("Utils", "methods of the types that they are for"),
        ("Service", "the word of the domain"),
        ("Processor", "the verb: reader, sweep, relay"),
        ("Data", "what the data is"),
        ("Info", "what is known: state, view, facts"),
    ];

    private static readonly (string Word, string Use)[] Words =
    [
        ("whitelist", "allow-list"),
        ("blacklist", "deny-list"),
        ("sanity check", "check"),
        ("sanitise", "make inert"),
        ("sanitize", "make inert"),
        ("utilise", "use"),
        ("utilize", "use"),
        ("leverage", "use"),
        ("seamless", "what happens"),
        ("obviously", "nothing: if it were, it would not be said"),
        ("simply", "nothing"),
        ("async void", "async Task"),
        // A bench waits for machines to go quiet on a thread of its own: there alone it may.
        ("Thread.Sleep", "await Task.Delay with a TimeProvider and a token"),
        (".GetAwaiter().GetResult()", "await"),
        ("#region", "two files"),
        ("Environment.TickCount", "TimeProvider.GetTimestamp"),
        ("GC.Collect", "less garbage"),
        ("DateTime.Parse", "DateTimeOffset.TryParse with the invariant culture"),
        ("lock (this)", "a private Lock"),
        ("Regex(\"", "a generated regex"),
        ("FIXME", "an issue, or the mend"),
        ("HACK", "a sentence that says why"),
        ("XXX", "a sentence that says what is open"),
    ];

    // In parts, so that this file is clean by its own rules.
    private static readonly (string Text, string Use)[] Places =
    [
        ("/wo" + "rk/", "a path from the repository's root"),
        ("/ho" + "me/", "a path from the repository's root"),
        ("/ro" + "ot/", "a path from the repository's root"),
        ("/Us" + "ers/", "a path from the repository's root"),
        ("C:\\Us" + "ers", "a path from the repository's root"),
        ("nuget" + ".org", "the package's name: everybody has a source of their own"),
        ("pkgs.dev" + ".azure", "the package's name: everybody has a source of their own"),
        ("art" + "ifactory", "the package's name: everybody has a source of their own"),
        ("jfr" + "og", "the package's name: everybody has a source of their own"),
        ("npm" + "js.org", "the package's name: everybody has a source of their own"),
        ("python" + "hosted.org", "the package's name: everybody has a source of their own"),
        ("nuget" + ".config", "nothing: a user's own package source must work"),
    ];

    [Fact]
    public void No_type_is_named_for_what_every_type_is() => Repository.IsTidy(
        from file in Repository.Code
        from finding in file.Lines.SelectMany((line, index) =>
            from match in TypeName().Matches(line)
            let name = match.Groups["name"].Value
            from banned in Suffixes
            where name.EndsWith(banned.Suffix, StringComparison.Ordinal)
            select file.At(index, $"{name}: the suffix {banned.Suffix} is banned, use {banned.Use}"))
        select finding);

    [Fact]
    public void No_banned_word_is_used() => Repository.IsTidy(
        from file in Repository.Code
        where !file.Path.StartsWith(Tidy, StringComparison.Ordinal)
        from finding in file.Lines.SelectMany((line, index) =>
            from banned in Words
            where line.Contains(banned.Word, StringComparison.Ordinal)
            where !(banned.Word == "Thread.Sleep" && file.Path.StartsWith("benches/", StringComparison.Ordinal))
            select file.At(index, $"\"{banned.Word}\" is banned, use {banned.Use}"))
        select finding);

    [Fact]
    public void No_tracked_file_names_a_machine_or_a_package_source() => Repository.IsTidy(
        from file in Repository.Files
        from finding in file.Lines.SelectMany((line, index) =>
            from banned in Places
            where line.Contains(banned.Text, StringComparison.OrdinalIgnoreCase)
            select file.At(index, $"\"{banned.Text}\" is banned, use {banned.Use}"))
        select finding);

    [Fact]
    public void Every_TODO_names_its_issue() => Repository.IsTidy(
        from file in Repository.Files
        where file.IsCode || file.Folder.Length == 0 && !file.Name.Contains('.', StringComparison.Ordinal)
        where !file.Path.StartsWith(Tidy, StringComparison.Ordinal)
        from finding in file.Lines.SelectMany((line, index) =>
            from todo in Todo().Matches(line)
            where !todo.Groups["issue"].Success
            select file.At(index, "a TODO without an issue is banned, use TODO(#12)"))
        select finding);

    [Fact]
    public void Everything_is_caught_only_at_an_edge() => Repository.IsTidy(
        from file in Repository.Under("src")
        where file.IsCode
        from finding in file.Lines.SelectMany((line, index) =>
            CatchAll().IsMatch(line) && !Edges.Contains(file.Path, StringComparer.Ordinal)
                ? [file.At(index, "catch (Exception) is banned, use the exceptions that are expected (\"when\")")]
                : Array.Empty<string>())
        select finding);

    // Where a bug becomes words, a closed connection or an exit code.
    private static readonly string[] Edges =
    [
        "src/Sallyport/Verbs/Edge.cs", "src/Sallyport.Range/Program.cs", "src/Sallyport.Node/Http/GateApplication.cs",
    ];

    [GeneratedRegex(@"\b(class|struct|interface|enum|record|record struct|record class) (?<name>[A-Z]\w*)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\bTODO\b(?<issue> ?\(?#[0-9]+)?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Todo();

    [GeneratedRegex(@"^\s*catch \(Exception( \w+)?\)\s*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CatchAll();
}
