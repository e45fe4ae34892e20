using System.IO.Compression;
using System.Net;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;
using Sallyport.Tlog.Witnesses;

namespace Sallyport.Tlog.Tests.Tiles;

/// <summary>A server that compresses, as tlog-tiles lets it, and one that only says so.</summary>
public sealed class HttpTilesTests
{
    private static readonly TilePath s_path = TilePath.Bundle(0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("identity")]
    public async Task A_bundle_that_comes_compressed_is_the_bundle(string encoding)
    {
        var (tiles, _) = TestLog.Write(256);
        var bundle = (await tiles.ReadAsync(s_path, Stop)).ValueOrThrow().ToArray();
        var isPlain = encoding == "identity";
        var (read, asked) = await ReadAsync(isPlain ? bundle : Gzip(bundle), encoding);
        Assert.Equal(bundle, read.ValueOrThrow().ToArray());
        Assert.Equal("gzip, identity", asked);
    }

    [Fact]
    public async Task A_little_that_expands_to_much_stops_at_the_limit_of_the_format()
    {
        var bomb = Gzip(new byte[100 * 1024 * 1024]);
        var before = GC.GetAllocatedBytesForCurrentThread(); // nothing here waits, so it stays on one thread
        var (read, _) = await ReadAsync(bomb, "gzip", TilePath.Hashes(0, 0));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((FaultKind.OutOfRange, "tile/0/000"), (read.Fault?.Kind, read.Fault?.Field));
        Assert.True(allocated < 256 * 1024, $"{allocated} bytes for a tile of 8,192");
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    [InlineData("gzip")]
    public async Task What_is_not_encoded_as_it_says_or_in_another_way_is_a_fault(string encoding)
    {
        var (read, _) = await ReadAsync([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF], encoding);
        Assert.Equal((FaultKind.Malformed, "tile/entries/000"), (read.Fault?.Kind, read.Fault?.Field));
    }

    [Theory]
    [InlineData("https://log.example/tevere", "https://log.example/tevere/tile/0/000")]
    [InlineData("https://log.example/tevere/", "https://log.example/tevere/tile/0/000")]
    [InlineData("https://log.example", "https://log.example/tile/0/000")]
    public async Task A_prefix_may_end_in_a_slash_or_not(string prefix, string address)
    {
        using var server = new Server([], "identity");
        using var client = new HttpClient(server);
        await new HttpTiles(client, new Uri(prefix)).ReadAsync(TilePath.Hashes(0, 0), Stop);
        Assert.Equal(address, server.Address);
    }

    [Theory]
    [InlineData("tevere/")]
    [InlineData("https://log.example/?a=b")]
    [InlineData("https://log.example/#a")]
    public void A_prefix_that_no_path_can_be_put_behind_is_a_bug_of_the_caller(string prefix)
    {
        using var client = new HttpClient();
        var address = new Uri(prefix, UriKind.RelativeOrAbsolute);
        Assert.Throws<ArgumentException>(() => new HttpTiles(client, address));
        Assert.Throws<ArgumentException>(() => new WitnessClient(client, address, []));
    }

    private static async Task<(Result<ReadOnlyMemory<byte>> Read, string? Asked)> ReadAsync(
        byte[] body, string encoding, TilePath? path = null)
    {
        using var server = new Server(body, encoding);
        using var client = new HttpClient(server);
        var read = await new HttpTiles(client, new Uri("https://log.example/")).ReadAsync(path ?? s_path, Stop);
        return (read, server.Asked);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }

    private sealed class Server(byte[] body, string encoding) : HttpMessageHandler
    {
        public string? Asked { get; private set; }

        public string? Address { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (Asked, Address) = ($"{request.Headers.AcceptEncoding}", request.RequestUri?.AbsoluteUri);
            var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }
}
