using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>What was recorded, explained and decided again under other rules.</summary>
public sealed class RecordedVerbTests
{
    [Fact]
    public async Task A_recorded_decision_is_explained_by_the_rules_that_decided_it()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var id = await DeniedAsync(site);

        // Other rules in force by now: the entry names its own.
        await ReplaceAsync(site, "GET,HEAD,POST tame.example", "GET,HEAD tame.example");
        await site.OutputAsync("apply");
        var said = await site.RunAsync("policy", "explain", id);
        Assert.True(said.Exit == 1, said.ToString());
        Assert.StartsWith($"{id} under ", said.Output, StringComparison.Ordinal);
        Assert.Contains("deny  worker POST http://tame.example/b  (flow.two-doors)", said.Output,
            StringComparison.Ordinal);
        Assert.Contains("forbid two-doors (two-doors.cedar:", said.Output, StringComparison.Ordinal);
        Assert.Contains("context.labels", said.Output, StringComparison.Ordinal);
        Assert.Contains("to turn it around:", said.Output, StringComparison.Ordinal);
        Assert.Empty(said.Errors);
        Inert.Check(said);

        var json = JsonElement.Parse((await site.RunAsync("policy", "explain", id, "--json")).Output);
        Assert.Equal("deny", json.GetProperty("verdict").GetString());
        Assert.Contains("untrusted", json.GetProperty("labels").EnumerateArray().Select(one => one.GetString()));
    }

    [Theory]
    [InlineData("1-99999", 1, "ledger.entry-unknown")]
    [InlineData("..", 2, "ledger.id")]
    [InlineData("0-0", 1, "policy.no-decision")]
    public async Task What_is_no_decision_is_told(string id, int exit, string code)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await (await site.UpAsync()).StopAsync();
        var first = (await ExplainAsync(site, id)) is { } ended ? ended : throw new InvalidOperationException();
        Assert.True(first.Exit == exit, first.ToString());
        Assert.Contains(code, first.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_and_a_diff_by_replay_name_the_decisions_that_change()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await DeniedAsync(site);
        var before = Path.Combine(site.Folder, "before");
        Directory.CreateDirectory(before);
        File.Copy(site.Configuration, Path.Combine(before, "sallyport.yaml"));
        await ReplaceAsync(site, "      - GET,HEAD wild.example\n", "");

        var plan = await site.RunAsync("plan", "--replay", "--since", "7d");
        Assert.True(plan.Exit == 1, plan.ToString());
        Assert.Contains("narrows    role worker: may no longer GET,HEAD wild.example", plan.Output,
            StringComparison.Ordinal);
        Assert.Contains("worker: allow -> deny (egress.not-allowed)", plan.Output, StringComparison.Ordinal);
        Assert.Contains("1 the same, 1 changed, 0 not replayable", plan.Output, StringComparison.Ordinal);
        Assert.Contains("note: labels and origins are those that the runs had", plan.Errors, StringComparison.Ordinal);

        var diff = await site.RunAsync("policy", "diff", "before", "perimeter", "--replay");
        Assert.True(diff.Exit == 1, diff.ToString());
        Assert.Contains("worker: allow -> deny (egress.not-allowed)", diff.Output, StringComparison.Ordinal);
        Assert.Contains("1 decisions the same, 1 changed, 0 not replayable", diff.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await site.RunAsync("policy", "diff", "before", "before", "--replay")).Exit);

        var nowhere = await site.RunAsync("policy", "replay", "--policies", "nowhere");
        Assert.Equal(3, nowhere.Exit);
        Assert.Contains("--policies", nowhere.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("--perimeter", nowhere.Errors, StringComparison.Ordinal);
    }

    // A read that taints, and an effect that the two doors deny: two decisions.
    private static async Task<string> DeniedAsync(Site site)
    {
        using var client = ProxyClient.Of(await site.UpAsync(), await site.OpenRunAsync("worker"));
        await client.GetAsync(new Uri("http://wild.example/a"));
        Assert.Equal(403, (int)(await client.PostAsync(new Uri("http://tame.example/b"), null)).StatusCode);
        var denial = (await site.LogAsync("--verdict", "deny")).Single();
        return $"{denial.GetProperty("epoch")}-{denial.GetProperty("position")}";
    }

    // 0-0: the first entry, of whatever epoch.
    private static async Task<Ended> ExplainAsync(Site site, string id) => await site.RunAsync(
        "policy", "explain", id == "0-0" ? $"{await FirstEpochAsync(site)}-0" : id);

    private static async Task<string> FirstEpochAsync(Site site)
    {
        await site.UpAsync();
        return (await site.LogAsync())[0].GetProperty("epoch").ToString();
    }

    private static async Task ReplaceAsync(Site site, string old, string now)
    {
        var text = await File.ReadAllTextAsync(site.Configuration);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(site.Configuration, text.Replace(old, now, StringComparison.Ordinal));
    }
}
