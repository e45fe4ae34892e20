using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sallyport.EndToEnd.Program;

/// <summary>What verbs print: for people as wide as their terminal, for programs as JSON, and for nobody not at
/// all.</summary>
public sealed class OutputTests
{
    private const string LongPath =
        "/v1/a-path-that-is-much-longer-than-any-terminal-is-wide/and/goes/on/and/on/to/the-end";

    [Fact]
    public async Task What_failed_upstream_is_no_read_in_the_log_and_in_why()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(
            upstream.Perimeter().Replace(
                $"social], address: {upstream.Address}", "social], address: 127.0.0.1:1", StringComparison.Ordinal));
        var up = await site.UpAsync();
        using var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        Assert.Equal(502, (int)(await client.GetAsync(new Uri("http://wild.example/gone"))).StatusCode);
        (await client.GetAsync(new Uri("http://tame.example/seen"))).EnsureSuccessStatusCode();

        var failed = await site.OutputAsync("log", "--kind", "observation", "--host", "wild.example");
        Assert.Contains(
            "none  worker upstream-failed, nothing was read: http://wild.example/gone", failed,
            StringComparison.Ordinal);
        Assert.DoesNotContain("social", failed, StringComparison.Ordinal);

        var last = (await site.LogAsync("--kind", "decision", "-n", "1"))[0];
        await client.GetAsync(new Uri("http://nowhere.example/denied"));
        var denied = (await site.LogAsync("--verdict", "deny"))[^1];
        var why = await site.OutputAsync("why", $"{denied.GetProperty("epoch")}-{denied.GetProperty("position")}");
        Assert.Contains("/seen", why, StringComparison.Ordinal);
        Assert.DoesNotContain("/gone", why, StringComparison.Ordinal);
        Assert.DoesNotContain("and more", why, StringComparison.Ordinal);
        Assert.Equal("http://tame.example/seen", last.GetProperty("target").GetString());
    }

    [Fact]
    public async Task A_filter_for_a_name_that_nobody_knows_says_so_and_which_are_known()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        var nobody = await site.RunAsync("log", "--agent", "nobody");
        Assert.Equal(0, nobody.Exit);
        Assert.Empty(nobody.Output);
        Assert.Contains("no entry of agent 'nobody'", nobody.Errors, StringComparison.Ordinal);
        Assert.Contains("Agents known: other, worker.", nobody.Errors, StringComparison.Ordinal);

        var run = await site.RunAsync("log", "--run", "01m81zq4w1e9btr6gdm70dggnp", "--json");
        Assert.Equal(0, run.Exit);
        var warning = JsonElement.Parse(run.Errors);
        Assert.Equal("log.run-unknown", warning.GetProperty("code").GetString());
        Assert.Equal("warning", warning.GetProperty("title").GetString());

        var host = await site.RunAsync("log", "--host", "nowhere.example");
        Assert.Equal((0, ""), (host.Exit, host.Output));
        Assert.Contains(
            "no entry of host 'nowhere.example'. (log.host-unknown)", host.Errors, StringComparison.Ordinal);
        var label = await site.RunAsync("log", "--label", "sceret");
        Assert.Equal((0, ""), (label.Exit, label.Output));
        Assert.Contains("carries the label 'sceret'. (log.label-unknown)", label.Errors, StringComparison.Ordinal);

        // Known and without an entry is no mistake.
        Assert.Equal("", (await site.RunAsync("log", "--agent", "worker")).Errors);
    }

    // An empty answer would look like "nothing happened", and one that follows would never end.
    [Theory]
    [InlineData("--since", "1h", "--until", "2h")]
    [InlineData("--after", "1-7", "--before", "1-7")]
    [InlineData("--follow", "--until", "1h")]
    [InlineData("--follow", "--before", "1-7")]
    public async Task A_window_that_cannot_hold_anything_is_refused(params string[] window)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var asked = await site.RunAsync(["log", .. window]);
        Assert.True(asked.Exit == 2, asked.ToString());
        Assert.Contains("(api.query)", asked.Errors, StringComparison.Ordinal);
        if (!window.Contains("--follow", StringComparer.Ordinal))
        {
            await up.StopAsync();
            Assert.Equal(2, (await site.RunAsync(["log", .. window])).Exit);
            Assert.Contains(
                "(log.host-unknown)", (await site.RunAsync("log", "--host", "nowhere.example")).Errors,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_agent_that_only_the_ledger_still_knows_is_known()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        await site.OpenRunAsync("other");
        await File.WriteAllTextAsync(
            site.Configuration, upstream.Perimeter().Replace("  other: {", "  fresh: {", StringComparison.Ordinal));
        await site.OutputAsync("apply");

        // Ended by the apply, or by the sweep before it.
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
        Assert.Equal("", (await site.RunAsync("log", "--agent", "other")).Errors);
        Assert.Contains(
            "known: fresh, other, worker.", (await site.RunAsync("log", "--agent", "nobody")).Errors,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(50)]
    public async Task Log_why_and_runs_end_where_the_terminal_ends_and_JSON_is_whole(int columns)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        using var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        (await client.GetAsync(new Uri($"http://wild.example{LongPath}"))).EnsureSuccessStatusCode();
        await client.PostAsync(new Uri($"http://tame.example{LongPath}"), new StringContent("x"));
        var denied = (await site.LogAsync("--verdict", "deny"))[0];
        var id = $"{denied.GetProperty("epoch")}-{denied.GetProperty("position")}";
        foreach (var verb in (string[])["log", $"why {id}", "runs"])
        {
            var narrow = await site.Start(Site.Program, verb.Split(' '), Columns.Of(columns)).EndAsync();
            Assert.Equal(0, narrow.Exit);
            // A digest has no place to be broken at, and half of it is worth nothing.
            Columns.Check(Regex.Replace(narrow.Output, "[0-9a-f]{64}", "DIGEST"), columns);
            Assert.Contains(verb == "runs" ? "worker" : "...", narrow.Output, StringComparison.Ordinal);

            var piped = await site.OutputAsync(verb.Split(' '));
            Assert.True(verb == "runs" || piped.Contains(LongPath, StringComparison.Ordinal), piped);
            var json = await site.Start(Site.Program, [.. verb.Split(' '), "--json"], Columns.Of(columns)).EndAsync();
            Assert.True(verb == "runs" || json.Output.Contains(LongPath, StringComparison.Ordinal), json.Output);
        }
    }

    [Fact]
    public async Task A_terminal_says_itself_how_wide_it_is()
    {
        await using var site = new Site();
        var help = site.Start(
            "/usr/bin/script", ["-qec", $"stty cols 50; {Site.Program} log --help", "/dev/null"]);
        var ended = await help.EndAsync();
        Assert.True(ended.Exit == 0, ended.ToString());
        Columns.Check(ended.Output.Replace("\r", "", StringComparison.Ordinal), 50);
        Assert.Contains("--follow", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_a_failure_is_one_object_on_standard_error()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        foreach (var (line, exit, code) in ((string, int, string)[])[
            ("status --json", 4, "node.not-running"), ("log --json -n 0", 2, "usage.value"),
            ("log --json --nonsense", 2, "usage.option"), ("freeze because --json", 2, "usage.scope"),
            ("why --json", 2, "usage.missing"), ("up --json --perimeter nowhere", 3, "perimeter.missing"),
            ("ledger --json", 2, "usage.option")])
        {
            var ended = await site.RunAsync(line.Split(' '));
            var fault = JsonElement.Parse(ended.Errors);
            Assert.Equal((exit, code), (ended.Exit, fault.GetProperty("code").GetString()));
            Assert.Equal(exit, fault.GetProperty("exitCode").GetInt32());
            Assert.Equal($"urn:sallyport:{code}", fault.GetProperty("type").GetString());
            Assert.NotEqual("", fault.GetProperty("detail").GetString());
            Assert.NotEqual("", fault.GetProperty("mend").GetString());
            Assert.Empty(ended.Output);
        }

        // After the two dashes it is the command's own.
        Assert.StartsWith(
            "error: ", (await site.RunAsync("run", "--agent", "worker", "--", "x", "--json")).Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_mistakes_of_a_configuration_are_in_the_object()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await File.WriteAllTextAsync(site.Configuration, "version: 1\nnonsense: 2\n");
        var fault = JsonElement.Parse((await site.RunAsync("up", "--json")).Errors);
        Assert.Equal("perimeter.mistakes", fault.GetProperty("code").GetString());
        Assert.Contains("nonsense", fault.GetProperty("mistakes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_without_a_configuration_says_one_thing_and_its_mend()
    {
        await using var site = new Site();
        var ended = await site.RunAsync("up");
        Assert.Equal(3, ended.Exit);
        Assert.Equal(
            "error: There is no configuration perimeter/sallyport.yaml. (perimeter.missing)\n"
            + "  Write a first one with: sallyport init (or say where it is with --perimeter)\n", ended.Errors);
    }

    [Theory]
    [InlineData("log -n 1000 | head -n 1")]
    [InlineData("log -n 1000 --json | head -n 1")]
    [InlineData("log --follow | head -n 1")]
    public async Task A_reader_who_has_left_is_no_error_and_is_not_waited_for(string line)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        using var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        for (var count = 0; count < 200; count++)
        {
            await client.GetAsync(new Uri($"http://nowhere.example/{count}"));
        }

        var piped = site.Start("/bin/bash", ["-c", $"{Site.Program} {line}; echo ${{PIPESTATUS[0]}}"]);
        Assert.NotEqual("", await piped.LineAsync());
        var ended = piped.EndAsync();
        while (!ended.IsCompleted)
        {
            // A follower finds out when it next has something to say.
            await site.OpenRunAsync("worker");
        }

        Assert.Equal("", (await ended).Errors);
        Assert.Equal("0", (await ended).Output.Trim());
    }
}
