using System.Security.Cryptography;
using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>What an operator reads: on one screen, and without a node too.</summary>
public sealed class ReadingTests
{
    [Fact]
    public async Task Log_and_why_answer_without_a_node_say_so_and_change_nothing()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var id = await DeniedAsync(site, up, reads: 2);
        var (log, why) = (await site.OutputAsync("log"), await WhyAsync(site, id));
        Assert.Equal(0, (await up.StopAsync()).Exit);
        foreach (var index in (string[])["whole", "noise", "missing"])
        {
            Spoil(site, index);
            var before = Files(site);
            var read = await site.RunAsync("log");
            Assert.True(read.Exit == 0, $"{index}: {read}");
            Assert.StartsWith(log, read.Output, StringComparison.Ordinal);
            Assert.Contains("node.files-read", read.Errors, StringComparison.Ordinal);
            Assert.Single(await site.LogAsync("--verdict", "deny", "--text", "ACT tame", "--since", "1h"));
            var again = await WhyAsync(site, id);
            Assert.Contains(
                "Agent 'worker' may not POST", $"{again.GetProperty("denial").GetProperty("detail")}",
                StringComparison.Ordinal);
            foreach (var member in (string[])["action", "reads", "readsInAll", "outcome", "evidence", "denial"])
            {
                Assert.Equal($"{why.GetProperty(member)}", $"{again.GetProperty(member)}");
            }

            Assert.Equal(before, Files(site));
        }
    }

    [Fact]
    public async Task Words_are_offered_to_be_endorsed_only_while_their_run_is_open()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(
            upstream.Perimeter() + "policies: { packs: [allow-list, origins] }\n");
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        await client.GetStringAsync(new Uri("http://wild.example/books@evil.example"));
        var denied = await client.PostAsync(new Uri("http://tame.example/act?to=books@evil.example"), null);
        var id = Assert.Single(denied.Headers.GetValues("Sallyport-Decision"));
        Assert.Contains(
            "if it is meant: sallyport endorse", await site.OutputAsync("why", id), StringComparison.Ordinal);

        Assert.Equal($"{{\"run\":\"{run.Run}\"}}\n", await site.OutputAsync("runs", "end", run.Run, "--json"));
        Assert.DoesNotContain("sallyport endorse", await site.OutputAsync("why", id), StringComparison.Ordinal);
        await up.StopAsync();
        Assert.DoesNotContain("if it is meant", await site.OutputAsync("why", id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_be_read_of_a_damaged_ledger_is_shown_with_the_place_of_the_damage()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await DeniedAsync(site, up, reads: 1);
        Assert.Equal(0, (await up.StopAsync()).Exit);
        var segment = site.Ledger.Entries(0);
        var bytes = await File.ReadAllBytesAsync(segment);
        bytes[^40] ^= 1; // in the last entry
        await File.WriteAllBytesAsync(segment, bytes);

        var again = await site.RunAsync("up");
        Assert.Contains("ledger.damaged", again.Errors, StringComparison.Ordinal);
        var read = await site.RunAsync("log");
        Assert.True(read.Exit == 0, read.ToString());
        Assert.Contains("/read-0", read.Output, StringComparison.Ordinal);
        Assert.Contains("ledger.damaged", read.Errors, StringComparison.Ordinal);
        Assert.Contains(segment, read.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_of_a_run_that_has_read_much_fits_a_screen_and_tells_the_denial_again()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var id = await DeniedAsync(site, up, reads: 30);
        await using var verb = Child.Start(Site.Program, ["why", id], site.Folder,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["COLUMNS"] = "80" });
        verb.Input.Close();
        var shown = await verb.EndAsync();
        Assert.True(shown.Exit == 0, shown.ToString());
        var lines = shown.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 10, 40);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.Contains("  why: Agent 'worker' may not POST", shown.Output, StringComparison.Ordinal);
        Assert.Contains("  mend: ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("preceded by 30 reads", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"sallyport why {id} --limit 30", shown.Output, StringComparison.Ordinal);

        var all = JsonElement.Parse(await site.OutputAsync("why", id, "--limit", "30", "--json"));
        Assert.Equal(30, all.GetProperty("reads").GetArrayLength());
        Assert.False(all.GetProperty("more").GetBoolean());
    }

    [Fact]
    public async Task Decision_and_observation_name_each_other()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await DeniedAsync(site, up, reads: 1);
        var decision = Id((await site.LogAsync("--kind", "decision", "--verdict", "allow"))[0]);
        var observation = Id((await site.LogAsync("--kind", "observation"))[0]);
        Assert.Contains($"(of {decision})", await site.OutputAsync("log"), StringComparison.Ordinal);
        foreach (var asked in (string[])[decision, observation])
        {
            var why = await WhyAsync(site, asked);
            Assert.Equal(decision, Id(why.GetProperty("action")));
            Assert.Equal(observation, Id(why.GetProperty("outcome")));
        }
    }

    [Fact]
    public async Task A_page_names_the_entry_that_the_next_goes_on_before()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await DeniedAsync(site, up, reads: 3);
        var all = (await site.OutputAsync("log", "--kind", "decision")).Split('\n');
        var newest = await site.RunAsync("log", "--kind", "decision", "-n", "2");
        Assert.Equal(all[2..4], newest.Output.Split('\n')[..2]);
        var cursor = all[2].Split(' ')[0];
        Assert.Contains($"add --before {cursor}", newest.Errors, StringComparison.Ordinal);
        var rest = await site.RunAsync("log", "--kind", "decision", "-n", "2", "--before", cursor);
        Assert.Equal(all[..2], rest.Output.Split('\n')[..2]);
        Assert.Equal("", rest.Errors);
    }

    [Fact]
    public async Task Status_names_each_freeze_and_json_for_people_escapes_no_more_than_it_must()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await site.UpAsync();
        await site.OutputAsync("freeze", "--agent", "worker", "A+B & 'C' \u202e\"\\u002B\"");
        await site.OutputAsync("freeze", "--agent", "other", "two");
        var status = await site.OutputAsync("status");
        Assert.StartsWith("ready ", status, StringComparison.Ordinal);
        Assert.Contains("2 freezes", status, StringComparison.Ordinal);
        Assert.Contains("agent:worker is refused everything: freeze f1", status, StringComparison.Ordinal);
        Assert.Contains("agent:other is refused everything: freeze f2", status, StringComparison.Ordinal);
        Assert.Contains("all indexed", status, StringComparison.Ordinal);

        var json = await site.OutputAsync("freeze", "list", "--json");
        Assert.Contains("A+B & 'C' \\u202E\\u0022\\\\u002B", json, StringComparison.Ordinal);
        Assert.Equal(
            "A+B & 'C' \u202e\"\\u002B\"", JsonElement.Parse(json)[0].GetProperty("reason").GetString());
    }

    // Reads, and then an act that is denied: its entry.
    private static async Task<string> DeniedAsync(Site site, Up up, int reads)
    {
        using var client = ProxyClient.Of(up, await site.OpenRunAsync("worker"));
        for (var i = 0; i < reads; i++)
        {
            await client.GetStringAsync(new Uri($"http://wild.example/read-{i}"));
        }

        var denied = await client.PostAsync(new Uri("http://tame.example/act"), new StringContent("x"));
        return Assert.Single(denied.Headers.GetValues("Sallyport-Decision"));
    }

    private static async Task<JsonElement> WhyAsync(Site site, string id) =>
        JsonElement.Parse(await site.OutputAsync("why", id, "--json"));

    private static string Id(JsonElement entry) => $"{entry.GetProperty("epoch")}-{entry.GetProperty("position")}";

    private static void Spoil(Site site, string index)
    {
        switch (index)
        {
            case "noise":
                File.WriteAllText(site.Ledger.Index, new string('x', 10_000));
                break;
            case "missing":
                File.Delete(site.Ledger.Index);
                break;
        }
    }

    private static string Files(Site site) => string.Join('\n', Directory
        .EnumerateFiles(site.Ledger.Root, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => $"{path} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"));
}
