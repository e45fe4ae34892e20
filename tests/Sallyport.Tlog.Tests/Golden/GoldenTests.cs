using System.Text;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Receipts;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Witnesses;

namespace Sallyport.Tlog.Tests.Golden;

/// <summary>
/// Every byte that we promise. To accept a change: <c>SALLYPORT_ACCEPT=1</c>, run, and read the difference.
/// </summary>
public sealed class GoldenTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_have_these_texts()
    {
        var text = new StringBuilder();
        foreach (var type in (SignatureType[])[SignatureType.Ed25519, SignatureType.Ed25519Cosignature])
        {
            using var key = TestLog.Key("example.com/key", type, 1);
            text.Append(key.Verifier).Append('\n').Append(key.ToPrivateText()).Append('\n');
        }

        await CheckAsync("keys.txt", text.ToString());
    }

    [Fact]
    public async Task A_cosigned_checkpoint_has_these_bytes() =>
        await CheckAsync(
            "checkpoint.txt", TestLog.Cosign(TestLog.Sign(TestLog.Write(300).Head), TestLog.WitnessKey).ToString());

    [Fact]
    public async Task A_receipt_has_these_bytes()
    {
        var tree = await TestLog.OpenAsync(300);
        var proof = (await tree.ProveInclusionAsync(new(123), Stop)).ValueOrThrow();
        await CheckAsync(
            "receipt.tlog-proof", Receipt.Create(proof, TestLog.Sign(tree.Head), "extra"u8).ValueOrThrow().ToString());
    }

    [Fact]
    public async Task A_witness_request_has_these_bytes()
    {
        var tree = await TestLog.OpenAsync(300);
        var proof = (await tree.ProveConsistencyAsync(new(77), Stop)).ValueOrThrow();
        var request = AddCheckpointRequest.Create(proof, TestLog.Sign(tree.Head)).ValueOrThrow();
        await CheckAsync("add-checkpoint.txt", Encoding.UTF8.GetString(request.ToBytes()));
    }

    [Fact]
    public async Task The_files_of_a_small_log_have_these_names_and_bytes()
    {
        var (tiles, _) = TestLog.Write(258);
        var text = new StringBuilder();
        foreach (var path in tiles.Paths.OrderBy(path => $"{path}", StringComparer.Ordinal))
        {
            text.Append(path).Append('\n');
            var bytes = (await tiles.ReadAsync(path, Stop)).ValueOrThrow();
            for (var at = 0; at < bytes.Length; at += 48)
            {
                var end = Math.Min(at + 48, bytes.Length);
                text.Append("  ").Append(Convert.ToHexStringLower(bytes.Span[at..end])).Append('\n');
            }
        }

        await CheckAsync("log-258.txt", text.ToString());
    }

    private static async Task CheckAsync(string name, string actual)
    {
        var root = Repository.Root;
        Assert.SkipWhen(root is null, "[needs the repository] The golden files are beside the tests' sources.");
        var file = Path.Combine(root, "tests", "Sallyport.Tlog.Tests", "Golden", name);
        if (Environment.GetEnvironmentVariable("SALLYPORT_ACCEPT") == "1")
        {
            await File.WriteAllTextAsync(file, actual, Stop);
        }

        Assert.True(File.Exists(file), $"There is no golden file {name}.");
        Assert.Equal(await File.ReadAllTextAsync(file, Stop), actual);
    }
}
