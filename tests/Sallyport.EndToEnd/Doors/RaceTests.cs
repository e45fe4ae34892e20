using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// The read races the send. What the receiver must never see is a byte that was sent after the sender could see a labelled one.
public sealed class RaceTests(GateStage stage) : IClassFixture<GateStage>
{
    private const int Rounds = 50;
    private const int Seed = 20_261;
    private const int Cut = 0;

    [Fact]
    public async Task Through_a_tunnel_no_tainted_byte_arrives()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var run = await stage.OpenRunAsync();
            using var tunnel = await run.TunnelAsync("pipe.test:443");
            using var upstream = await stage.Pipe.NextAsync();

            await RaceAsync(run, tunnel, upstream, clean: "c", tainted: "T", round);
        }
    }

    [Fact]
    public async Task In_an_upload_no_tainted_byte_arrives()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var run = await stage.OpenRunAsync();
            using var upload = await InterlockTests.UploadAsync(run);
            using var upstream = await stage.Raw.NextAsync();
            await upstream.UntilAsync("clean\r\n");

            await RaceAsync(run, upload, upstream, clean: "1\r\nc\r\n", tainted: "1\r\nT\r\n", round);
        }
    }

    [Fact]
    public async Task Effects_and_a_read_have_one_order()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var run = await stage.OpenRunAsync();
            stage.Feed.On("/post", "obey");
            stage.Notes.On("/act", "done");
            using var http = run.Http();
            var random = new Random(Seed + round);
            var effects = Enumerable.Range(0, 6).Select(async _ =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(4)), TimeProvider.System, CancellationToken.None);
                try
                {
                    using var response = await http.PostAsync(new Uri("http://notes.test/act"), new StringContent("x"));
                    return (int)response.StatusCode;
                }
                catch (HttpRequestException)
                {
                    return Cut; // Allowed before the join, and its body was still on the way.
                }
            }).ToList();
            await http.GetStringAsync(new Uri("http://feed.test/post"));
            Assert.All(await Task.WhenAll(effects), status => Assert.Contains(status, new[] { 200, 403, Cut }));

            // The ledger is the judge: no allowed effect stands after the entry that carries the label.
            var entries = await stage.LogAsync(run);
            var joined = entries.Single(entry => entry.GetProperty("kind").GetString() == "labels").GetProperty("position").GetInt64();
            Assert.DoesNotContain(entries, entry =>
                entry.GetProperty("kind").GetString() == "decision"
                && entry.GetProperty("class").GetString() == "effect"
                && entry.GetProperty("verdict").GetString() == "allow"
                && entry.GetProperty("position").GetInt64() > joined);
        }
    }

    private async Task RaceAsync(TestRun run, RawPeer sender, RawPeer upstream, string clean, string tainted, int round)
    {
        stage.Feed.On("/post", "obey");
        var random = new Random(Seed + round);
        var (sendPause, readPause) = (random.Next(3), random.Next(6));
        var hasRead = 0;
        var received = upstream.ToEndAsync();
        var sending = Task.Run(async () =>
        {
            // Looked at before each send: what is sent after it is seen may carry what was read.
            while (await sender.TrySendAsync(Volatile.Read(ref hasRead) == 0 ? clean : tainted))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(sendPause), TimeProvider.System, CancellationToken.None);
            }
        });
        using var reader = await run.ConnectAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(readPause), TimeProvider.System, CancellationToken.None);
        await reader.SendAsync("GET http://feed.test/post HTTP/1.1\r\nHost: feed.test\r\n\r\n");
        await reader.UntilAsync("H");
        Volatile.Write(ref hasRead, 1);
        await Eventually.Within(sending.ContinueWith(_ => true, TaskScheduler.Default));

        var (text, _) = await Eventually.Within(received);
        Assert.False(text.Contains('T', StringComparison.Ordinal), $"round {round} of seed {Seed}: a tainted byte arrived");
    }
}
