using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>What a ledger says of policies: what a shadow would have changed, and what was never met.</summary>
public sealed class PolicyRecordVerbTests
{
    private const string Shadowed =
        "policies: { packs: [allow-list, two-doors], shadow: { packs: [allow-list, read-only] } }\n";

    [Fact]
    public async Task A_shadow_is_recorded_and_not_obeyed_and_its_verb_says_what_would_have_changed()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter() + Shadowed);
        await WorkAsync(site, upstream);

        var said = await site.RunAsync("policy", "shadow", "--since", "7d");
        Assert.True(said.Exit == 1, said.ToString());
        Assert.Contains("worker: allow -> deny (", said.Output, StringComparison.Ordinal);
        Assert.Contains(" by read-only (read-only.cedar:", said.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            "1 the same, 1 would change, 0 unknown, 0 without a shadow\n", said.Output, StringComparison.Ordinal);
        Inert.Check(said);

        var json = (await site.RunAsync("policy", "shadow", "--json")).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(2, json.Count);
        Assert.Equal("worker", json[0].GetProperty("agent").GetString());
        var id = Assert.Single(json[0].GetProperty("entries").EnumerateArray()).GetString();
        var post = Assert.Single(await site.LogAsync("--kind", "decision"), entry => Text(entry, "method") == "POST");
        Assert.Equal($"{post.GetProperty("epoch")}-{post.GetProperty("position")}", id);
        Assert.Equal((1, 1), (json[1].GetProperty("same").GetInt32(), json[1].GetProperty("changed").GetInt32()));

        Assert.Equal("2 the same, 0 changed, 0 not replayable\n", await site.OutputAsync("policy", "replay"));
        var wrong = await site.RunAsync("policy", "shadow", "--since", "yesterday");
        Assert.Equal(2, wrong.Exit);
    }

    [Fact]
    public async Task Where_no_shadow_was_asked_nothing_is_promised()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await WorkAsync(site, upstream);
        var said = await site.RunAsync("policy", "shadow");
        Assert.Equal(
            (1, "0 the same, 0 would change, 0 unknown, 2 without a shadow\n"), (said.Exit, said.Output));
    }

    [Fact]
    public async Task Coverage_names_the_rules_and_policies_that_no_decision_has_met()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var client = await WorkAsync(site, upstream);
        var said = await site.OutputAsync("policy", "coverage", "--since", "30d");
        Assert.Contains("no decision meets rule sallyport.yaml:", said, StringComparison.Ordinal);
        Assert.Contains(" (GET,HEAD wild.example)\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("tame.example", said, StringComparison.Ordinal);
        Assert.Contains("no decision meets policy two-doors (two-doors.cedar:", said, StringComparison.Ordinal);
        Assert.EndsWith(
            "met: 1 of 2 rules and tools, 1 of 2 policies\n2 decisions\n", said, StringComparison.Ordinal);

        // One denial: it meets the forbid, and the rule and the permit beside it, which no denial names.
        Assert.Equal(200, (int)(await client.GetAsync(new Uri("http://wild.example/a"))).StatusCode);
        Assert.Equal(403, (int)(await client.PostAsync(new Uri("http://tame.example/b"), null)).StatusCode);
        const string Whole = "met: 2 of 2 rules and tools, 2 of 2 policies\n4 decisions\n";
        Assert.Equal(Whole, await site.OutputAsync("policy", "coverage"));

        // A rule that was moved to another line is still the rule that is used.
        await File.WriteAllTextAsync(
            site.Configuration, "# mine\n" + await File.ReadAllTextAsync(site.Configuration));
        Assert.Equal(Whole, await site.OutputAsync("policy", "coverage"));
        var view = JsonElement.Parse(await site.OutputAsync("policy", "coverage", "--json"));
        Assert.Equal(4, view.GetProperty("decisions").GetInt32());
        Assert.Empty(view.GetProperty("coverage").GetProperty("rules").EnumerateArray());
        client.Dispose();
    }

    // A read and an effect of a clean run: both pass under two doors.
    private static async Task<HttpClient> WorkAsync(Site site, Upstream upstream)
    {
        var up = await site.UpAsync();
        var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        Assert.Equal(200, (int)(await client.GetAsync(new Uri("http://tame.example/a"))).StatusCode);
        Assert.Equal(200, (int)(await client.PostAsync(new Uri("http://tame.example/b"), null)).StatusCode);
        Assert.Equal(["GET /a", "POST /b"], upstream.Arrived, StringComparer.Ordinal);
        return client;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) ? value.GetString() : null;
}
