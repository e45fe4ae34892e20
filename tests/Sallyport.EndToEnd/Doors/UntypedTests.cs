using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// Policies do not look into a body or a channel, and are told so: the pack devops holds what it cannot read.
public sealed class UntypedTests : IAsyncLifetime
{
    private readonly GateStage stage = new() { More = "policies: { packs: [allow-list, two-doors, devops] }" };

    public ValueTask InitializeAsync() => stage.InitializeAsync();

    [Theory]
    [InlineData("POST", "Content-Length: 4\r\n\r\nping", "approval.required")]
    [InlineData("DELETE", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "approval.required")]
    [InlineData(
        "GET",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "approval.required")]
    [InlineData("POST", "Content-Length: 0\r\n\r\n", null)]
    [InlineData("DELETE", "\r\n", null)]
    public async Task An_act_that_carries_what_policies_cannot_read_waits_for_a_person(
        string method, string rest, string? code)
    {
        stage.Notes.On("/act", "done");
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync($"{method} http://notes.test/act HTTP/1.1\r\nHost: notes.test\r\n{rest}");

        Assert.Equal(code, (await client.ResponseAsync()).Denied);
    }

    [Fact]
    public async Task A_tunnel_does_too()
    {
        using var client = await (await stage.OpenRunAsync()).ConnectAsync();
        await client.SendAsync("CONNECT pipe.test:443 HTTP/1.1\r\nHost: pipe.test:443\r\n\r\n");

        Assert.Equal("approval.required", (await client.ResponseAsync()).Denied);
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();
}
