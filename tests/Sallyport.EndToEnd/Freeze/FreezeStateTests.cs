using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Freeze;

public sealed class FreezeStateTests(GateStage stage) : IClassFixture<GateStage>
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"version\":1,\"epoch\":-1,\"active\":[]}")]
    [InlineData("{\"version\":2,\"epoch\":9,\"active\":[]}")]
    [InlineData("{\"version\":1,\"epoch\":9,\"active\":[{\"id\":\"f1\",\"scope\":\"half\",\"reason\":\"\",\"author\":\"\",\"at\":\"2026-01-01T00:00:00Z\"}]}")]
    public async Task A_state_that_cannot_be_read_is_frozen(string text)
    {
        var run = await stage.OpenRunAsync();
        await stage.StopNodeAsync();
        await File.WriteAllTextAsync(stage.State.Freeze, text);
        await stage.StartNodeAsync();
        try
        {
            Assert.Equal("freeze.active", await DeniedAsync(run));
        }
        finally
        {
            await stage.ThawAsync();
        }

        Assert.Null(await DeniedAsync(run));
    }

    [Fact]
    public async Task A_freeze_outlives_a_restart()
    {
        var run = await stage.OpenRunAsync();
        await stage.FreezeAsync("all");
        await stage.StopNodeAsync();
        await stage.StartNodeAsync();
        Assert.Equal("freeze.active", await DeniedAsync(run));
        await stage.ThawAsync();
    }

    [Fact]
    public async Task A_state_that_is_older_than_the_ledger_is_frozen()
    {
        var run = await stage.OpenRunAsync();
        await stage.FreezeAsync("all");
        await stage.StopNodeAsync();
        File.Delete(stage.State.Freeze);
        await stage.StartNodeAsync();
        Assert.Equal("freeze.active", await DeniedAsync(run));
        await stage.ThawAsync();
    }

    private async Task<string?> DeniedAsync(TestRun run)
    {
        stage.Notes.On("/", "note");
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://notes.test/ HTTP/1.1\r\nHost: notes.test\r\n\r\n");
        return (await client.ResponseAsync()).Denied;
    }
}
