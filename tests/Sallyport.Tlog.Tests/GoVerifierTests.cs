using System.Diagnostics;
using System.Text;
using Sallyport.Tlog.Tests.Fixtures;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests;

/// <summary>An independent judge: Go's own sumdb/note and sumdb/tlog, in tests/interop.</summary>
public sealed class GoVerifierTests : IDisposable
{
    private const int Size = 70_000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tlog-go-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Go_verifies_our_log_and_our_proofs_and_finds_the_entry_that_was_altered()
    {
        var script = Path.Combine(Repository.Root ?? "", "tests", "interop", "verify-with-go");
        var runs = OperatingSystem.IsLinux() && File.Exists(script);
        Assert.SkipUnless(runs, "[needs golang] The script of tests/interop runs on Linux.");
        var (good, altered) = (Path.Combine(_folder.FullName, "good"), Path.Combine(_folder.FullName, "altered"));
        await WriteAsync(good);
        await WriteAsync(altered);
        var bundle = Path.Combine(altered, "tile", "entries", "100");
        var bytes = await File.ReadAllBytesAsync(bundle, Stop);
        bytes[^1] ^= 1; // of entry 100 * 256 + 255
        await File.WriteAllBytesAsync(bundle, bytes, Stop);

        var key = $"{TestLog.LogKey.Verifier}";
        var (code, output) = await RunAsync(script, good, key, altered, key);
        Assert.SkipWhen(code == 4, $"[needs golang] {output.Trim()}");
        var lines = output.Trim().Split('\n');
        Assert.True(lines.Length == 2 && code == 1, $"exit {code}: {output}");
        Assert.StartsWith(
            $"verified {Size} entries, 277 tiles, 5 checkpoints, 71 proofs", lines[0], StringComparison.Ordinal);
        Assert.Equal("refused: entry 25855 does not hash to its leaf", lines[1]);
        Console.WriteLine($"COUNT Go's sumdb packages: {lines[0]}; the altered copy: {lines[1]}");
    }

    private static async Task WriteAsync(string path)
    {
        var folder = new TileFolder(path);
        var writer = new TileWriter(folder);
        var random = new Random(1);
        for (var size = 0; ; size++)
        {
            if (size is 0 or 1 or 256 or 1_000 or Size)
            {
                Assert.True(writer.TryFlush(out var head, out var fault), $"{fault}");
                Assert.Null(folder.WriteCheckpoint(TestLog.Sign(head)));
                if (size == Size)
                {
                    break;
                }

                File.Copy(Path.Combine(path, "checkpoint"), Path.Combine(path, $"checkpoint.{size}"));
            }

            Assert.True(writer.TryAppend(TestLog.Entry(size), out _, out _));
        }

        var newest = folder.ReadCheckpoint().ValueOrThrow().Verify(TestLog.LogKey.Verifier).ValueOrThrow().Head;
        var tree = (await TileTree.OpenAsync(folder, newest, Stop)).ValueOrThrow();
        var proofs = new StringBuilder();
        for (var i = 0; i < 71; i++)
        {
            var to = random.Next(1, Size + 1);
            if (i % 7 == 0)
            {
                var from = random.Next(1, to + 1);
                var consistency = (await tree.ProveConsistencyAsync(new(from), new(to), Stop)).ValueOrThrow();
                proofs.Append($"consistency {from} {to} {string.Join(' ', consistency.Hashes)}\n");
                continue;
            }

            var index = random.Next(to);
            var inclusion = (await tree.ProveInclusionAsync(new(index), new(to), Stop)).ValueOrThrow();
            proofs.Append($"inclusion {index} {to} {string.Join(' ', inclusion.Hashes)}\n");
        }

        await File.WriteAllTextAsync(Path.Combine(path, "proofs"), proofs.ToString(), Stop);
    }

    private static async Task<(int Code, string Output)> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(script);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(Stop);
        var output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, output + await error);
    }
}
