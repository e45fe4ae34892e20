using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// Labels of open runs survive a restart of the node; so does a freeze, and a state that cannot be read is frozen.
public sealed class RestartTests(GateStage stage) : IClassFixture<GateStage>
{
    [Fact]
    public async Task A_tainted_run_is_tainted_after_a_restart()
    {
        var run = await stage.OpenRunAsync();
        stage.Feed.On("/post", "obey");
        using (var before = run.HttpOverTcp())
        {
            Assert.Equal("obey", await before.GetStringAsync(new Uri("http://feed.test/post")));
        }

        await stage.StopNodeAsync();
        await stage.StartNodeAsync();

        Assert.Equal("untrusted", await stage.LabelsAsync(run));
        using var after = await run.ConnectAsync();
        await after.SendAsync("POST http://notes.test/act HTTP/1.1\r\nHost: notes.test\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal("flow.two-doors", (await after.ResponseAsync()).Denied);
    }

    [Fact]
    public async Task An_ended_run_stays_ended()
    {
        var run = await stage.OpenRunAsync();
        await stage.EndRunAsync(run);
        await stage.StopNodeAsync();
        await stage.StartNodeAsync();

        using var client = await RawPeer.ConnectAsync((await stage.OpenRunAsync()).Proxy);
        await client.SendAsync($"GET http://notes.test/ HTTP/1.1\r\nHost: notes.test\r\nProxy-Authorization: {run.Authorization}\r\n\r\n");
        Assert.Equal(407, (await client.ResponseAsync()).Status);
    }
}
