using Sallyport.Console;
using Sallyport.EndToEnd.Stage;
using Sallyport.Ledger;

namespace Sallyport.EndToEnd.Change;

public sealed class KeysTests : IAsyncLifetime
{
    private static readonly Uri Page = new("https://safe.test/page");
    private readonly GateStage stage = new();

    public async ValueTask InitializeAsync()
    {
        await stage.InitializeAsync();
        stage.Notes.On("/page", "text");
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task A_CA_that_is_rotated_cuts_nobody_off_and_one_that_is_revoked_everybody_who_knows_it_alone()
    {
        var early = await stage.OpenRunAsync();
        using var client = early.HttpOverTcp();
        Assert.Equal("text", await client.GetStringAsync(Page));

        var rotated = await ChangeAsync("ca", new ChangeKeyRequest("rotated", "once a year", 3600));
        var late = await stage.OpenRunAsync("other");
        using (var other = late.HttpOverTcp())
        {
            Assert.Equal("text", await other.GetStringAsync(Page));
        }

        using (var again = early.HttpOverTcp())
        {
            Assert.Equal("text", await again.GetStringAsync(Page));
        }

        var keys = await KeysAsync();
        Assert.Equal(
            [rotated.Before, rotated.After], keys.Where(key => key.Name == "ca").Select(key => key.Fingerprint));

        await ChangeAsync("ca", new ChangeKeyRequest("revoked", "stolen"));
        using (var cut = early.HttpOverTcp())
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => cut.GetStringAsync(Page));
        }

        var fresh = await stage.OpenRunAsync();
        using (var goesOn = fresh.HttpOverTcp())
        {
            Assert.Equal("text", await goesOn.GetStringAsync(Page));
        }

        Assert.Single(await KeysAsync(), key => key.Name == "ca");
        var entries = await stage.LogAsync("kind=key");
        Assert.Equal(["rotated", "revoked"], entries.Select(entry => entry.GetProperty("change").GetString()!));
        var bundle = await File.ReadAllTextAsync(stage.State.BundleFile);
        Assert.StartsWith(await File.ReadAllTextAsync(stage.State.CaFile), bundle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_key_is_changed_while_the_node_records_and_verifies_from_the_old_one()
    {
        Assert.True(LedgerKey.TryReadPublic(stage.State.Ledger, new LocalDisk(), out var old, out _));
        var run = await stage.OpenRunAsync();
        using var client = run.HttpOverTcp();
        Assert.Equal("text", await client.GetStringAsync(Page));
        var changed = await ChangeAsync("ledger", new ChangeKeyRequest("rotated", "once a year"));
        Assert.Equal($"{old}", changed.Before);
        Assert.Equal("text", await client.GetStringAsync(Page));
        Assert.Equal(2, (await KeysAsync()).Count(key => key.Name == "ledger"));

        await stage.StopNodeAsync();
        await stage.StartNodeAsync();
        await stage.StopNodeAsync();
        var options = new AuditOptions { Key = old };
        Assert.True(
            LedgerAudit.TryVerify(stage.State.Ledger, new LocalDisk(), options, out var log, out var fault),
            $"{fault}");
        Assert.True(LedgerKey.TryReadPublic(stage.State.Ledger, new LocalDisk(), out var now, out _));
        Assert.Equal(changed.After, $"{now}");
        Assert.True(log.Checkpoint.Verify(now).TryGet(out _, out _));
        await stage.StartNodeAsync();
    }

    [Theory]
    [InlineData("ledger", "rotated", "", "keys.reason")]
    [InlineData("ledger", "lost", "why", "keys.change")]
    [InlineData("session", "rotated", "why", "keys.unknown")]
    public async Task What_is_no_change_of_a_key_is_refused(string name, string change, string reason, string code)
    {
        var fault = await Assert.ThrowsAsync<Verbs.FaultException>(
            () => ChangeAsync(name, new ChangeKeyRequest(change, reason)));
        Assert.Equal(code, fault.Fault.Code);
    }

    private Task<KeyChangeAnswer> ChangeAsync(string name, ChangeKeyRequest request) => stage.Client.PostAsync(
        $"keys/{name}", request, ApiJson.Default.ChangeKeyRequest, ApiJson.Default.KeyChangeAnswer,
        CancellationToken.None);

    private Task<IReadOnlyList<KeyEntry>> KeysAsync() => stage.Client.GetAsync(
        "keys", ApiJson.Default.IReadOnlyListKeyEntry, CancellationToken.None);
}
