using System.Text.Json;
using Sallyport.Console.Tests;
using Sallyport.EndToEnd.Stage;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;

namespace Sallyport.EndToEnd.Program.Evidence;

/// <summary>A witness outside cosigns what the real program records; whoever verifies asks for it.</summary>
public sealed class WitnessVerbTests
{
    [Fact]
    public async Task A_cosigned_log_says_how_far_and_verifies_with_the_witnesses_keys()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var witness = await HttpWitness.StartAsync("one.example");
        await using var stranger = await HttpWitness.StartAsync("two.example");
        await using var site = await Site.WithAsync(upstream.Perimeter().Replace(
            "  reads: written",
            $"  reads: written\n  witnesses: {{ one: {{ url: \"{witness.Address}\", key: \"{witness.Key}\" }} }}",
            StringComparison.Ordinal));
        var up = await site.UpAsync();

        // It does not know the log yet: nothing waits for it, and status says so.
        await site.OpenRunAsync("worker");
        var before = await UntilAsync(site, it => it.GetProperty("each")[0].GetProperty("trouble").GetString()!
            .Contains("does not know this log", StringComparison.Ordinal));
        Assert.Equal(0, before.GetProperty("size").GetInt64());
        Assert.Contains("witness one does not cosign", await site.OutputAsync("status"), StringComparison.Ordinal);
        Assert.Equal(1, (await site.RunAsync("ledger", "verify", "--witness", $"{witness.Key}")).Exit);

        witness.Log = VerifierKey.Parse((await site.OutputAsync("ledger", "key")).TrimEnd('\n')).ValueOrThrow();
        var after = await UntilAsync(site, it => it.GetProperty("size").GetInt64() > 0);
        Assert.True(after.GetProperty("notWitnessed").GetInt64() >= 0);
        Assert.Contains("entries cosigned at 2027-01-15 08:00:00Z (1 of 1 are enough)",
            await site.OutputAsync("status"), StringComparison.Ordinal);

        // A receipt of what was cosigned carries it.
        var receipt = Path.Combine(site.Folder, "receipt");
        await site.OutputAsync("ledger", "prove", "0-0", "--output", receipt);
        await up.StopAsync();
        var key = (await site.OutputAsync("ledger", "key")).TrimEnd('\n');
        foreach (var (witnessed, exit) in ((VerifierKey, int)[])[(witness.Key, 0), (stranger.Key, 1)])
        {
            var proven = await site.RunAsync(
                "ledger", "verify", "--receipt", receipt, "--key", key, "--witness", $"{witnessed}");
            Assert.True(proven.Exit == exit, proven.ToString());
            var whole = await site.RunAsync("ledger", "verify", "--key", key, "--witness", $"{witnessed}");
            Assert.True(whole.Exit == exit, whole.ToString());
            Assert.Contains(
                exit == 0 ? "entries cosigned by 1 of 1 given witnesses or more; 0 since are not witnessed"
                    : "ledger.not-witnessed", // The stop has asked once more.
                whole.Output + whole.Errors,
                StringComparison.Ordinal);
        }

        var either = await site.OutputAsync(
            "ledger", "verify", "--witness", $"{witness.Key}", "--witness", $"{stranger.Key}", "--quorum", "1");
        Assert.Contains("by 1 of 2 given witnesses", either, StringComparison.Ordinal);
        var export = Path.Combine(site.Folder, "export");
        await site.OutputAsync("ledger", "export", export);
        Assert.Equal(
            await File.ReadAllBytesAsync(site.Ledger.Cosigned),
            await File.ReadAllBytesAsync(Path.Combine(export, "checkpoint.cosigned")));

        // So the copy alone shows who has seen it.
        Assert.Contains(
            "entries cosigned by 1 of 1 given witnesses",
            await site.OutputAsync("ledger", "verify", "--export", export, "--key", key, "--witness", $"{witness.Key}"),
            StringComparison.Ordinal);
        var unseen = await site.RunAsync(
            "ledger", "verify", "--export", export, "--key", key, "--witness", $"{stranger.Key}");
        Assert.Equal(1, unseen.Exit);
        Assert.Contains("ledger.not-witnessed", unseen.Errors, StringComparison.Ordinal);
        var own = SignerKey.Parse((await File.ReadAllTextAsync(site.Ledger.Key)).Trim()).ValueOrThrow();
        var signed = SignedCheckpoint.Parse(await File.ReadAllBytesAsync(site.Ledger.Cosigned)).ValueOrThrow();
        var other = Checkpoint.Create(
            signed.Claim.Origin, signed.Claim.Head with { Root = TreeHash.EmptyRoot }).ValueOrThrow();
        var elsewhere = SignedCheckpoint.Sign(other, own).ValueOrThrow();
        await File.WriteAllBytesAsync(
            Path.Combine(export, "checkpoint.cosigned"),
            elsewhere.With(witness.Cosign(other)).ValueOrThrow().ToBytes());
        var swapped = await site.RunAsync(
            "ledger", "verify", "--export", export, "--key", key, "--witness", $"{witness.Key}");
        Assert.Equal(1, swapped.Exit);
        Assert.Contains("and witnesses cosigned", swapped.Errors, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> UntilAsync(Site site, Func<JsonElement, bool> holds)
    {
        var found = default(JsonElement);
        await Eventually.TrueAsync(
            async () =>
            {
                found = JsonElement.Parse(await site.OutputAsync("status", "--json")).GetProperty("ledger")
                    .GetProperty("witnesses");
                return holds(found);
            },
            () => $"{found}");
        return found;
    }
}
