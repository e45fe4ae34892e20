using System.Net;
using System.Text.Json;
using Sallyport.Console;
using Sallyport.EndToEnd.Stage;
using Sallyport.Verbs;

namespace Sallyport.EndToEnd.Gate;

// One agent's flood neither fills the disk nor stops the fleet.
public sealed class StorageTests : IAsyncDisposable
{
    private static readonly Uri Page = new("http://notes.test/page");
    private readonly GateStage stage = new();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task A_flooding_agent_is_refused_and_the_fleet_goes_on_also_after_a_restart()
    {
        await StartAsync("quotas: { agent:research: 6KiB per day }");
        var (run, other) = (await stage.OpenRunAsync(), await stage.OpenRunAsync("other"));
        using (var client = run.HttpOverTcp())
        {
            // Of denials too: nothing allows the host.
            var answers = 0;
            while (answers++ < 40)
            {
                Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(client, new Uri("http://nowhere.test/x")));
            }

            using var response = await client.GetAsync(Page);
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.Equal("ledger.quota", response.Headers.GetValues("Sallyport-Denied").Single());
            var told = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            Assert.Contains(
                "Agent 'research' has filled the ledger quota of 6KiB per day; there is room again at ",
                told.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Contains(
                "'6KiB per day' at sallyport.yaml:", told.GetProperty("mend").GetString(), StringComparison.Ordinal);
            Assert.False(told.TryGetProperty("decision", out _));
        }

        using (var client = other.HttpOverTcp())
        {
            Assert.Equal("text", await client.GetStringAsync(Page));
        }

        var view = Assert.Single(await stage.Client.GetAsync(
            "limits", ApiJson.Default.IReadOnlyListLimitView, CancellationToken.None));
        Assert.Equal(("ledger-quota", "agent:research", "ledger-bytes"), (view.Id, view.For, view.Unit));
        Assert.True(view.Used >= view.Max && view.OpensAt is not null);

        await stage.StopNodeAsync();
        await stage.StartNodeAsync();
        var refused = (await stage.LogAsync("kind=refused")).Sum(entry => entry.GetProperty("refused").GetInt64());
        Assert.True(refused >= 1);
        var fault = await Assert.ThrowsAsync<FaultException>(() => stage.OpenRunAsync());
        Assert.Equal("ledger.quota", fault.Fault.Code);
        await stage.OpenRunAsync("other");
    }

    [Fact]
    public async Task A_disk_with_less_than_is_kept_refuses_agents_and_the_switch_works_and_is_recorded()
    {
        await StartAsync("reserve: none");
        var run = await stage.OpenRunAsync();
        using var client = run.HttpOverTcp();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, Page));
        await WriteAsync("reserve: 900TiB");
        await stage.ApplyAsync();
        await Eventually.TrueAsync(
            async () => !(await StatusAsync()).Ready, () => "the node does not say that the disk is full");
        Assert.Contains(
            "less than 900TiB left", Assert.Single((await StatusAsync()).Degraded), StringComparison.Ordinal);

        using (var response = await client.GetAsync(Page))
        {
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal("ledger.reserve", response.Headers.GetValues("Sallyport-Denied").Single());
        }

        Assert.NotNull((await stage.FreezeAsync("agent:other")).Entry);
        Assert.NotNull((await stage.ThawAsync()).Entry);
        Assert.Equal(1, stage.Notes.Requests);

        await WriteAsync("reserve: none");
        await stage.ApplyAsync();
        await Eventually.TrueAsync(
            async () => await StatusAsync(client, Page) is HttpStatusCode.OK, () => "agents are still refused");
        await Eventually.TrueAsync(
            async () => (await stage.LogAsync("kind=refused")).Any(
                entry => entry.GetProperty("code").GetString() == "ledger.reserve"),
            () => "nothing says what was refused");
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, Uri page)
    {
        using var response = await client.GetAsync(page);
        return response.StatusCode;
    }

    private Task<StatusView> StatusAsync() =>
        stage.Client.GetAsync("status", ApiJson.Default.StatusView, CancellationToken.None);

    private async Task StartAsync(string line)
    {
        stage.More = "ledger: { " + line + " }";
        await stage.InitializeAsync();
        stage.Notes.On("/page", "text");
    }

    private Task WriteAsync(string line)
    {
        stage.More = "ledger: { " + line + " }";
        return stage.WriteAsync(stage.Configuration());
    }
}
