using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>Verbs that speak to a running node.</summary>
public sealed class NodeVerbTests
{
    [Fact]
    public async Task Status_says_that_the_node_serves_and_records()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();

        Assert.StartsWith("ready ", await site.OutputAsync("status"), StringComparison.Ordinal);
        var status = JsonElement.Parse(await site.OutputAsync("status", "--json"));
        Assert.True(status.GetProperty("ready").GetBoolean());
        Assert.Equal(up.Child.Id, status.GetProperty("pid").GetInt32());
        Assert.Equal(up.Proxy, status.GetProperty("proxy").GetString());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("ledger").GetProperty("fault").ValueKind);
    }

    [Fact]
    public async Task Status_does_not_say_ready_while_everything_is_frozen()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        await site.OutputAsync("freeze", "--agent", "worker", "a look");
        Assert.StartsWith("ready ", await site.OutputAsync("status"), StringComparison.Ordinal);
        await site.OutputAsync("freeze", "--all", "incident 42");
        var said = await site.OutputAsync("status");
        Assert.StartsWith("FROZEN ", said, StringComparison.Ordinal);
        Assert.Contains("everything is refused: freeze f2 by uid:", said, StringComparison.Ordinal);
        Assert.Contains("incident 42", said, StringComparison.Ordinal);
        var json = JsonElement.Parse(await site.OutputAsync("status", "--json"));
        Assert.Equal("f2", json.GetProperty("frozen").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Lines_of_log_and_why_name_the_run_in_the_form_that_log_takes()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        _ = await client.GetStringAsync(new Uri("http://tame.example/a"));
        var lines = (await site.OutputAsync("log")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(
            lines.Where(line => line.Contains(" worker ", StringComparison.Ordinal)),
            line => Assert.EndsWith($"  run {run.Run}", line, StringComparison.Ordinal));
        var decision = lines.Single(line => line.Contains(" allow worker GET ", StringComparison.Ordinal));
        Assert.StartsWith(
            decision, await site.OutputAsync("why", decision.Split(' ')[0]), StringComparison.Ordinal);
        Assert.Equal(
            lines.Count(line => line.Contains(" worker ", StringComparison.Ordinal)),
            (await site.LogAsync("--run", run.Run)).Count);
    }

    [Fact]
    public async Task Limits_are_shown_with_what_is_used_and_a_full_one_with_when_it_opens()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter() + """
            limits:
              acts: { for: role:worker, effects: 5, per: hour }
              two: { for: agent:worker, requests: 2, per: day }

            """);
        var up = await site.UpAsync();
        using var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        for (var number = 0; number < 2; number++)
        {
            _ = await client.GetStringAsync(new Uri("http://tame.example/a"));
        }

        var lines = (await site.OutputAsync("limits")).Split('\n');
        Assert.Equal("acts  0 of 5 effects per hour for role:worker", lines[0]);
        Assert.Matches(
            "^two   2 of 2 requests per day for agent:worker  REACHED, opens [0-9-]{10} [0-9:]{8}Z$", lines[1]);
        var json = JsonElement.Parse(await site.OutputAsync("limits", "--json"))[1];
        Assert.Equal(
            ("two", 2, "sallyport.yaml:21"),
            (json.GetProperty("id").GetString(), json.GetProperty("used").GetInt32(),
                json.GetProperty("place").GetString()));
        Assert.Contains(
            "1 limit reached, see: sallyport limits", await site.OutputAsync("status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_shown_with_their_labels_and_can_be_ended()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        Assert.Contains("No run is open", await site.OutputAsync("runs"), StringComparison.Ordinal);

        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        (await client.GetAsync(new Uri("http://wild.example/a"))).EnsureSuccessStatusCode();
        var shown = Assert.Single(JsonElement.Parse(await site.OutputAsync("runs", "--json")).EnumerateArray());
        Assert.Equal(run.Run, shown.GetProperty("run").GetString());
        Assert.Equal(["social", "untrusted"], shown.GetProperty("labels").EnumerateArray()
            .Select(label => label.GetString()), StringComparer.Ordinal);
        Assert.Contains("social,untrusted", await site.OutputAsync("runs"), StringComparison.Ordinal);

        Assert.Equal("ended\n", await site.OutputAsync("runs", "end", run.Run));
        Assert.Equal("[]\n", await site.OutputAsync("runs", "--json"));
        using var fresh = ProxyClient.Of(up, run);
        Assert.Equal("identity.missing", (await fresh.GetAsync(new Uri("http://tame.example/b"))).Denied());

        var again = await site.RunAsync("runs", "end", run.Run);
        Assert.Equal(1, again.Exit);
        Assert.Contains("identity.run-unknown", again.Errors, StringComparison.Ordinal);
        foreach (var nobody in (string[])["no-such-run", "", ".."])
        {
            var refused = await site.RunAsync("runs", "end", nobody);
            Assert.True(refused.Exit == 1, refused.ToString());
            Assert.Contains("identity.run-unknown", refused.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Log_filters_what_it_shows()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var (worker, other) = (await site.OpenRunAsync("worker"), await site.OpenRunAsync("other"));
        using (var client = ProxyClient.Of(up, worker))
        {
            (await client.GetAsync(new Uri("http://wild.example/a"))).EnsureSuccessStatusCode();
            await client.PostAsync(new Uri("http://tame.example/b"), new StringContent("x"));
        }

        using (var client = ProxyClient.Of(up, other))
        {
            (await client.GetAsync(new Uri("http://tame.example/c"))).EnsureSuccessStatusCode();
        }

        Assert.All(await site.LogAsync("--agent", "other"), entry => Assert.Equal("other", Text(entry, "agent")));
        Assert.All(await site.LogAsync("--run", worker.Run), entry => Assert.Equal(worker.Run, Text(entry, "run")));
        Assert.Equal(["a"], (await site.LogAsync("--host", "wild.example", "--kind", "decision")).Select(Last),
            StringComparer.Ordinal);
        Assert.Equal(["b"], (await site.LogAsync("--verdict", "deny")).Select(Last), StringComparer.Ordinal);
        Assert.Equal(["observation", "observation"], (await site.LogAsync("--kind", "observation"))
            .Select(entry => Text(entry, "kind")), StringComparer.Ordinal);
        Assert.NotEmpty(await site.LogAsync("--label", "social"));
        Assert.All(await site.LogAsync("--label", "social"), entry => Assert.Equal("worker", Text(entry, "agent")));
        Assert.Equal(["c"], (await site.LogAsync("--kind", "decision", "--limit", "1")).Select(Last),
            StringComparer.Ordinal);

        var positions = (await site.LogAsync()).Select(entry => entry.GetProperty("position").GetInt64()).ToList();
        Assert.Equal(positions.Order(), positions);
        Assert.Equal(0, positions[0]);
    }

    [Fact]
    public async Task Log_since_takes_a_span_or_a_time()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        Assert.Single(await site.LogAsync("--since", "7d"));
        Assert.Single(await site.LogAsync("--since", "2026-01-01T00:00:00Z"));
        Assert.Empty(await site.LogAsync("--since", "9999-01-01T00:00:00Z"));
        foreach (var wrong in (string[])["yesterday", "-5m", "5y", "99999999999999d", ""])
        {
            var ended = await site.RunAsync("log", "--since", wrong);
            Assert.True(ended.Exit == 2, $"{wrong}: {ended}");
            Assert.Contains("15m, 2h, 7d", ended.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_filter_that_does_not_parse_exits_with_2_and_says_its_form()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        foreach (var (name, value, form) in ((string, string, string)[])[
            ("agent", "\u001b[1m", "a name of"), ("run", "7", "26 characters"),
            ("verdict", "bogus", "allow, deny or held"),
            ("kind", "joke", "run-start"), ("label", "A B", "a word of"), ("limit", "0", "1 to 1000"),
            ("limit", "1001", "1 to 1000"), ("limit", "abc", "1 to 1000"), ("since", "99999999h", "15m, 2h, 7d")])
        {
            var ended = await site.RunAsync("log", $"--{name}", value);
            Assert.True(ended.Exit == 2, $"{name}: {ended}");
            Assert.StartsWith($"error: --{name} cannot be '", ended.Errors, StringComparison.Ordinal);
            Assert.Contains(form, ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", ended.Errors, StringComparison.Ordinal);
            Inert.Check(ended);
        }
    }

    [Fact]
    public async Task Log_prints_the_entries_as_the_segment_file_holds_them()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await site.OpenRunAsync("worker");
        var printed = (await site.OutputAsync("log", "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await up.StopAsync();
        var segment = await File.ReadAllTextAsync(Directory.EnumerateFiles(site.Ledger.Segments, "*.entries").Single());
        Assert.Equal(2, printed.Length);
        Assert.All(printed, line => Assert.Contains(line, segment, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_follow_goes_on_with_what_is_written_later_and_ends_with_the_node()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var follow = site.Start("log", "--follow", "--json");
        Assert.Equal("node-start", Text(JsonElement.Parse(await follow.LineAsync()), "kind"));
        var filtered = site.Start("log", "--follow", "--json", "--kind", "run-start");

        var run = await site.OpenRunAsync("worker");
        Assert.Equal(run.Run, Text(JsonElement.Parse(await follow.LineAsync()), "run"));
        Assert.Equal(run.Run, Text(JsonElement.Parse(await filtered.LineAsync()), "run"));

        // A follower that never leaves must not keep the node from its last entry.
        var stopped = await up.StopAsync();
        Assert.True(stopped.Exit == 0, stopped.ToString());
        var ended = await follow.EndAsync();
        Assert.True(ended.Exit == 0, ended.ToString());
        Assert.Contains("whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"node-stop\"", await File.ReadAllTextAsync(
            Directory.EnumerateFiles(site.Ledger.Segments, "*.entries").Single()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_shows_the_reads_before_a_denied_action_newest_first()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        using var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        (await client.GetAsync(new Uri("http://wild.example/first"))).EnsureSuccessStatusCode();
        (await client.GetAsync(new Uri("http://wild.example/second"))).EnsureSuccessStatusCode();
        var denied = await client.PostAsync(new Uri("http://tame.example/act"), new StringContent("x"));
        Assert.Equal("flow.two-doors", denied.Denied());
        var id = Assert.Single(denied.Headers.GetValues("Sallyport-Decision"));

        var shown = await site.OutputAsync("why", id);
        Assert.Contains("flow.two-doors", shown, StringComparison.Ordinal);
        Assert.True(shown.IndexOf("/second", StringComparison.Ordinal) < shown.IndexOf("/first",
            StringComparison.Ordinal), shown);
        Assert.Contains("sha256 ", shown, StringComparison.Ordinal);
        Assert.Contains(
            "policies that did not let it through: two-doors (two-doors.cedar:3)", shown, StringComparison.Ordinal);

        var json = JsonElement.Parse(await site.OutputAsync("why", id, "--json", "--limit", "1"));
        Assert.Equal("http://tame.example/act", Text(json.GetProperty("action"), "target"));
        Assert.Equal("http://wild.example/second",
            Text(Assert.Single(json.GetProperty("reads").EnumerateArray()), "target"));
        Assert.True(json.GetProperty("more").GetBoolean());

        // An observation stands for the decision that it belongs to.
        var seen = (await site.LogAsync("--kind", "observation"))[^1];
        var why = JsonElement.Parse(
            await site.OutputAsync("why", $"{seen.GetProperty("epoch")}-{seen.GetProperty("position")}", "--json"));
        Assert.Equal("decision", Text(why.GetProperty("action"), "kind"));
        Assert.Equal("http://wild.example/second", Text(why.GetProperty("action"), "target"));
    }

    [Fact]
    public async Task Why_of_what_is_no_action_says_so()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        foreach (var id in (string[])["0-4711", "9-0", "0-0", "0-999999999999999999"])
        {
            await RefusedAsync(site, id, exit: 1, "ledger.no-decision");
        }

        foreach (var id in (string[])["1", "1-2-3", "-1", "01-2", "../status", "..", "", "\u001b[31m"])
        {
            await RefusedAsync(site, id, exit: 2, "ledger.id");
        }
    }

    private static async Task RefusedAsync(Site site, string id, int exit, string code)
    {
        var ended = await site.RunAsync("why", "--", id);
        Assert.True(ended.Exit == exit, $"{id}: {ended}");
        Assert.Contains(code, ended.Errors, StringComparison.Ordinal);
        Inert.Check(ended);
    }

    private static string? Text(JsonElement entry, string name) => entry.GetProperty(name).GetString();

    private static string Last(JsonElement entry) => Text(entry, "target")![^1..]; // these have one
}
