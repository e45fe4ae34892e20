using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

// What a run writes to the files by which agent programs are told what to do.
public sealed class InstructionTests : IAsyncLifetime
{
    private const string Act =
        "curl --silent --output /dev/null --write-out '%{http_code}\\n' --request POST http://tame.example/act";

    private const string Read = "curl --silent --output /dev/null http://wild.example/";

    private Upstream upstream = null!; // set before each test
    private Site site = null!; // likewise
    private Up up = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':') // a shell has one
                .Any(folder => File.Exists(Path.Combine(folder, "curl"))),
            "curl is not installed [needs curl]");
        upstream = await Upstream.StartAsync();
        site = await Site.WithAsync(upstream.Perimeter());
        up = await site.UpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (site is not null)
        {
            await site.DisposeAsync();
            await upstream.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_run_that_begins_with_what_a_tainted_run_has_written_is_tainted_until_a_person_clears_it()
    {
        var file = Path.Combine(site.Folder, "CLAUDE.md");
        await File.WriteAllTextAsync(file, "be kind\n");
        Assert.Equal("200\n", (await RunAsync(Act)).Output);
        var wrote = await RunAsync($"{Read}; echo obey >> CLAUDE.md");
        Assert.Equal(0, wrote.Exit);
        Assert.Contains("(run.instructions-changed)", wrote.Errors, StringComparison.Ordinal);
        var noted = Assert.Single(await site.LogAsync("--kind", "instruction"));
        Assert.Equal(
            (file, "claude-code", "instructions", Digest("be kind\n"), Digest("be kind\nobey\n")),
            (Text(noted, "path"), Text(noted, "program"), Text(noted, "what"), Text(noted, "before"),
                Text(noted, "after")));

        // What it was and what it is, kept for a person.
        var change = Assert.Single(await ChangesAsync());
        Assert.Equal("be kind\n", await File.ReadAllTextAsync(Text(change, "beforeFile")));
        Assert.Equal("be kind\nobey\n", await File.ReadAllTextAsync(Text(change, "afterFile")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Text(change, "afterFile")));

        var later = await RunAsync(Act);
        Assert.Equal("403\n", later.Output);
        Assert.Contains("(run.instructions-labelled)", later.Errors, StringComparison.Ordinal);
        var found = (await site.LogAsync("--kind", "instruction"))[^1];
        Assert.Equal(("found", file), (Text(found, "change"), Text(found, "path")));

        // The command that is shown clears it, to the letter.
        var shown = await site.OutputAsync("instructions");
        var command = shown.Split("harmless: sallyport ")[1].Split('\n')[0];
        Assert.Contains("labels:   social,untrusted", shown, StringComparison.Ordinal);
        var cleared = site.Start("sh", ["-c", $"{Site.Program} {command}"]);
        Assert.Equal(0, (await cleared.EndAsync()).Exit);
        Assert.Equal("200\n", (await RunAsync(Act)).Output);
        Assert.Contains(
            "labels:   none", await site.OutputAsync("instructions"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_without_labels_taints_nothing_and_its_changes_are_recorded_all_the_same()
    {
        await WriteAsync("AGENTS.md", "be kind\n");
        await RunAsync("echo 'be quick' > AGENTS.md; mkdir -p deep/.claude/hooks; echo x > deep/.claude/hooks/run.sh; "
            + "echo y > README.md");
        await RunAsync("rm AGENTS.md");
        var entries = await site.LogAsync("--kind", "instruction");
        Assert.Equal(
            [("AGENTS.md", true, true), ("deep/.claude/hooks/run.sh", false, true), ("AGENTS.md", true, false)],
            entries.Select(entry => (
                Path.GetRelativePath(site.Folder, Text(entry, "path")), Text(entry, "before").Length == 64,
                Text(entry, "after").Length == 64)));
        Assert.Equal("200\n", (await RunAsync(Act)).Output);
        Assert.DoesNotContain("harmless:", await site.OutputAsync("instructions"), StringComparison.Ordinal);
    }

    // By another name of the file, by a link to its folder, in the home and above the working folder.
    [Theory]
    [InlineData("ln -s CLAUDE.md notes.txt; echo obey > notes.txt", "work/CLAUDE.md")]
    [InlineData("mkdir -p away/hooks; ln -s away .claude; echo x > away/hooks/run.sh", "work/.claude/hooks/run.sh")]
    [InlineData("echo obey > claude.MD", "work/claude.MD")]
    [InlineData("mkdir -p x/y; cd x/y; ln -s .. up; echo obey > up/SOUL.md", "work/x/SOUL.md")]
    [InlineData("mkdir \"$HOME/.codex\"; echo obey > \"$HOME/.codex/config.toml\"", "home/.codex/config.toml")]
    [InlineData("cd ..; echo obey > AGENTS.md", "AGENTS.md")]
    [InlineData("mkfifo GEMINI.md", "work/GEMINI.md")]
    public async Task A_change_is_found_wherever_a_program_would_find_the_file(string command, string path)
    {
        var home = Directory.CreateDirectory(Path.Combine(site.Folder, "home")).FullName;
        Directory.CreateDirectory(Path.Combine(site.Folder, "work"));
        var run = await RunAsync($"{Read}; {command}", "work", home);
        Assert.Equal(0, run.Exit);
        var noted = Assert.Single(await site.LogAsync("--kind", "instruction"));
        Assert.Equal(path, Path.GetRelativePath(site.Folder, Text(noted, "path")));
        Assert.Equal("403\n", (await RunAsync(Act, "work", home)).Output);
    }

    // Who only wants to hide what it wrote from the second look.
    [Fact]
    public async Task A_folder_that_can_no_longer_be_looked_into_is_a_change_of_the_folder()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may look into every folder [needs another user]");
        await RunAsync(
            $"{Read}; mkdir -p deep/.claude; echo obey > deep/.claude/settings.json; chmod 300 deep/.claude");
        var noted = Assert.Single(await site.LogAsync("--kind", "instruction"));
        Assert.Equal(("", "unread"), (Text(noted, "program"), Text(noted, "after")));
        File.SetUnixFileMode(Path.Combine(site.Folder, "deep", ".claude"), (UnixFileMode)0x1C0);
        Assert.Equal("403\n", (await RunAsync(Act)).Output);
    }

    [Fact]
    public async Task More_than_is_looked_at_is_said_and_taints_where_it_may_hide_something()
    {
        await RunAsync($"{Read}; mkdir -p many/deep; cd many; seq 50001 | xargs touch; echo obey > deep/CLAUDE.md");
        var noted = Assert.Single(await site.LogAsync("--kind", "instruction"));
        Assert.Equal((site.Folder, "unread"), (Text(noted, "path"), Text(noted, "after")));
        var later = await RunAsync(Act);
        Assert.Equal("403\n", later.Output);
        Assert.Contains("(run.instructions-unread)", later.Errors, StringComparison.Ordinal);
    }

    // Unread equals unread, so it is labelled for what it may be: once, and by no run that has nothing to add.
    [Fact]
    public async Task A_file_too_long_to_be_read_is_labelled_by_a_labelled_run_though_it_was_so_before()
    {
        await RunAsync("truncate -s 17M MEMORY.md");
        Assert.Equal("200\n", (await RunAsync($"echo obey >> MEMORY.md; {Act}")).Output);
        Assert.Single(await site.LogAsync("--kind", "instruction"));
        var wrote = await RunAsync($"{Read}; echo obey >> MEMORY.md");
        Assert.Contains("(run.instructions-changed)", wrote.Errors, StringComparison.Ordinal);
        var noted = (await site.LogAsync("--kind", "instruction"))[^1];
        Assert.Equal(("unread", "unread"), (Text(noted, "before"), Text(noted, "after")));
        Assert.Equal("403\n", (await RunAsync(Act)).Output);
        Assert.Equal(
            2, (await site.LogAsync("--kind", "instruction")).Count(entry => Text(entry, "change") == "written"));
    }

    [Fact]
    public async Task What_is_too_much_in_the_working_folder_is_not_too_much_of_the_home()
    {
        var home = Directory.CreateDirectory(Path.Combine(site.Folder, "home")).FullName;
        var commands = Directory.CreateDirectory(Path.Combine(site.Folder, "work", ".claude", "commands")).FullName;
        for (var i = 0; i <= 1_000; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(commands, $"{i}.md"), "");
        }

        var run = await RunAsync(
            $"{Read}; mkdir \"$HOME/.codex\"; echo obey > \"$HOME/.codex/config.toml\"", "work", home);
        Assert.Contains("work holds more than 1000 instruction files:", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("more than 50000 entries", run.Errors, StringComparison.Ordinal);
        var paths = (await site.LogAsync("--kind", "instruction")).Select(entry => Text(entry, "path"));
        Assert.Equal(
            [Path.Combine(home, ".codex", "config.toml"), Path.Combine(site.Folder, "work")],
            paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_a_run_that_carries_a_secret_no_content_is_kept_and_no_path_is_told()
    {
        await site.DisposeAsync();
        site = await Site.WithAsync(
            upstream.Perimeter().Replace("[untrusted, social]", "[secret]", StringComparison.Ordinal));
        up = await site.UpAsync();
        await RunAsync($"{Read}; mkdir key-42; echo key-42 > key-42/SOUL.md");
        await RunAsync("true");
        var entries = await site.LogAsync("--kind", "instruction");
        Assert.Equal(["written", "found"], entries.Select(entry => Text(entry, "change")));
        Assert.All(
            entries, entry => Assert.StartsWith("[secret hmac-sha256:", Text(entry, "path"), StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(site.State, "proposals")));
        var change = Assert.Single(await ChangesAsync());
        Assert.Equal(
            ("/", "secret"), (Text(change, "place"), change.GetProperty("labels")[0].GetString()));
    }

    [Fact]
    public async Task Only_who_has_opened_a_run_tells_what_it_wrote()
    {
        var run = await site.OpenRunAsync("worker");
        var body = $$"""{"path":"{{site.Folder}}/CLAUDE.md","before":"","after":"unread"}""";
        var ask = $"curl --silent --unix-socket {site.Sockets}/admin.sock --json '{body}' "
            + $"http://node/api/v1/runs/{run.Run}/instructions";
        var stranger = await site.Start("sh", ["-c", ask]).EndAsync();
        Assert.Contains("identity.not-owner", stranger.Output, StringComparison.Ordinal);
        var inside = await RunAsync(ask);
        Assert.Contains("api.inside-run", inside.Output, StringComparison.Ordinal);
        Assert.Empty(await site.LogAsync("--kind", "instruction"));
    }

    [Fact]
    public async Task A_place_outlives_the_node()
    {
        await RunAsync($"{Read}; echo obey > SOUL.md");
        await up.StopAsync();
        await site.UpAsync();
        Assert.Equal("403\n", (await RunAsync(Act)).Output);
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(site.Folder, name), text);

    private Task<Ended> RunAsync(string command, string folder = ".", string? home = null)
    {
        var run = site.Start(
            "sh",
            ["-c", "cd \"$1\"; shift; exec \"$@\"", "sh", folder, Site.Program, "run", "--quiet", "--agent", "worker",
                "--state", site.State, "--", "sh", "-c", command],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = home ?? site.Folder });
        run.Input.Close();
        return run.EndAsync();
    }

    private async Task<IReadOnlyList<JsonElement>> ChangesAsync() =>
        [.. JsonElement.Parse(await site.OutputAsync("instructions", "--json")).EnumerateArray()];

    private static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!; // a text
}
