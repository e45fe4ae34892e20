using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>plan, apply and rollback against a running node, and what a restart puts in force.</summary>
public sealed class ChangeVerbTests
{
    [Fact]
    public async Task A_change_is_planned_applied_and_rolled_back_without_a_restart()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        Assert.Equal(200, (int)(await client.GetAsync(new Uri("http://tame.example/a"))).StatusCode);
        Assert.Contains("nothing to change", await site.OutputAsync("plan"), StringComparison.Ordinal);

        await AppendAsync(site, "tame.example", "tame.example/only/**");
        var plan = await site.RunAsync("plan");
        Assert.Equal(1, plan.Exit);
        Assert.Contains("worker", plan.Output, StringComparison.Ordinal);
        var json = JsonElement.Parse((await site.RunAsync("plan", "--json")).Output);
        Assert.NotEmpty(json.GetProperty("changes").EnumerateArray());
        Assert.Contains("NOT loaded", await site.OutputAsync("status"), StringComparison.Ordinal);
        Assert.Equal(200, (int)(await client.GetAsync(new Uri("http://tame.example/a"))).StatusCode);

        Assert.Contains("in force: ", await site.OutputAsync("apply"), StringComparison.Ordinal);
        Assert.Equal(403, (int)(await client.GetAsync(new Uri("http://tame.example/a"))).StatusCode);
        Assert.DoesNotContain("NOT loaded", await site.OutputAsync("status"), StringComparison.Ordinal);
        Assert.Contains("nothing to change", await site.OutputAsync("apply"), StringComparison.Ordinal);

        Assert.Contains("in force: ", await site.OutputAsync("rollback"), StringComparison.Ordinal);
        Assert.Equal(200, (int)(await client.GetAsync(new Uri("http://tame.example/a"))).StatusCode);
        Assert.Equal(
            ["applied", "rolled-back"],
            (await site.LogAsync("--kind", "perimeter")).Select(entry => entry.GetProperty("change").GetString()),
            StringComparer.Ordinal);
        Assert.Equal(2, (await site.OutputAsync("rollback", "--list")).Trim().Split('\n').Length);
    }

    // People copy what plan shows: its first digits.
    [Fact]
    public async Task The_first_digits_of_a_hash_name_it_and_others_do_not()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        var before = Hash(await site.OutputAsync("status", "--json"));
        await AppendAsync(site, "tame.example", "tame.example/only/**");
        var after = JsonElement.Parse((await site.RunAsync("plan", "--json")).Output).GetProperty("after").GetString()!;
        foreach (var other in (string[])["abcdef", before[..12], after[..7], new string('z', 100)])
        {
            var refused = await site.RunAsync("apply", "--expect", other);
            Assert.Equal(1, refused.Exit);
            Assert.Contains("(perimeter.moved)", refused.Errors, StringComparison.Ordinal);
        }

        Assert.Contains(
            $"in force: {after}", await site.OutputAsync("apply", "--expect", after[..12]), StringComparison.Ordinal);
        Assert.Equal(
            before,
            JsonElement.Parse((await site.RunAsync("plan", before[..8], "--json")).Output).GetProperty("after")
                .GetString());
    }

    [Fact]
    public async Task A_configuration_with_mistakes_is_told_with_every_line_and_what_is_in_force_stays()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        var before = Hash(await site.OutputAsync("status", "--json"));
        await File.WriteAllTextAsync(site.Configuration, "version: 1\nnonsense: 2\n");
        foreach (var verb in (string[])["plan", "apply"])
        {
            var refused = await site.RunAsync(verb);
            Assert.Equal(3, refused.Exit);
            Assert.Contains("sallyport.yaml:2:1: ", refused.Errors, StringComparison.Ordinal);
            Assert.Contains("perimeter.mistakes", refused.Errors, StringComparison.Ordinal);
        }

        var status = await site.OutputAsync("status");
        Assert.Contains("mistakes, which is NOT loaded", status, StringComparison.Ordinal);
        Assert.Equal(before, Hash(await site.OutputAsync("status", "--json")));
    }

    [Fact]
    public async Task A_restart_puts_in_force_what_was_and_says_that_the_files_are_others()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var before = Hash((await StatusAsync(site)).Status);
        await AppendAsync(site, "tame.example", "tame.example/only/**");

        var (up, status) = await StatusAsync(site);
        Assert.Equal(before, Hash(status));
        Assert.Contains("not loaded", up.Errors, StringComparison.Ordinal);

        // With mistakes it starts all the same: what was in force has none.
        await File.WriteAllTextAsync(site.Configuration, "version: 1\nnonsense: 2\n");
        Assert.Equal(before, Hash((await StatusAsync(site)).Status));
        var refused = await site.RunAsync("up", "--apply");
        Assert.Equal(3, refused.Exit);
        Assert.Contains("sallyport.yaml:2:1: ", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_applies_is_recorded_with_what_it_changed()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var before = Hash((await StatusAsync(site)).Status);
        await AppendAsync(site, "tame.example", "tame.example/only/**");
        var child = site.Start("up", "--json", "--apply");
        await child.LineAsync();
        Assert.NotEqual(before, Hash(await site.OutputAsync("status", "--json")), StringComparer.Ordinal);
        var entry = Assert.Single(await site.LogAsync("--kind", "perimeter"));
        Assert.Equal("started", entry.GetProperty("change").GetString());
        Assert.Equal(before, entry.GetProperty("before").GetString());
    }

    [Fact]
    public async Task Where_a_second_person_is_asked_for_a_change_waits_and_a_start_does_not_get_round_it()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(
            upstream.Perimeter() + "\nchanges: { second-person: widening }\n");
        var up = await site.UpAsync();
        var before = Hash(await site.OutputAsync("status", "--json"));
        await AppendAsync(site, "changes: { second-person: widening }", "");

        var proposed = await site.RunAsync("apply");
        Assert.Equal(1, proposed.Exit);
        Assert.Contains("waits for a second person", proposed.Output, StringComparison.Ordinal);
        Assert.Contains("waits for a second person", await site.OutputAsync("status"), StringComparison.Ordinal);
        var hash = JsonElement.Parse(await site.OutputAsync("status", "--json"))
            .GetProperty("perimeter").GetProperty("pending")[0].GetProperty("hash").GetString()!; // one waits
        var same = await site.RunAsync("apply", "--confirm", hash);
        Assert.Equal(1, same.Exit);
        Assert.Contains("perimeter.same-person", same.Errors, StringComparison.Ordinal);
        await up.StopAsync();

        var start = await site.RunAsync("up", "--apply");
        Assert.Contains("perimeter.second-person", start.Errors, StringComparison.Ordinal);
        await site.UpAsync();
        Assert.Equal(before, Hash(await site.OutputAsync("status", "--json")));
        Assert.Contains(hash, await site.OutputAsync("status"), StringComparison.Ordinal);
        Assert.Equal($"withdrawn: {hash}\n", await site.OutputAsync("apply", "--withdraw", hash));
        Assert.DoesNotContain(hash, await site.OutputAsync("status"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("apply")]
    [InlineData("rollback")]
    public async Task Nothing_inside_a_run_may_change_the_perimeter(string verb)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        var inside = await site.RunAsync("run", "--quiet", "--agent", "worker", "--", Site.Program, verb);
        Assert.Contains("api.inside-run", inside.Errors, StringComparison.Ordinal);
        Assert.Empty(await site.LogAsync("--kind", "perimeter"));
    }

    [Fact]
    public async Task The_command_that_a_denial_names_writes_the_narrowest_rule_and_puts_nothing_in_force()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync("# mine\n" + upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        var denied = await client.DeleteAsync(new Uri("http://tame.example/v1/items/7?force=1"));
        Assert.Equal(403, (int)denied.StatusCode);
        var mend = JsonElement.Parse(await denied.Content.ReadAsStringAsync())
            .GetProperty("mend").GetString()!; // every denial has one
        var id = mend[(mend.LastIndexOf(' ') + 1)..];
        Assert.EndsWith($"sallyport policy permit {id}", mend, StringComparison.Ordinal);

        var permit = await site.OutputAsync("policy", "permit", id);
        Assert.Contains("may DELETE tame.example/v1/items/7", permit, StringComparison.Ordinal);
        var written = await File.ReadAllTextAsync(site.Configuration);
        Assert.StartsWith("# mine\n", written, StringComparison.Ordinal);
        Assert.Contains(
            $"- \"DELETE tame.example/v1/items/7\" # proposed for {id}\n", written, StringComparison.Ordinal);
        Assert.Equal(403, (int)(await client.DeleteAsync(new Uri("http://tame.example/v1/items/7"))).StatusCode);

        await site.OutputAsync("apply");
        Assert.Equal(200, (int)(await client.DeleteAsync(new Uri("http://tame.example/v1/items/7"))).StatusCode);
        Assert.Equal(403, (int)(await client.DeleteAsync(new Uri("http://tame.example/v1/items/8"))).StatusCode);
    }

    [Fact]
    public async Task What_a_policy_denies_no_rule_lifts()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        using var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        await client.GetAsync(new Uri("http://wild.example/a"));
        using var content = new StringContent("x");
        Assert.Equal(403, (int)(await client.PostAsync(new Uri("http://tame.example/b"), content)).StatusCode);
        var denial = (await site.LogAsync("--verdict", "deny")).Single();
        var before = await File.ReadAllTextAsync(site.Configuration);

        var refused = await site.RunAsync(
            "policy", "permit", $"{denial.GetProperty("epoch")}-{denial.GetProperty("position")}");
        Assert.Equal(1, refused.Exit);
        Assert.Contains("two-doors", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(site.Configuration));
    }

    private static async Task<(Ended Up, string Status)> StatusAsync(Site site)
    {
        var up = await site.UpAsync();
        var status = await site.OutputAsync("status", "--json");
        return (await up.StopAsync(), status);
    }

    private static async Task AppendAsync(Site site, string old, string now)
    {
        var text = await File.ReadAllTextAsync(site.Configuration);
        Assert.Contains(old, text, StringComparison.Ordinal);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        await File.WriteAllTextAsync(site.Configuration, text[..at] + now + text[(at + old.Length)..]);
    }

    private static string Hash(string status) =>
        JsonElement.Parse(status).GetProperty("snapshot").GetString()!; // every status has one
}
