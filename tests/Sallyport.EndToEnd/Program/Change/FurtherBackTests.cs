using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>What an operator at night expects of rollback, plan and permit.</summary>
public sealed class FurtherBackTests
{
    [Fact]
    public async Task Each_rollback_goes_further_back_also_after_a_restart()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var hashes = new List<string> { await HashAsync(site) };
        for (var change = 0; change < 2; change++)
        {
            await File.AppendAllTextAsync(site.Configuration, $"# {change}\n");
            await site.OutputAsync("apply");
            hashes.Add(await HashAsync(site));
        }

        await site.OutputAsync("rollback");
        Assert.Equal(hashes[1], await HashAsync(site));
        var list = (await site.OutputAsync("rollback", "--list")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches($"^{hashes[1]}  [0-9-]{{10}} [0-9:]{{8}}Z rolled-back by uid:[0-9]+  in force$", list[0]);
        Assert.Contains(list, line => line.StartsWith(hashes[0], StringComparison.Ordinal)
            && line.EndsWith("rollback goes here", StringComparison.Ordinal));
        await up.StopAsync();
        await site.UpAsync();
        await site.OutputAsync("rollback");
        Assert.Equal(hashes[0], await HashAsync(site));
        var end = await site.RunAsync("rollback");
        Assert.Equal(1, end.Exit);
        Assert.Contains("perimeter.no-previous", end.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_names_a_pack_and_prints_its_text_only_when_asked()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        await File.AppendAllTextAsync(
            site.Configuration, "policies: { packs: [allow-list, two-doors, finance] }\n");
        var plan = await site.RunAsync("plan");
        Assert.Contains("added pack finance: ", plan.Output, StringComparison.Ordinal);
        Assert.Contains("sallyport policy packs finance", plan.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("+ forbid", plan.Output, StringComparison.Ordinal);
        Assert.Contains("+ policies: ", plan.Output, StringComparison.Ordinal);
        Assert.Contains("+ forbid", (await site.RunAsync("plan", "--full")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Permitting_twice_writes_one_rule_and_a_refusal_names_the_entry()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        using var client = ProxyClient.Of(await site.UpAsync(), await site.OpenRunAsync("worker"));
        await client.DeleteAsync(new Uri("http://tame.example/v1/items/7"));
        await client.GetAsync(new Uri("http://wild.example/a"));
        await client.PostAsync(new Uri("http://tame.example/b"), null);
        var denials = await site.LogAsync("--verdict", "deny");
        var (permitted, forbidden) = (Id(denials[0]), Id(denials[1]));

        await site.OutputAsync("policy", "permit", permitted);
        var written = await File.ReadAllTextAsync(site.Configuration);
        var again = await site.OutputAsync("policy", "permit", permitted);
        Assert.Contains("allow it already", again, StringComparison.Ordinal);
        Assert.Equal(written, await File.ReadAllTextAsync(site.Configuration));
        var refused = await site.RunAsync("policy", "permit", forbidden);
        Assert.Contains($"sallyport policy explain {forbidden}", refused.Errors, StringComparison.Ordinal);
    }

    private static string Id(JsonElement entry) => $"{entry.GetProperty("epoch")}-{entry.GetProperty("position")}";

    private static async Task<string> HashAsync(Site site) =>
        JsonElement.Parse(await site.OutputAsync("status", "--json")).GetProperty("snapshot").GetString()!; // has one
}
