using System.Collections.Concurrent;
using System.Globalization;
using Sallyport.Console;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Change;

// Hundreds of requests, a tunnel and a WebSocket-like tunnel while two perimeters alternate.
public sealed class SwapUnderLoadTests : IAsyncLifetime
{
    private const int Clients = 8;
    private const int Rounds = 30;
    private const string Sometimes = "reading.test";
    private const string Optional = "      - GET,HEAD reading.test/v1/**\n";

    private readonly GateStage stage = new();

    public ValueTask InitializeAsync() => stage.InitializeAsync();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task Each_answer_is_right_for_one_of_the_two_and_nothing_is_dropped()
    {
        stage.Notes.On("/always", "here");
        stage.Notes.On("/v1/now-and-then", "here");
        var run = await stage.OpenRunAsync();
        using var tunnel = await run.TunnelAsync("chat.test:443");
        using var far = await stage.Pipe.NextAsync();
        var wide = stage.Configuration();
        var narrow = wide.Replace(Optional, "", StringComparison.Ordinal);
        var answers = new ConcurrentBag<(string Host, int Status, string? Denied)>();
        var wideHash = (await stage.Client.GetAsync(
            "perimeter", ApiJson.Default.PerimeterStateView, TestContext.Current.CancellationToken)).Hash;
        var swaps = 0;
        using var done = new CancellationTokenSource();

        var swapping = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await stage.WriteAsync(swaps % 2 == 0 ? narrow : wide);
                Assert.Equal("applied", (await stage.ApplyAsync()).State);
                swaps++;
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                await AskAsync(run, "notes.test", "/always", answers);
                await AskAsync(run, Sometimes, "/v1/now-and-then", answers);
                if (client == 0)
                {
                    await tunnel.SendAsync("ping");
                    Assert.Equal("ping", await far.ReadAsync(4));
                }
            }
        }));
        await done.CancelAsync();
        await swapping;

        Assert.True(swaps >= 2, $"only {swaps} swaps");
        Assert.Equal(Clients * Rounds * 2, answers.Count);
        Assert.All(answers, answer => Assert.True(
            answer.Status == 200
                || (answer.Host == Sometimes && (answer.Denied == "egress.not-allowed" || answer.Status == 0)),
            $"{answer}"));

        // Allowed where it is allowed, denied where it is not, by whichever was in force; both have been, under load.
        var decided = (await stage.LogAsync(run, "kind=decision"))
            .Where(entry => entry.GetProperty("host").GetString() == Sometimes)
            .Select(entry => (
                Verdict: entry.GetProperty("verdict").GetString(),
                IsWide: entry.GetProperty("snapshot").GetString() == wideHash))
            .ToList();
        Assert.All(decided, entry => Assert.Equal(entry.IsWide ? "allow" : "deny", entry.Verdict));
        Assert.Contains(decided, entry => entry.IsWide);
        Assert.Contains(decided, entry => !entry.IsWide);

        // What was under way and is no longer allowed was cut, which is the one way to lose a connection here.
        var cuts = await stage.LogAsync(run, "kind=cut");
        Assert.True(answers.Count(answer => answer.Status == 0) <= cuts.Count, "a connection was lost without a cut");
        Assert.All(cuts, cut => Assert.Equal("egress.not-allowed", cut.GetProperty("code").GetString()));
    }

    // A connection of its own for each, so that a refusal ends no other's. Status 0: it was cut.
    private static async Task AskAsync(
        TestRun run, string host, string path, ConcurrentBag<(string Host, int Status, string? Denied)> answers)
    {
        using var client = await run.ConnectAsync();
        await client.SendAsync(
            $"GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        var (text, _) = await client.ToEndAsync();
        var head = text.Split("\r\n\r\n")[0];
        var status = text.Length == 0 ? 0 : int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture);
        var denied = head.Split("\r\n")
            .FirstOrDefault(line => line.StartsWith("Sallyport-Denied: ", StringComparison.Ordinal));
        if (status == 200 && !text.Contains("here", StringComparison.Ordinal))
        {
            status = 0; // Half of it.
        }

        answers.Add((host, status, denied?["Sallyport-Denied: ".Length..]));
    }
}
