using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Gate;

// Who speaks: the run's own socket, or its token. Nothing else names a run.
public sealed class IdentityTests(GateStage stage) : IClassFixture<GateStage>
{
    public static TheoryData<string> Proofs => ["none", "garbage", "wrong token", "another run's token", "an ended run", "an empty token"];

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task Without_proof_of_a_run_a_request_gets_407_and_nothing_is_dialled(string proof)
    {
        var accepted = stage.Raw.Accepted;
        using var client = await (await stage.OpenRunAsync()).ConnectTcpAsync();
        await client.SendAsync($"GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n{await FieldAsync(proof)}\r\n");
        var response = await client.ResponseAsync();
        Assert.Equal(407, response.Status);
        Assert.Equal("identity.missing", response.Denied);
        Assert.Equal("Basic realm=\"sallyport\"", response.Header("Proxy-Authenticate"));
        Assert.Equal(accepted, stage.Raw.Accepted);
    }

    [Theory]
    [MemberData(nameof(Proofs))]
    public async Task Without_proof_of_a_run_a_connect_gets_407_and_nothing_is_dialled(string proof)
    {
        var accepted = stage.Pipe.Accepted;
        using var client = await (await stage.OpenRunAsync()).ConnectTcpAsync();
        await client.SendAsync($"CONNECT pipe.test:443 HTTP/1.1\r\nHost: pipe.test:443\r\n{await FieldAsync(proof)}\r\n");
        var (text, _) = await client.ToEndAsync();
        Assert.StartsWith("HTTP/1.1 407 Proxy Authentication Required\r\nSallyport-Denied: identity.missing\r\n", text, StringComparison.Ordinal);
        Assert.Equal(accepted, stage.Pipe.Accepted);
    }

    [Theory]
    [InlineData("GET http://raw.test/ HTTP/1.1\r\nHost: raw.test\r\n")]
    [InlineData("CONNECT pipe.test:443 HTTP/1.1\r\nHost: pipe.test:443\r\n")]
    public async Task Two_proofs_are_none(string request)
    {
        var (run, other) = (await stage.OpenRunAsync(), await stage.OpenRunAsync("other"));
        using var client = await run.ConnectTcpAsync();
        await client.SendAsync($"{request}Proxy-Authorization: {run.Authorization}\r\nProxy-Authorization: {other.Authorization}\r\n\r\n");
        Assert.Equal(400, (await client.ResponseAsync()).Status);
    }

    [Fact]
    public async Task A_runs_socket_is_gone_when_the_run_has_ended()
    {
        var run = await stage.OpenRunAsync();
        await stage.EndRunAsync(run);
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(run.ConnectAsync);
    }

    [Fact]
    public async Task A_runs_own_connection_ends_with_the_run()
    {
        stage.Notes.On("/identity", "hello");
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectAsync();
        await client.SendAsync("GET http://notes.test/identity HTTP/1.1\r\nHost: notes.test\r\n\r\n");
        Assert.Equal(200, (await client.ResponseAsync()).Status);
        await stage.EndRunAsync(run);
        Assert.Equal("", (await client.ToEndAsync()).Text);
    }

    [Fact]
    public async Task A_token_dies_with_its_run_and_takes_its_connection_along()
    {
        stage.Notes.On("/identity", "hello");
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectTcpAsync();
        var request = $"GET http://notes.test/identity HTTP/1.1\r\nHost: notes.test\r\nProxy-Authorization: {run.Authorization}\r\n\r\n";
        await client.SendAsync(request);
        Assert.Equal(200, (await client.ResponseAsync()).Status);
        await stage.WhenOpenAsync(run, 1); // The exchange is over, and the connection belongs to the run.
        await stage.EndRunAsync(run);
        Assert.Equal("", (await client.ToEndAsync()).Text);
        using var later = await (await stage.OpenRunAsync()).ConnectTcpAsync();
        await later.SendAsync(request);
        Assert.Equal(407, (await later.ResponseAsync()).Status);
    }

    [Fact]
    public async Task Another_runs_token_on_a_runs_own_socket_changes_nothing()
    {
        stage.Notes.On("/identity-2", "hello");
        var (own, other) = (await stage.OpenRunAsync(), await stage.OpenRunAsync("other"));
        using var client = await own.ConnectAsync();
        await client.SendAsync($"GET http://notes.test/identity-2 HTTP/1.1\r\nHost: notes.test\r\nProxy-Authorization: {other.Authorization}\r\n\r\n");
        Assert.Equal(200, (await client.ResponseAsync()).Status);
        Assert.Equal("research", (await stage.EntryAsync(own, "kind=decision")).GetProperty("agent").GetString());
    }

    [Fact]
    public async Task The_refusal_of_a_stranger_is_recorded()
    {
        var run = await stage.OpenRunAsync();
        using var client = await run.ConnectTcpAsync();
        await client.SendAsync("GET http://stranger.test/ HTTP/1.1\r\nHost: stranger.test\r\n\r\n");
        await client.ResponseAsync();

        // Nobody waits for the entry of a no before the answer goes out.
        IReadOnlyList<System.Text.Json.JsonElement> entries = [];
        await Eventually.TrueAsync(
            async () => (entries = await stage.LogAsync("host=stranger.test")).Count > 0, () => "it is not recorded");
        Assert.Equal("identity.missing", Assert.Single(entries).GetProperty("code").GetString());
    }

    private async Task<string> FieldAsync(string proof)
    {
        var run = await stage.OpenRunAsync();
        var other = await stage.OpenRunAsync("other");
        if (proof == "an ended run")
        {
            await stage.EndRunAsync(run);
        }

        return proof switch
        {
            "none" => "",
            "garbage" => "Proxy-Authorization: Basic !!!\r\n",
            "wrong token" => $"Proxy-Authorization: {TestRun.Basic(run.Id, new string('A', run.Token.Length))}\r\n",
            "another run's token" => $"Proxy-Authorization: {TestRun.Basic(run.Id, other.Token)}\r\n",
            "an empty token" => $"Proxy-Authorization: {TestRun.Basic(run.Id, "")}\r\n",
            _ => $"Proxy-Authorization: {run.Authorization}\r\n",
        };
    }
}
