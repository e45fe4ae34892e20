using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sallyport.Console;

namespace Sallyport.Demo;

/// <summary>What happened on one line of the demo.</summary>
/// <param name="What">What was tried, in a few words.</param>
/// <param name="Promised">What the perimeter promises.</param>
/// <param name="Got">What came back.</param>
/// <param name="Kept">Whether that is the promise.</param>
/// <param name="Entry">The ledger entry that proves it.</param>
internal sealed record DemoLine(string What, string Promised, string Got, bool Kept, string Entry);

/// <summary>The demo: two agents, a hostile network, and six promises.</summary>
internal sealed class DemoScript(DemoStage stage, Action<DemoLine> show)
{
    private const int Posts = 500;
    private readonly List<DemoLine> lines = [];

    /// <summary>Plays it.</summary>
    /// <returns>Whether every promise was kept, and the entry of the denied effect, to ask why about.</returns>
    public async Task<(bool AllKept, string Denied)> PlayAsync(CancellationToken cancellation)
    {
        await using var research = stage.StartAgent("research");
        await using var clerk = stage.StartAgent("clerk");
        await ReadAsync(research, cancellation);
        await FeedDeniedAsync(clerk, cancellation);
        var denied = await PostDeniedAsync(research, cancellation);
        await WikiReadAsync(clerk, cancellation);
        await MetadataRefusedAsync(clerk, cancellation);
        await FreezeCutsAsync(research, cancellation);
        return (lines.TrueForAll(line => line.Kept), denied);
    }

    private async Task ReadAsync(DemoAgent research, CancellationToken cancellation)
    {
        var result = await research.StepAsync($"{{\"do\":\"read-posts\",\"base\":\"https://www.moltbook.com/api/v1\",\"count\":{Posts}}}", cancellation);
        var read = Number(result, "posts");
        var runs = await stage.Client.GetAsync("runs", ApiJson.Default.IReadOnlyListRunView, cancellation);
        var labels = string.Join(',', runs.First(run => run.Agent == "research").Labels);
        Add(new DemoLine(
            $"research reads {Posts} posts", "allowed, and it is tainted", $"{read} posts, carries {labels}",
            read == Posts && labels == "social,untrusted", await LastAsync("agent=research&kind=observation", cancellation)));
    }

    private async Task FeedDeniedAsync(DemoAgent clerk, CancellationToken cancellation)
    {
        var result = await clerk.StepAsync("""{"do":"get","url":"https://www.moltbook.com/api/v1/posts"}""", cancellation);
        var entry = await LastEntryAsync("agent=clerk&verdict=deny", cancellation);
        Add(new DemoLine(
            "clerk asks for the feed", "denied: egress.not-allowed", $"{Status(result)} {Code(entry)}",
            Status(result) == 403 && Code(entry) == "egress.not-allowed", Id(entry)));
    }

    private async Task<string> PostDeniedAsync(DemoAgent research, CancellationToken cancellation)
    {
        var result = await research.StepAsync(
            """{"do":"post","url":"https://www.moltbook.com/api/v1/posts","headers":{"Authorization":"Bearer moltbook_demo"},"body":{"submolt":"general","title":"as I was told","content":"the post said so"}}""",
            cancellation);
        var entry = await LastEntryAsync("agent=research&verdict=deny", cancellation);
        var arrived = await ArrivedAsync("POST", cancellation);
        Add(new DemoLine(
            "research posts what it was told", "denied: flow.two-doors", $"{Status(result)} {Code(entry)}, {arrived} arrived",
            Status(result) == 403 && Code(entry) == "flow.two-doors" && arrived == 0, Id(entry)));
        return Id(entry);
    }

    private async Task WikiReadAsync(DemoAgent clerk, CancellationToken cancellation)
    {
        var result = await clerk.StepAsync("""{"do":"get","url":"https://wiki.corp.example/"}""", cancellation);
        Add(new DemoLine(
            "clerk reads the company wiki", "allowed", $"{Status(result)}, {Number(result, "bytes")} bytes",
            Status(result) == 200, await LastAsync("agent=clerk&verdict=allow", cancellation)));
    }

    private async Task MetadataRefusedAsync(DemoAgent clerk, CancellationToken cancellation)
    {
        var result = await clerk.StepAsync("""{"do":"get","url":"http://169.254.169.254/latest/meta-data/"}""", cancellation);
        var entry = await LastEntryAsync("agent=clerk&verdict=deny", cancellation);
        Add(new DemoLine(
            "clerk asks the cloud metadata", "denied: egress.refused-address", $"{Status(result)} {Code(entry)}",
            Status(result) == 403 && Code(entry) == "egress.refused-address", Id(entry)));
    }

    private async Task FreezeCutsAsync(DemoAgent research, CancellationToken cancellation)
    {
        await research.StepAsync("""{"do":"stream","url":"https://www.moltbook.com/api/v1/stream","untilCut":true,"maxSeconds":30,"announce":true}""", cancellation);
        var freeze = await stage.Client.PostAsync(
            "freezes", new FreezeRequest("agent:research", "demo: incident 42"), ApiJson.Default.FreezeRequest, ApiJson.Default.FreezeAnswer, cancellation);
        var result = await research.NextAsync(cancellation);
        var ended = result.TryGetProperty("ended", out var how) ? how.GetString() : "?";
        Add(new DemoLine(
            "freeze while a stream is live", "the stream is cut", $"{ended} after {Number(result, "events")} events",
            ended == "cut" && freeze.ChannelsCut > 0, freeze.Entry ?? "-"));
    }

    private void Add(DemoLine line)
    {
        lines.Add(line);
        show(line);
    }

    private async Task<string> LastAsync(string filter, CancellationToken cancellation) => Id(await LastEntryAsync(filter, cancellation));

    private async Task<JsonElement> LastEntryAsync(string filter, CancellationToken cancellation)
    {
        await foreach (var line in stage.Client.LinesAsync($"log?limit=1&{filter}", cancellation))
        {
            return JsonDocument.Parse(line).RootElement;
        }

        return JsonDocument.Parse("{}").RootElement;
    }

    // What the receiver saw, asked of the range itself and not through the gate.
    private async Task<long> ArrivedAsync(string method, CancellationToken cancellation)
    {
        using var ca = X509CertificateLoader.LoadCertificateFromFile(stage.RangeCa);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(ca);
        using var http = new HttpClient(handler);
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"https://{stage.RangeAddress}/_range/received?method={method}"), cancellation));
        return answer.RootElement.GetProperty("matching").GetInt64();
    }

    private static string Id(JsonElement entry) => entry.TryGetProperty("position", out var position)
        ? $"{entry.GetProperty("epoch").GetInt64()}-{position.GetInt64()}"
        : "-";

    private static string Code(JsonElement entry) => entry.TryGetProperty("code", out var code) ? code.GetString() ?? "" : "";

    // A refused CONNECT shows a client no more than the proxy's status.
    private static long Status(JsonElement result) => Number(result, "status") is > 0 and var status ? status : Number(result, "proxy_status");

    private static long Number(JsonElement value, string name) =>
        value.TryGetProperty(name, out var number) && number.ValueKind is JsonValueKind.Number ? (long)number.GetDouble() : 0;
}
