using System.Globalization;
using System.Text.Json;
using Sallyport.Ledger.Tests.Disks;

namespace Sallyport.EndToEnd.Program;

/// <summary>A disk that takes no more: what is not recorded does not happen, and the node stays up to say so.</summary>
public sealed class DiskTests
{
    private const int RequestsMax = 2000;
    private const int TriesMax = 200;

    [Fact]
    public async Task A_full_disk_denies_everything_and_the_node_says_why()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        Directory.CreateDirectory(site.Ledger.Root);
        var mount = site.Start("mount", ["-t", "tmpfs", "-o", "size=512k,mode=0700", "tmpfs", site.Ledger.Root]);
        if ((await mount.EndAsync()).Exit != 0)
        {
            Assert.Skip("a tmpfs cannot be mounted here: [needs root and mount]");
        }

        try
        {
            var up = await site.UpAsync();
            await UntilDeniedAsync(up, site, upstream);
            await up.StopAsync();
        }
        finally
        {
            var unmount = site.Start("umount", ["--lazy", site.Ledger.Root]);
            Assert.Equal(0, (await unmount.EndAsync()).Exit);
        }
    }

    [Fact]
    public async Task A_ledger_file_that_may_not_grow_denies_everything_and_the_node_says_why()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        // Files of at most 512 KiB, and EFBIG instead of a signal. The runtime's own double mapping would need a
        // larger one.
        var child = site.Start(
            "sh",
            ["-c", "trap '' XFSZ; ulimit -f 1024; exec \"$0\" up --json", Site.Program],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_EnableWriteXorExecute"] = "0" });
        var up = new Up(child, JsonElement.Parse(await child.LineAsync()));
        await UntilDeniedAsync(up, site, upstream);

        // What was recorded is whole, and a start with room goes on after it.
        await up.StopAsync();
        Assert.Contains("all whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);
        var next = await site.UpAsync();
        Assert.True(next.Epoch > up.Epoch);
        await site.OutputAsync("status");
    }

    [Fact]
    public async Task A_full_disk_that_gets_room_is_gone_on_with_without_a_restart()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        Directory.CreateDirectory(site.Ledger.Root);
        var mount = site.Start("mount", ["-t", "tmpfs", "-o", "size=512k,mode=0700", "tmpfs", site.Ledger.Root]);
        if ((await mount.EndAsync()).Exit != 0)
        {
            Assert.Skip("a tmpfs cannot be mounted here: [needs root and mount]");
        }

        try
        {
            var up = await site.UpAsync();
            await UntilDeniedAsync(up, site, upstream, freezes: false);
            Assert.Equal(0, (await site.Start("mount", ["-o", "remount,size=32m", site.Ledger.Root]).EndAsync()).Exit);
            var status = await site.RunAsync("status");
            for (var tries = 0; status.Exit != 0 && tries < TriesMax; tries++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
                status = await site.RunAsync("status");
            }

            Assert.True(status.Exit == 0, $"{status}");
            var run = await site.OpenRunAsync("worker");
            using var client = ProxyClient.Of(up, run);
            using var response = await client.GetAsync(new Uri("http://tame.example/again"));
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Contains("nothing could be recorded for ", await site.OutputAsync("log", "--kind", "gap"),
                StringComparison.Ordinal);
            Assert.Contains("the ledger records again", up.Child.Errors, StringComparison.Ordinal);
            await up.StopAsync();
            Assert.Contains("all whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);
        }
        finally
        {
            var unmount = site.Start("umount", ["--lazy", site.Ledger.Root]);
            Assert.Equal(0, (await unmount.EndAsync()).Exit);
        }
    }

    /// <summary>The whole folder is taken away under the running node, as when a disk is unplugged.</summary>
    [Fact]
    public async Task A_ledger_folder_that_vanishes_denies_everything_is_told_once_and_gone_on_with()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var away = site.Ledger.Root + "-away";
        await DeniedMeanwhileAsync(
            site, up, upstream, () => Directory.Move(site.Ledger.Root, away),
            () => Directory.Move(away, site.Ledger.Root));
    }

    [Fact]
    public async Task A_ledger_folder_that_may_not_be_written_denies_everything_is_told_once_and_gone_on_with()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        UnwritableFolder? refused = null;
        try
        {
            await DeniedMeanwhileAsync(
                site, up, upstream,
                () => refused = new UnwritableFolder(site.Ledger.Root, site.Ledger.Segments), () => refused?.Dispose());
        }
        finally
        {
            refused?.Dispose();
        }
    }

    private static async Task DeniedMeanwhileAsync(
        Site site, Up up, Upstream upstream, Action takeAway, Action giveBack)
    {
        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        using (var before = await client.GetAsync(new Uri("http://tame.example/before")))
        {
            Assert.Equal(200, (int)before.StatusCode);
        }

        takeAway();
        var denied = 0;
        for (var number = 0; denied < 5 && number < RequestsMax; number++)
        {
            try
            {
                using var response = await client.PostAsync(new Uri("http://tame.example/act"), new StringContent("x"));
                denied += response.Denied() is "ledger.unavailable" ? 1 : 0;
            }
            catch (HttpRequestException)
            {
                // The ledger failed between its decision and its observation.
            }
        }

        Assert.Equal(5, denied);
        var arrived = upstream.Arrived.Count;
        var status = await site.RunAsync("status");
        Assert.Equal(4, status.Exit);
        Assert.StartsWith("NOT READY", status.Output, StringComparison.Ordinal);
        Assert.Contains("nothing is allowed since 2", status.Output, StringComparison.Ordinal);
        Assert.Contains("goes on by itself", status.Output, StringComparison.Ordinal);

        giveBack();
        for (var tries = 0; status.Exit != 0 && tries < TriesMax; tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            status = await site.RunAsync("status");
        }

        Assert.True(status.Exit == 0, $"{status}");
        using (var after = await client.GetAsync(new Uri("http://tame.example/after")))
        {
            Assert.Equal(200, (int)after.StatusCode);
        }

        Assert.True(upstream.Arrived.Count > arrived);
        var gap = Assert.Single(await site.LogAsync("--kind", "gap"));
        Assert.True(gap.GetProperty("milliseconds").GetInt64() > 0);
        Assert.True(gap.GetProperty("refused").GetInt64() >= 5, $"{gap}");
        await up.StopAsync();

        // One line for the failure and one for the end of it, however many asked meanwhile.
        var told = up.Child.Errors.Split('\n');
        Assert.Single(told, line => line.Contains("ledger.write-failed", StringComparison.Ordinal)
            && line.StartsWith('{'));
        Assert.Single(told, line => line.Contains("the ledger records again", StringComparison.Ordinal));
        Assert.Contains("all whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);
    }

    private static async Task UntilDeniedAsync(Up up, Site site, Upstream upstream, bool freezes = true)
    {
        var run = await site.OpenRunAsync("worker");
        using var client = ProxyClient.Of(up, run);
        // Long paths fill it sooner.
        var filler = new string('a', 1500);
        var denied = "";
        for (var number = 0; denied.Length == 0 && number < RequestsMax; number++)
        {
            try
            {
                using var response = await client.GetAsync(
                    new Uri(string.Create(CultureInfo.InvariantCulture, $"http://tame.example/{number}/{filler}")));
                denied = response.Denied();
            }
            catch (HttpRequestException)
            {
                // The disk was full between its decision and its observation: a response that is not recorded does
                // not end as if it were whole.
            }
        }

        Assert.Equal("ledger.unavailable", denied);
        var arrived = upstream.Arrived.Count;
        using (var effect = await client.PostAsync(new Uri("http://tame.example/act"), new StringContent("x")))
        {
            Assert.Equal(403, (int)effect.StatusCode);
            Assert.Equal("ledger.unavailable", effect.Denied());
        }

        Assert.Equal(arrived, upstream.Arrived.Count);
        var status = await site.RunAsync("status");
        Assert.Equal(4, status.Exit);
        Assert.StartsWith("NOT READY", status.Output, StringComparison.Ordinal);
        Assert.Contains("nothing is allowed", status.Output, StringComparison.Ordinal);
        var json = JsonElement.Parse((await site.RunAsync("status", "--json")).Output);
        Assert.False(json.GetProperty("ready").GetBoolean());
        Assert.False(string.IsNullOrEmpty(json.GetProperty("ledger").GetProperty("mend").GetString()));

        // No run begins, and a freeze is in force all the same.
        var refused = await site.RunAsync("run", "--agent", "worker", "--", "touch", "ran");
        Assert.True(refused.Exit is 1 or 4, refused.ToString());
        Assert.False(File.Exists(Path.Combine(site.Folder, "ran")));
        Inert.Check(refused);
        if (freezes)
        {
            Assert.Contains("not recorded yet", await site.OutputAsync("freeze", "--all", "disk"),
                StringComparison.Ordinal);
        }

        var told = up.Child.Errors.Split('\n').First(line => line.StartsWith('{')); // it was started with --json
        Assert.StartsWith("ledger.", JsonElement.Parse(told).GetProperty("code").GetString(), StringComparison.Ordinal);
        Inert.Check(up.Child.Errors);
    }
}
