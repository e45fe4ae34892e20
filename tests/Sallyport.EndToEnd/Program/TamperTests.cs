using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Sallyport.EndToEnd.Program;

/// <summary>Files that somebody damaged: the node refuses to start or freezes, with a mend, and never with a stack
/// trace.</summary>
public sealed partial class TamperTests
{
    private static readonly byte[] Garbage = [0, 255, 27, (byte)'[', .. "2J garbage that is no file of ours\n"u8];

    [Fact]
    public async Task A_flipped_byte_in_an_earlier_entry_stops_the_start_with_its_exact_place()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        await site.OpenRunAsync("worker");
        await up.StopAsync();
        var segment = Directory.EnumerateFiles(site.Ledger.Segments, "*.entries").Single();
        var bytes = await File.ReadAllBytesAsync(segment);
        var second = 2 + ((bytes[0] << 8) | bytes[1]); // each entry begins with its length, big-endian
        bytes[second + 100] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);

        foreach (var (arguments, exit) in ((string[], int)[])[(["up"], 3), (["ledger", "verify"], 1)])
        {
            var ended = await site.RunAsync(arguments);
            Assert.True(ended.Exit == exit, ended.ToString());
            var place = Place().Match(ended.Errors);
            Assert.True(place.Success, ended.ToString());
            Assert.Equal(second.ToString(CultureInfo.InvariantCulture), place.Groups["byte"].Value);
            Assert.Equal("1", place.Groups["position"].Value);
            Assert.Contains(segment, ended.Errors, StringComparison.Ordinal);
            Inert.Check(ended);
        }

        Assert.Equal(bytes, await File.ReadAllBytesAsync(segment));
    }

    [Theory]
    [InlineData("ca.key", 3)]
    [InlineData("ca.pem", 3)]
    [InlineData("control.db", 4)]
    public async Task A_state_file_of_garbage_stops_the_start_with_a_mend(string name, int exit)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await (await site.UpAsync()).StopAsync();
        await File.WriteAllBytesAsync(Path.Combine(site.State, name), Garbage);
        var ended = await site.RunAsync("up");
        Assert.True(ended.Exit == exit, ended.ToString());
        Assert.Matches("(?m)^error: .+ \\([a-z.-]+\\)\n  .+", ended.Errors);
        Inert.Check(ended);

        // What was refused left nothing behind that keeps the next start from working.
        File.Delete(Path.Combine(site.State, name));
        if (name == "control.db")
        {
            await site.UpAsync();
        }
    }

    [Fact]
    public async Task A_key_of_another_CA_stops_the_start_with_a_mend()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await using var other = await Site.WithAsync(upstream.Perimeter());
        File.Copy(Path.Combine(other.State, "ca.key"), Path.Combine(site.State, "ca.key"), overwrite: true);
        var ended = await site.RunAsync("up");
        Assert.True(ended.Exit == 3, ended.ToString());
        Assert.Contains("http.ca", ended.Errors, StringComparison.Ordinal);
        Inert.Check(ended);
    }

    [Theory]
    [InlineData("DROP TABLE runs; CREATE TABLE runs (nonsense TEXT)")]
    [InlineData("DROP TABLE runs; CREATE TABLE runs (run, token_digest, owner_pid, owner_start)"
        + "; INSERT INTO runs VALUES ('x', 'y', 'z', 'w')")]
    [InlineData("UPDATE runs SET owner_pid = 9223372036854775807")]
    [InlineData("DELETE FROM runs")]
    [InlineData("UPDATE runs SET token_digest = x''")]
    public async Task A_control_database_with_other_contents_never_lets_a_run_in(string sql)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        await up.StopAsync();
        await using (var database = new SqliteConnection(
            $"Data Source={Path.Combine(site.State, "control.db")};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
#pragma warning disable CA2100 // The texts are the cases above.
            command.CommandText = sql;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }

        var child = site.Start("up", "--json");
        if (await child.LineOrEndAsync() is { } ready)
        {
            using var client = ProxyClient.Of(new Up(child, JsonElement.Parse(ready)), run);
            Assert.Equal("identity.missing", (await client.GetAsync(new Uri("http://tame.example/a"))).Denied());
            return;
        }

        var ended = await child.EndAsync();
        Assert.True(ended.Exit == 4, ended.ToString());
        Assert.Contains("identity.store", ended.Errors, StringComparison.Ordinal);
        Inert.Check(ended);
    }

    [Fact]
    public async Task A_freeze_state_that_cannot_be_read_freezes_everything_until_a_person_thaws()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var run = await StoppedAsync(site, frozen: false);
        string[] texts = ["\0\u001b[2Jgarbage", """{"version":1,"epoch":1,"active":[null]}"""];
        foreach (var text in texts)
        {
            await File.WriteAllTextAsync(Path.Combine(site.State, "freeze.json"), text);
            var up = await site.UpAsync();
            using (var client = ProxyClient.Of(up, run))
            {
                Assert.Equal("freeze.active", (await client.GetAsync(new Uri("http://tame.example/a"))).Denied());
            }

            var list = await site.RunAsync("freeze", "list");
            Assert.Contains("all", list.Output, StringComparison.Ordinal);
            Inert.Check(list);
            await site.OutputAsync("thaw", "--all");
            using (var client = ProxyClient.Of(up, run))
            {
                Assert.Equal("", (await client.GetAsync(new Uri("http://tame.example/a"))).Denied());
            }

            Inert.Check(await up.StopAsync());
        }
    }

    [Fact]
    public async Task A_freeze_state_that_was_put_back_or_deleted_does_not_thaw()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var run = await StoppedAsync(site, frozen: true);
        File.Delete(Path.Combine(site.State, "freeze.json"));
        var up = await site.UpAsync();
        using var client = ProxyClient.Of(up, run);
        Assert.Equal("freeze.active", (await client.GetAsync(new Uri("http://tame.example/a"))).Denied());
        Assert.Contains("Everything is frozen", up.Child.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_of_garbage_is_made_anew()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await StoppedAsync(site, frozen: false);
        await File.WriteAllBytesAsync(site.Ledger.Index, [.. Enumerable.Repeat(Garbage, 400).SelectMany(part => part)]);
        var up = await site.UpAsync();
        Assert.Equal(4, (await site.LogAsync()).Count);
        Inert.Check(await up.StopAsync());
    }

    public static TheoryData<string> InTheWay =>
        ["control.db", "bundle.pem", "ledger/lock", "ca.pem", "ledger/index.db"];

    [Theory]
    [MemberData(nameof(InTheWay))]
    public async Task A_folder_in_the_place_of_a_file_is_told_and_not_a_stack_trace(string name)
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        Directory.CreateDirectory(site.Ledger.Root);
        File.Delete(Path.Combine(site.State, name));
        Directory.CreateDirectory(Path.Combine(site.State, name));
        var child = site.Start("up", "--json");
        child.Input.Close();
        if (name == "ledger/index.db")
        {
            await child.LineAsync();
            child.Signal(Child.SigTerm);
            Assert.Equal(0, (await child.EndAsync()).Exit);
            return;
        }

        var ended = await child.EndAsync();
        Assert.True(ended.Exit is 3 or 4, ended.ToString());
        var told = ended.Errors.Split('\n').First(line => line.StartsWith('{')); // it was started with --json
        Assert.False(string.IsNullOrEmpty(JsonElement.Parse(told).GetProperty("mend").GetString()));
        Inert.Check(ended);
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_ledger_is_told()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        await File.WriteAllBytesAsync(site.Ledger.Root, Garbage);
        var ended = await site.RunAsync("up");
        Assert.True(ended.Exit is 3 or 4, ended.ToString());
        Inert.Check(ended);
    }

    private static async Task<OpenRun> StoppedAsync(Site site, bool frozen)
    {
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        if (frozen)
        {
            await site.OutputAsync("freeze", "--all", "incident 42");
        }

        await up.StopAsync();
        return run;
    }

    [GeneratedRegex(@"byte (?<byte>\d+).*position (?<position>\d+)|position (?<position>\d+).*byte (?<byte>\d+)",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();
}
