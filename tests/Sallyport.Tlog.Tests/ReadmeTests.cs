using System.Text;
using System.Text.RegularExpressions;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Receipts;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests;

/// <summary>
/// The examples of the package's README: they compile, they run, and they stand there as they stand here.
/// </summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tlog-readme-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_examples_write_prove_and_verify()
    {
        var stop = TestContext.Current.CancellationToken;
        using var key = SignerKey.Generate(
            KeyName.Parse("example.com/log").ValueOrThrow(), SignatureType.Ed25519).ValueOrThrow();
        var (log, file, vkey) = (
            Path.Combine(_folder.FullName, "log"), Path.Combine(_folder.FullName, "1.tlog-proof"), $"{key.Verifier}");
        Assert.Null(Write(log, key, ["zero"u8.ToArray(), "one"u8.ToArray()]));
        await ProveAsync(log, vkey, file, stop);
        Assert.Equal(
            "Entry 1 is in example.com/log of size 2.", await VerifyAsync(file, vkey, "one"u8.ToArray(), stop));
        var refused = await VerifyAsync(file, vkey, "two"u8.ToArray(), stop);
        Assert.StartsWith("Not shown: receipt.root", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_README_has_these_examples_and_no_other()
    {
        var root = Repository.Root;
        Assert.SkipWhen(root is null, "[needs the repository] The README is beside the library's sources.");
        var readme = await File.ReadAllTextAsync(
            Path.Combine(root, "src", "Sallyport.Tlog", "README.md"), TestContext.Current.CancellationToken);
        var source = await File.ReadAllTextAsync(
            Path.Combine(root, "tests", "Sallyport.Tlog.Tests", "ReadmeTests.cs"),
            TestContext.Current.CancellationToken);
        var shown = Shown().Matches(readme).Select(match => match.Groups["code"].Value).ToList();
        var compiled = Compiled().Matches(source).Select(match => Unindented(match.Groups["code"].Value)).ToList();
        Assert.Equal(3, compiled.Count);
        Assert.Equal(compiled, shown);
        Assert.All(shown, example => Assert.InRange(example.Split('\n').Length - 1, 1, 10));
    }

    private static TlogFault? Write(string path, SignerKey key, IEnumerable<byte[]> entries)
    {
        // example: write
        var folder = new TileFolder(path, FolderSync.Files);
        var writer = new TileWriter(folder);
        TlogFault? fault = null;
        if (!entries.All(e => writer.TryAppend(e, out _, out fault)) || !writer.TryFlush(out var head, out fault))
        {
            return fault;
        }

        var checkpoint = Checkpoint.Create(Origin.Parse("example.com/log").ValueOrThrow(), head).ValueOrThrow();
        return folder.WriteCheckpoint(SignedCheckpoint.Sign(checkpoint, key).ValueOrThrow());
        // end
    }

    private static async Task ProveAsync(string path, string vkey, string file, CancellationToken cancellation)
    {
        // example: prove
        var folder = new TileFolder(path);
        var checkpoint = folder.ReadCheckpoint().ValueOrThrow();
        var log = VerifierKey.Parse(vkey).ValueOrThrow();
        var head = checkpoint.Verify(log).ValueOrThrow().Head;
        var tree = (await TileTree.OpenAsync(folder, head, cancellation)).ValueOrThrow();
        var proof = (await tree.ProveInclusionAsync(new LeafIndex(1), cancellation)).ValueOrThrow();
        var receipt = Receipt.Create(proof, checkpoint).ValueOrThrow();
        await File.WriteAllBytesAsync(file, receipt.ToBytes(), cancellation);
        // end
    }

    private static async Task<string> VerifyAsync(
        string file, string vkey, byte[] entry, CancellationToken cancellation)
    {
        // example: verify
        var policy = TrustPolicy.OfLog(VerifierKey.Parse(vkey).ValueOrThrow());
        var bytes = await File.ReadAllBytesAsync(file, cancellation);
        return Receipt.Parse(bytes).TryGet(out var receipt, out var fault)
            && receipt.Verify(entry, policy).TryGet(out var checkpoint, out fault)
            ? $"Entry {receipt.Index} is in {checkpoint.Origin} of size {checkpoint.Head.Size}."
            : $"Not shown: {fault}";
        // end
    }

    private static string Unindented(string code)
    {
        var text = new StringBuilder();
        foreach (var line in code.TrimEnd().Split('\n'))
        {
            text.Append(line.Length > 8 ? line[8..] : "").Append('\n');
        }

        return text.ToString();
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline, 5_000)]
    private static partial Regex Shown();

    [GeneratedRegex(@"// example: \w+\n(?<code>.*?)// end\n", RegexOptions.Singleline, 5_000)]
    private static partial Regex Compiled();
}
