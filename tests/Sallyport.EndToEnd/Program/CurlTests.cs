using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>curl inside a run: the client that everybody tries first.</summary>
public sealed class CurlTests
{
    [Fact]
    public async Task Curl_inside_a_run_goes_through_the_gate_over_http_and_inspected_https()
    {
        // a shell has one
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "curl"))))
        {
            Assert.Skip("curl is not installed [needs curl]");
        }

        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var range = site.Start(Site.Range,
            ["up", "--state", Path.Combine(site.Folder, "range"), "--until-stdin-closes"]);
        var ready = JsonElement.Parse(await range.LineAsync());
        // it has one
        File.Copy(ready.GetProperty("ca").GetString()!, Path.Combine(site.Folder, "perimeter", "range-ca.pem"));
        var listen = ready.GetProperty("listen").GetString();
        await File.WriteAllTextAsync(
            site.Configuration,
            upstream.Perimeter().Replace("HEAD wild.example", "HEAD wiki.corp.example", StringComparison.Ordinal)
            + $"  wiki: {{ hosts: [wiki.corp.example], labels: [], address: {listen}, ca: range-ca.pem }}\n");
        await site.UpAsync();

        var plain = await CurlAsync(site, "http://tame.example/by-curl");
        Assert.True(plain.Exit == 0, plain.ToString());
        Assert.StartsWith("/by-curl ", plain.Output, StringComparison.Ordinal);
        Assert.Contains("GET /by-curl", upstream.Arrived, StringComparer.Ordinal);

        var inspected = await CurlAsync(site, "https://wiki.corp.example/");
        Assert.True(inspected.Exit == 0, inspected.ToString());
        Assert.True(inspected.Output.Length > 0, inspected.ToString());
        var decision = Assert.Single(
            await site.LogAsync("--host", "wiki.corp.example", "--kind", "decision", "--verdict", "allow"));
        Assert.Equal("GET", decision.GetProperty("method").GetString());
        Assert.Equal("https://wiki.corp.example/", decision.GetProperty("target").GetString());

        // Denied in both forms: the code reaches curl's output, and nothing reaches the upstream.
        var denied = await CurlAsync(site, "http://elsewhere.example/");
        Assert.Contains("egress.not-allowed", denied.Output, StringComparison.Ordinal);
        var tunnel = await CurlAsync(site, "https://elsewhere.example/");
        Assert.NotEqual(0, tunnel.Exit);
        Assert.Contains("403", tunnel.Errors, StringComparison.Ordinal);
        Assert.Single(upstream.Arrived);
    }

    private static Task<Ended> CurlAsync(Site site, string url) =>
        site.RunAsync("run", "--quiet", "--agent", "worker", "--", "curl", "--silent", "--show-error", "--max-time",
            "30", url);
}
