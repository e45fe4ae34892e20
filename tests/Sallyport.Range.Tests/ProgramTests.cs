using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Sallyport.Range.Tests;

public sealed class ProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sallyport-program-").FullName;

    private string State => Path.Combine(folder, "state");

    [Fact]
    public async Task The_ready_line_tells_where_it_listens_and_what_it_serves_and_it_ends_with_its_input()
    {
        using var corpus = new CorpusOnDisk()
            .Add(
                "a.jsonl", "{\"kind\":\"post\",\"content\":\"x\"}\nbroken\n{\"kind\":\"comment\",\"content\":\"y\"}\n");
        var file = Path.Combine(folder, "ready.json");
        await using var program = RangeProcess.Start(
            ["up", "--data", corpus.Path, "--state", State, "--ready-file", file, "--until-stdin-closes"]);

        var ready = await program.ReadLineAsync();

        Assert.True(ready.GetProperty("ready").GetBoolean());
        Assert.NotEqual(0, IPEndPoint.Parse(ready.Text("listen")!).Port);
        Assert.True(File.Exists(ready.Text("ca")));
        Assert.Equal((2, 1, 1), (ready.Number("posts"), ready.Number("comments"), ready.Number("bad_lines")));
        Assert.Equal(corpus.Path, ready.Text("source"));
        Assert.True(
            JsonElement.DeepEquals(ready, JsonElement.Parse(await File.ReadAllTextAsync(file, Runner.Cancellation))));
        program.Input.Close();
        Assert.Equal(0, await program.EndAsync());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_stops_it_even_with_a_stream_open(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix signals.");
        await using var program = RangeProcess.Start(["up", "--state", State]);
        var ready = await program.ReadLineAsync();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new()
        {
            TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
            RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(ready.Text("ca")!);
        using var client = new HttpClient(handler);
        await using var stream = await client.GetStreamAsync(
            $"https://{ready.Text("listen")}/_range/stream", Runner.Cancellation);
        await stream.ReadExactlyAsync(new byte[5], Runner.Cancellation);

        using var kill = Process.Start("kill", [$"-{signal}", $"{program.Id}"]);

        Assert.Equal(0, await program.EndAsync());
    }

    [Fact]
    public async Task A_missing_data_folder_is_a_configuration_error_with_a_mend()
    {
        var (exit, output, errors) = await RangeProcess.RunAsync(
            ["up", "--data", Path.Combine(folder, "none"), "--state", State]);

        Assert.Equal(3, exit);
        Assert.Empty(output);
        Assert.Contains("range.data.missing", errors, StringComparison.Ordinal);
        Assert.Contains("leave --data out", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_data_it_serves_the_samples_and_says_so(bool named)
    {
        string[] data = named ? ["--data", Path.Combine(folder, "none"), "--or-samples"] : [];

        var (exit, output, errors) = await RangeProcess.RunAsync(
            ["up", .. data, "--state", State, "--until-stdin-closes"]);

        Assert.Equal(0, exit);
        Assert.Equal("samples", JsonElement.Parse(output).Text("source"));
        Assert.Contains("using the samples", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen", "127.0.0.1")]
    [InlineData("--listen", "0.0.0.0:0")]
    [InlineData("--listen", "127.0.0.1:99999")]
    [InlineData("--listen", "[::]:0")]
    [InlineData("--sites", "wiki")]
    [InlineData("--sites", "a b=wiki")]
    [InlineData("--sites", "a.example=nothing")]
    [InlineData("--unknown", "x")]
    public async Task A_wrong_argument_is_a_usage_error(string option, string value)
    {
        var (exit, output, errors) = await RangeProcess.RunAsync(["up", "--state", State, option, value]);

        Assert.Equal(2, exit);
        Assert.DoesNotContain("\"ready\"", output, StringComparison.Ordinal);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task An_address_in_use_is_unavailable()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (exit, _, errors) = await RangeProcess.RunAsync(
            ["up", "--state", State, "--listen", $"{taken.LocalEndpoint}"]);

        Assert.Equal(4, exit);
        Assert.Contains("range.listen.unavailable", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_folder_that_is_a_file_is_a_configuration_error()
    {
        await File.WriteAllTextAsync(State, "", Runner.Cancellation);

        var (exit, _, errors) = await RangeProcess.RunAsync(["up", "--state", State]);

        Assert.Equal(3, exit);
        Assert.Contains("range.state.unusable", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_can_be_added()
    {
        var (exit, _, _) = await RangeProcess.RunAsync(
            ["up", "--state", State, "--sites", "intra.example=wiki", "--until-stdin-closes"]);

        Assert.Equal(0, exit);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
