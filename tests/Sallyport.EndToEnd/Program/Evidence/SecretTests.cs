using System.Text;

namespace Sallyport.EndToEnd.Program.Evidence;

/// <summary>What runs send as credentials is in nothing that the node writes or prints.</summary>
public sealed class SecretTests
{
    // With characters that each form writes in its own way.
    private static readonly Dictionary<string, string> Sent = new(StringComparer.Ordinal)
    {
        ["bearer"] = "bearer+9f\"3kQ/zT<7&Lw=2",
        ["cookie"] = "cookie-41xVb8~pRt.0Ys",
        ["key"] = "apikey\\c7Hd!92mNq$Zw4",
        ["basic"] = "basic:6Gf'u1Jk*8sDe?3o",
        ["body"] = "password+R5t/Yx=2%Wq_7",
    };

    [Fact]
    public void The_scan_finds_what_is_planted_in_every_form()
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["planted"] = Sent["bearer"] };
        foreach (var before in (string[])["", "x", "xy", "xyz"])
        {
            var raw = Encoding.UTF8.GetBytes(before + Sent["bearer"] + " after");
            string[] forms =
            [
                Convert.ToBase64String(raw), Convert.ToHexString(raw), Convert.ToHexStringLower(raw),
                before + Uri.EscapeDataString(Sent["bearer"]), Encoding.UTF8.GetString(raw),
                System.Text.Json.JsonSerializer.Serialize(before + Sent["bearer"]),
            ];
            Assert.All(forms, form => Assert.NotEmpty(
                SecretScan.Find(secrets, [("file", Encoding.ASCII.GetBytes("{" + form + "}"))])));
        }

        Assert.Empty(SecretScan.Find(secrets, [("file", Encoding.ASCII.GetBytes("bearer+9f and no more"))]));
    }

    [Fact]
    public async Task No_credential_that_a_run_sends_is_written_or_printed()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using (var client = ProxyClient.Of(up, run))
        {
            // Allowed, denied by a rule, and denied by what the run has read by then.
            foreach (var (method, address) in ((HttpMethod, string)[])
            [
                (HttpMethod.Post, "http://tame.example/in"), (HttpMethod.Get, "http://tame.example/read"),
                (HttpMethod.Get, "http://nowhere.example/"), (HttpMethod.Get, "http://wild.example/read"),
                (HttpMethod.Post, "http://tame.example/out"),
            ])
            {
                using var request = new HttpRequestMessage(method, new Uri(address));
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Sent["bearer"]}");
                request.Headers.TryAddWithoutValidation("Cookie", $"session={Sent["cookie"]}");
                request.Headers.TryAddWithoutValidation("X-Api-Key", Sent["key"]);
                request.Headers.TryAddWithoutValidation(
                    "X-Forward-Auth", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Sent["basic"]))}");
                if (method == HttpMethod.Post)
                {
                    request.Content = new StringContent(Sent["body"]);
                }

                using var response = await client.SendAsync(request);
                await response.Content.ReadAsByteArrayAsync();
            }
        }

        Assert.Contains("POST /in", upstream.Arrived, StringComparer.Ordinal);
        var log = await site.LogAsync();
        var printed = new List<(string, byte[])>();
        foreach (var words in (string[][])
        [
            ["log"], ["log", "--json"], ["status", "--json"], ["runs", "--json"],
            .. log.Where(entry => entry.GetProperty("kind").GetString() == "decision")
                .Select(entry => (string[])["why", $"{entry.GetProperty("epoch")}-{entry.GetProperty("position")}"]),
        ])
        {
            printed.Add((string.Join(' ', words), Encoding.UTF8.GetBytes((await site.RunAsync(words)).ToString())));
        }

        var ended = await up.StopAsync();
        printed.Add(("up", Encoding.UTF8.GetBytes($"{ended}{up.Child.Errors}")));
        var files = Directory.EnumerateFiles(site.State, "*", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(site.State, path), File.ReadAllBytes(path))).ToList();
        Assert.Contains(
            files, file => file.Item1.EndsWith(".entries", StringComparison.Ordinal) && file.Item2.Length > 0);
        Assert.Contains(files, file => file.Item1.EndsWith("index.db", StringComparison.Ordinal));

        // The run's own token too: the node keeps its digest.
        var secrets = new Dictionary<string, string>(Sent, StringComparer.Ordinal) { ["token"] = run.Token };
        Assert.Empty(SecretScan.Find(secrets, [.. files, .. printed]));

        // The keys are where they belong, and nowhere else.
        string[] own = ["ca.key", Path.Combine("ledger", "key")];
        var keys = own.ToDictionary(
            name => name,
            name => File.ReadAllText(Path.Combine(site.State, name)).Trim().Split('\n')[^1].Split('+')[^1],
            StringComparer.Ordinal);
        keys["ca.key"] = (await File.ReadAllLinesAsync(Path.Combine(site.State, "ca.key")))[1];
        Assert.Empty(SecretScan.Find(keys, [.. files.Where(file => !own.Contains(file.Item1)), .. printed]));
        Assert.Equal(2, SecretScan.Find(keys, files).Count(found => found.Contains("(raw)", StringComparison.Ordinal)));
    }
}
