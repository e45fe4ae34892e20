using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sallyport.EndToEnd.Stage;
using static Sallyport.EndToEnd.Program.ApprovalVerbTests;

namespace Sallyport.EndToEnd.Program.Evidence;

/// <summary>Kept bodies through the verbs: seen, held, released and dropped, and the log verifies as before.</summary>
public sealed class ContentVerbTests
{
    private const string Kept = "content: { keep: [{ source: tame, bodies: responses, for: 30d }] }\n";

    [Fact]
    public async Task A_body_is_shown_held_released_and_dropped()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter() + Kept);
        var up = await site.UpAsync();
        var (read, digest) = await ReadAsync(site, up);

        var listed = JsonElement.Parse(await site.OutputAsync("content", "list", "--json"));
        Assert.Equal(digest, listed.GetProperty("newest")[0].GetProperty("digest").GetString());
        Assert.Contains("kept since ", await site.OutputAsync("content", "show", digest), StringComparison.Ordinal);
        Assert.Contains("response kept since ", await site.OutputAsync("why", read), StringComparison.Ordinal);
        Assert.Contains("bodies 1 kept", await site.OutputAsync("status"), StringComparison.Ordinal);
        var told = await site.RunAsync("log", "--digest", digest[..12]);
        Assert.Contains($"body {digest}: kept since ", told.ToString(), StringComparison.Ordinal);
        var body = Encoding.UTF8.GetBytes(await site.OutputAsync("content", "show", digest, "--body"));
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(body)));

        Assert.Contains(
            "legal hold c1 on agent:worker, entry ",
            await site.OutputAsync("content", "hold", "case 42", "--agent", "worker"), StringComparison.Ordinal);
        await RefusedAsync(site, 1, "content.held", "content", "drop", digest, "away with it");
        Assert.Contains("under legal hold c1", await site.OutputAsync("content", "list"), StringComparison.Ordinal);
        await site.OutputAsync("content", "release", "c1", "case closed");
        await RefusedAsync(site, 1, "content.hold-unknown", "content", "release", "c1", "again");
        await site.OutputAsync("content", "drop", digest, "asked for");

        await RefusedAsync(site, 1, "content.not-kept", "content", "show", digest, "--body");
        var gone = await site.RunAsync("content", "show", digest);
        Assert.Equal(1, gone.Exit);
        Assert.Contains("dropped, entry ", gone.Output, StringComparison.Ordinal);
        Assert.Contains("asked for", gone.Output, StringComparison.Ordinal);
        Assert.Contains("response dropped", await site.OutputAsync("why", read), StringComparison.Ordinal);
        Assert.Contains(
            "legal hold c1 on agent:worker released", await site.OutputAsync("log"), StringComparison.Ordinal);
        await up.StopAsync();
        await site.OutputAsync("ledger", "verify");
        await site.OutputAsync("policy", "replay", "--since", "1h");
    }

    [Fact]
    public async Task Whoever_is_only_the_nodes_user_neither_drops_nor_releases_where_an_operator_has_a_key()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await SiteAsync(upstream, Kept);
        var up = await site.UpAsync();
        var (_, digest) = await ReadAsync(site, up);
        await RefusedAsync(site, 1, "operator.factor", "content", "drop", digest, "away with it");
        await RefusedAsync(site, 1, "operator.factor", "content", "hold", "case 42", "--digest", digest);
        Assert.Matches(
            $"\nact content-drop\nwhat {digest}\n",
            await site.OutputAsync("content", "drop", digest, "asked for", "--challenge"));
        Assert.Equal(0, (await SignedAsync(
            site, Passphrase, "content", "hold", "case 42", "--digest", digest, "--key", "alice")).Exit);
        await RefusedAsync(site, 1, "operator.factor", "content", "release", "c1", "closed");
        Assert.Equal(0, (await SignedAsync(
            site, Passphrase, "content", "release", "c1", "closed", "--key", "alice")).Exit);
        Assert.Equal(0, (await SignedAsync(
            site, Passphrase, "content", "drop", digest, "asked for", "--key", "alice")).Exit);
        Assert.Contains(
            "by operator:alice", await site.OutputAsync("log", "--kind", "content"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_own_user_can_take_a_file_away_and_everybody_sees_it()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter() + Kept);
        var (_, digest) = await ReadAsync(site, await site.UpAsync());
        var file = Path.Combine(site.State, "content", "30d", digest[..2], digest + ".gz");
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, bytes[..^20], TestContext.Current.CancellationToken);
        await RefusedAsync(site, 1, "content.damaged", "content", "show", digest, "--body");
        File.Delete(file);
        Assert.Contains("MISSING", (await site.RunAsync("content", "show", digest)).Output, StringComparison.Ordinal);
    }

    // A read that is kept: its decision and the digest of what it brought.
    private static async Task<(string Read, string Digest)> ReadAsync(Site site, Up up)
    {
        var run = await site.OpenRunAsync("worker");
        using (var client = ProxyClient.Of(up, run))
        {
            await client.GetStringAsync(new Uri("http://tame.example/page"));
        }

        IReadOnlyList<JsonElement> kept = [];
        await Eventually.TrueAsync(
            async () => (kept = await site.LogAsync("--kind", "content")).Count > 0, () => "nothing is kept");
        var digest = kept[0].GetProperty("digests").GetString()!; // one
        var seen = Assert.Single(await site.LogAsync("--kind", "observation"));
        Assert.Equal(digest, seen.GetProperty("digestReceived").GetString());
        return (seen.GetProperty("decision").GetString()!, digest); // it follows from one
    }
}
