namespace Sallyport.Flow.Tests;

public sealed class InstructionFilesTests
{
    [Theory]
    [InlineData("/srv/ada/shop/CLAUDE.md", "claude-code", InstructionKind.Instructions)]
    [InlineData("CLAUDE.md", "claude-code", InstructionKind.Instructions)]
    [InlineData("/a/.claude/hooks/deep/run.sh", "claude-code", InstructionKind.Hooks)]
    [InlineData("/srv/ada/.claude/projects/shop/memory/today.md", "claude-code", InstructionKind.Memory)]
    [InlineData("/a/.mcp.json", "claude-code", InstructionKind.Tools)]
    [InlineData("/a/AGENTS.md", "codex", InstructionKind.Instructions)]
    [InlineData("/srv/ada/.codex/config.toml", "codex", InstructionKind.Tools)]
    [InlineData("/a/.cursor/rules/x.mdc", "cursor", InstructionKind.Instructions)]
    [InlineData("/a/GEMINI.md", "gemini", InstructionKind.Instructions)]
    [InlineData("/a/SOUL.md", "openclaw", InstructionKind.Instructions)]
    [InlineData("/a/MEMORY.md", "openclaw", InstructionKind.Memory)]
    [InlineData("/a/memory/2026-01-31.md", "openclaw", InstructionKind.Memory)]
    [InlineData("/a/.github/copilot-instructions.md", "copilot", InstructionKind.Instructions)]
    [InlineData("/a/.git/hooks/pre-commit", "generic", InstructionKind.Hooks)]
    [InlineData("/srv/ada/.bashrc", "generic", InstructionKind.Hooks)]
    public void A_file_is_known_with_its_program(string path, string program, InstructionKind kind)
    {
        var file = InstructionFiles.Find(path);
        Assert.NotNull(file);
        Assert.Equal((program, kind), (file.Program, file.Kind));
    }

    [Theory]
    [InlineData("/a/README.md")]
    [InlineData("/a/CLAUDE.md.bak")]
    [InlineData("/a/CLAUDE.md/notes.txt")]
    [InlineData("/a/myCLAUDE.md")]
    [InlineData("/a/CLAUDE_md")]
    [InlineData("/a/CLAUDE.md/..")]
    [InlineData("/a/.claude/hooks")]
    [InlineData("/a/.claude/hooks/..")]
    [InlineData("/a/.claude/hooks/../x")]
    [InlineData("/a/.claude/settings.json/x")]
    [InlineData("/a/claude/hooks/x")]
    [InlineData("/a/memory/deep/x.md")]
    [InlineData("/a/memory.md.txt")]
    [InlineData("/a/.git/objects/00/1")]
    [InlineData("/a/\u0421LAUDE.md")] // a Cyrillic letter is another letter to every file system
    [InlineData("")]
    [InlineData("/")]
    [InlineData("../..")]
    public void Elsewhere_a_run_may_write(string path) => Assert.Null(InstructionFiles.Find(path));

    // What some file system takes for the same name.
    [Theory]
    [InlineData("/a/claude.MD")]
    [InlineData("/a/.Claude/Settings.JSON")]
    [InlineData("/a/./b/../CLAUDE.md")]
    [InlineData("/a/x/../.claude/y/../settings.json")]
    [InlineData("/a//.claude//settings.json")]
    [InlineData("../../../CLAUDE.md")]
    [InlineData("/a/CLAUDE.md/")]
    [InlineData("/a/CLAUDE.md.")]
    [InlineData("/a/CLAUDE.md . .")]
    [InlineData("/a/.claude. /settings.json ")]
    [InlineData("/a/CLAUDE.md::$DATA")]
    [InlineData("C:\\a\\CLAUDE.md")]
    [InlineData("/a/.claude\\settings.json")]
    [InlineData("/a/CLA\u200CUDE.md")] // dropped by HFS+
    [InlineData("/a/.\u200Dclaude/settings.json")]
    [InlineData("/a/\uFEFFCLAUDE.md")]
    [InlineData("/a/.claude/\u017Fettings.json")] // long s
    [InlineData("/a/.clau\uFF44e/settings.json")] // fullwidth d
    [InlineData("/a/CLAUDE\uFF0Emd")] // fullwidth full stop
    [InlineData("/a/.cla\u1D58de/settings.json")] // modifier letter u
    public void A_name_that_a_file_system_takes_for_the_same_is_the_same(string path) =>
        Assert.Equal("claude-code", InstructionFiles.Find(path)?.Program);

    [Fact]
    public void The_Kelvin_sign_and_ligatures_are_what_they_are_folded_to()
    {
        Assert.NotNull(InstructionFiles.Find("/a/.hus\u212Ay/pre-push"));
        Assert.NotNull(InstructionFiles.Find("/a/.codex/con\uFB01g.toml"));
    }

    // Composed or not: the folder above is the same place.
    [Theory]
    [InlineData("/srv/Zo\u00EB/shop/CLAUDE.md", "/srv/Zoe\u0308/SHOP/claude.md")]
    [InlineData("/srv/ada/a b/CLAUDE.md", "/srv/ada/x/../a b//CLAUDE.md.")]
    [InlineData("/srv/ada/\uFF21/CLAUDE.md", "/srv/ada/a/claude.md")]
    public void A_place_has_one_form(string one, string other) =>
        Assert.Equal(InstructionFiles.PlaceOf(one), InstructionFiles.PlaceOf(other));

    [Theory]
    [InlineData("/srv/ada/shop/CLAUDE.md", "/srv/ada/shop/claude.md")]
    [InlineData("/", "/")]
    [InlineData("/a\nb/CLAUDE.md", "/a_b/claude.md")]
    [InlineData("/\uFF0E\uFF0E/CLAUDE.md", "/_/claude.md")]
    [InlineData("/.../CLAUDE.md", "/_/claude.md")]
    [InlineData("/\u200C/CLAUDE.md", "/_/claude.md")]
    public void The_form_of_a_place_can_be_typed_and_is_its_own(string path, string place)
    {
        Assert.Equal(place, InstructionFiles.PlaceOf(path));
        Assert.Equal(place, InstructionFiles.PlaceOf(place));
    }

    [Fact]
    public void A_path_that_is_too_long_stands_for_the_folder_above()
    {
        var folder = $"/{new string('a', 200)}";
        var path = string.Concat(Enumerable.Repeat(folder, 6)) + "/CLAUDE.md";
        var place = InstructionFiles.PlaceOf(path);
        Assert.Equal(string.Concat(Enumerable.Repeat(folder, 5)), place);
        Assert.True(PlaceMap.Overlap(place, InstructionFiles.PlaceOf(path + "/..")));
        Assert.Equal("/", InstructionFiles.PlaceOf($"/{new string('b', 2_000)}/CLAUDE.md"));
    }

    [Fact]
    public void Every_pattern_names_a_file_of_its_program()
    {
        Assert.All(InstructionFiles.All, file =>
        {
            var path = "/a/" + file.Pattern.Replace("**", "x/y", StringComparison.Ordinal)
                .Replace("*", "z", StringComparison.Ordinal);
            Assert.Equal(file.Program, InstructionFiles.Find(path)?.Program);
        });
        Assert.Equal(
            InstructionFiles.All.Length,
            InstructionFiles.All.DistinctBy(file => file.Pattern, StringComparer.Ordinal).Count());
    }

    // The table for people is the list of the program.
    [Fact]
    public void The_documentation_lists_each_of_them()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sallyport.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not in the repository");
        }

        var lines = File.ReadAllLines(Path.Combine(folder, "docs", "reference", "instruction-files.md"));
        Assert.All(InstructionFiles.All, file => Assert.Contains(
            lines, line => line.StartsWith($"| {file.Program} | {$"{file.Kind}".ToLowerInvariant()} |",
                    StringComparison.Ordinal)
                && line.Contains($"`{file.Pattern}`", StringComparison.Ordinal)));
    }
}
