using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

public sealed class InitAndCheckTests
{
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task Init_writes_a_perimeter_and_a_state_folder_that_is_closed_to_others()
    {
        await using var site = new Site();
        var said = await site.OutputAsync("init");

        Assert.True(File.Exists(site.Configuration), said);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(site.State) & ForOthers);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(site.State, "ca.key")));
        Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(site.State, ".gitignore"))); // It holds a key.
        Assert.Contains("0 mistakes", await site.OutputAsync("check"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_check_and_doctor_speak_JSON()
    {
        await using var site = new Site();
        var init = JsonElement.Parse(await site.OutputAsync("init", "--json"));
        Assert.Equal(site.Configuration, init.GetProperty("configuration").GetString());
        Assert.Equal(site.State, init.GetProperty("state").GetString());
        Assert.True(init.GetProperty("written").GetBoolean());

        var good = JsonElement.Parse(await site.OutputAsync("check", "--json"));
        Assert.Equal(0, good.GetProperty("mistakes").GetArrayLength());
        Assert.Equal(0, good.GetProperty("warnings").GetArrayLength());
        var findings = JsonElement.Parse((await site.RunAsync("doctor", "--json")).Output).EnumerateArray().ToList();
        var state = findings.Single(finding => finding.GetProperty("name").GetString() == "state folder");
        Assert.True(state.GetProperty("ok").GetBoolean());
        Assert.Equal(site.State, state.GetProperty("detail").GetString());

        await File.AppendAllTextAsync(site.Configuration, "limts: {}\n");
        var checkedAgain = await site.RunAsync("check", "--json");
        Assert.Equal((3, ""), (checkedAgain.Exit, checkedAgain.Errors));
        var mistake = Assert.Single(JsonElement.Parse(checkedAgain.Output).GetProperty("mistakes").EnumerateArray());
        Assert.Equal("sallyport.yaml", mistake.GetProperty("file").GetString());
        Assert.Equal((await File.ReadAllLinesAsync(site.Configuration)).Length, mistake.GetProperty("line").GetInt32());
        Assert.Equal("Did you mean 'limits'?", mistake.GetProperty("mend").GetString());
    }

    [Fact]
    public async Task What_a_node_writes_while_it_runs_stays_closed_to_others()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await site.OpenRunAsync("worker");
        await site.OutputAsync("freeze", "--agent", "other", "look");
        var open = Directory.EnumerateDirectories(site.Sockets, "*", SearchOption.AllDirectories)
            .Append(site.Sockets).Append(site.State)
            .Where(folder => (File.GetUnixFileMode(folder) & ForOthers) != UnixFileMode.None);
        Assert.Empty(open);

        await up.StopAsync();
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(site.State, "control.db")) & ForOthers);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(site.State, "freeze.json")) & ForOthers);
    }

    [Fact]
    public async Task Init_never_replaces_what_is_there()
    {
        await using var site = new Site();
        await site.OutputAsync("init");
        var key = await File.ReadAllTextAsync(Path.Combine(site.State, "ca.key"));
        await File.AppendAllTextAsync(site.Configuration, "# mine\n");

        var again = await site.RunAsync("init");
        Assert.Equal(3, again.Exit);
        Assert.Contains("already there", again.Errors, StringComparison.Ordinal);
        Assert.EndsWith("# mine\n", await File.ReadAllTextAsync(site.Configuration), StringComparison.Ordinal);
        Assert.Equal(key, await File.ReadAllTextAsync(Path.Combine(site.State, "ca.key")));
    }

    [Fact]
    public async Task Init_keeps_a_cloned_perimeter_and_makes_the_state_that_is_missing()
    {
        await using var site = new Site();
        await site.OutputAsync("init");
        Directory.Delete(site.State, recursive: true);
        Assert.Contains("kept", await site.OutputAsync("init"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(site.State, "ca.key")));
    }

    [Fact]
    public async Task Init_refuses_a_state_folder_that_holds_something()
    {
        await using var site = new Site();
        Directory.CreateDirectory(site.State);
        await File.WriteAllTextAsync(Path.Combine(site.State, "notes.txt"), "mine");
        var init = await site.RunAsync("init");
        Assert.Equal(3, init.Exit);
        Assert.Contains("init.exists", init.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(site.State, "notes.txt")));
    }

    [Fact]
    public async Task Check_tells_every_mistake_with_its_place_and_exits_with_3()
    {
        await using var site = new Site();
        await site.OutputAsync("init");
        await File.WriteAllTextAsync(site.Configuration, """
            version: 1
            organisation: example.org
            roles:
              reader: { allow: ["GET http://not a rule"] }
            agents:
              research: { role: raeder, owner: a@example.org }
            """);
        var check = await site.RunAsync("check");
        Assert.Equal(3, check.Exit);
        Assert.Matches("(?m)^sallyport\\.yaml:4:\\d+: .+$", check.Output);
        Assert.Matches("(?m)^sallyport\\.yaml:6:\\d+: .+$", check.Output);
        Assert.Contains("reader", check.Output, StringComparison.Ordinal);
        Assert.EndsWith("2 mistakes, 0 warnings\n", check.Output, StringComparison.Ordinal);
        Assert.Empty(check.Errors);
    }

    [Theory]
    [InlineData("\0\u0001\u0002garbage\u001b[31m")]
    [InlineData("{{{{{{{{")]
    [InlineData("a: &a [*a, *a]")]
    [InlineData("")]
    public async Task Check_and_up_refuse_a_garbled_file_without_a_stack_trace(string text)
    {
        await using var site = new Site();
        await site.OutputAsync("init");
        await File.WriteAllTextAsync(site.Configuration, text);
        foreach (var verb in (string[])["check", "up"])
        {
            var ended = await site.RunAsync(verb);
            Assert.True(ended.Exit == 3, ended.ToString());
            Inert.Check(ended);
        }
    }

    [Fact]
    public async Task A_perimeter_that_is_not_there_is_told_with_the_verb_that_makes_one()
    {
        await using var site = new Site();
        var check = await site.RunAsync("check");
        Assert.Equal(3, check.Exit);
        var up = await site.RunAsync("up");
        Assert.Equal(3, up.Exit);
        Assert.Contains("sallyport init", up.Errors, StringComparison.Ordinal);
    }
}
