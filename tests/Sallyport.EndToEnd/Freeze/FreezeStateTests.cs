using Sallyport.EndToEnd.Stage;
using Sallyport.Verbs;

namespace Sallyport.EndToEnd.Freeze;

public sealed class FreezeStateTests(GateStage stage) : IClassFixture<GateStage>
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"version\":1,\"epoch\":-1,\"active\":[]}")]
    [InlineData("{\"version\":1,\"epoch\":9223372036854775807,\"active\":[]}")]
    [InlineData("{\"version\":1,\"epoch\":9007199254740993,\"active\":[]}")]
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

    [Theory]
    [InlineData("agent:reserch", "no agent 'reserch' is configured; agents: other, research")]
    [InlineData("run:01jd3k5m7n9p1q3r5s7t9v1w3x", "no run '01jd3k5m7n9p1q3r5s7t9v1w3x' is open; open runs: ")]
    public async Task A_freeze_of_what_is_not_there_is_in_force_and_says_so(string scope, string warning)
    {
        var answer = await stage.FreezeAsync(scope);
        Assert.StartsWith(warning, answer.Warning, StringComparison.Ordinal);
        Assert.Equal(scope, Assert.Single(answer.Freezes).Scope);
        await stage.ThawAsync();
    }

    [Fact]
    public async Task A_freeze_of_what_is_there_has_no_warning()
    {
        Assert.Null((await stage.FreezeAsync("agent:research")).Warning);
        await stage.ThawAsync();
    }

    [Fact]
    public async Task A_thaw_of_a_freeze_that_is_not_there_names_those_that_are()
    {
        var frozen = Assert.Single((await stage.FreezeAsync("agent:other")).Freezes);
        var failed = await Assert.ThrowsAsync<FaultException>(() => stage.ThawAsync("f0"));
        Assert.Equal("freeze.unknown", failed.Fault.Code);
        Assert.Contains($"Active: {frozen.Id} (agent:other)", failed.Fault.Detail, StringComparison.Ordinal);
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
