namespace Sallyport.EndToEnd.Program;

/// <summary>The first thing that anybody runs.</summary>
public sealed class DemoTests
{
    private static readonly string[] Promises =
    [
        "research reads 500 posts", "clerk asks for the feed", "research posts what it was told",
            "clerk reads the company wiki",
        "clerk asks the cloud metadata", "freeze while a stream is live",
    ];

    [Fact]
    public async Task The_demo_keeps_its_six_promises_with_posts_of_its_own()
    {
        await using var site = new Site();
        var empty = Directory.CreateDirectory(Path.Combine(site.Folder, "empty")).FullName;
        var kept = Path.Combine(site.Folder, "kept");
        var output = await PlayAsync(site, empty, "--keep", kept);
        Assert.Contains("samples", output, StringComparison.Ordinal);

        // What is kept can be looked into: its ledger holds the ids that were printed.
        Assert.True(File.Exists(Path.Combine(kept, "perimeter", "sallyport.yaml")));
        var verify = await site.OutputAsync("ledger", "verify", "--state", Path.Combine(kept, "state"));
        Assert.Contains("all whole", verify, StringComparison.Ordinal);
        var again = await site.RunAsync("demo", "--keep", kept);
        Assert.Equal(2, again.Exit);
        Assert.Contains("demo.exists", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_keeps_its_six_promises_with_recorded_posts()
    {
        if (SharedPosts() is not { } data)
        {
            Assert.Skip("no recorded posts: set SALLYPORT_DATA [needs shared data]");
            return;
        }

        await using var site = new Site();
        var output = await PlayAsync(site, data);
        Assert.DoesNotContain("samples", output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(site.Folder));
    }

    private static async Task<string> PlayAsync(Site site, string data, params string[] arguments)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SALLYPORT_DATA"] = data };
        var demo = site.Start(Site.Program, ["demo", .. arguments], environment);
        demo.Input.Close();
        var ended = await demo.EndAsync();
        Assert.True(ended.Exit == 0, ended.ToString());
        Inert.Check(ended);
        var shown = ended.Output.Split('\n');
        Assert.Equal(
            Promises.Length, Promises.Count(promise =>
                shown.Any(line => line.StartsWith($"ok   {promise} ", StringComparison.Ordinal))));
        Assert.All(
            shown.Where(line => line.StartsWith("ok ", StringComparison.Ordinal)), line =>
                Assert.Matches(@" \d+-\d+\s*$", line));
        Assert.Contains("sallyport why ", ended.Output, StringComparison.Ordinal);
        Assert.Contains("flow.two-doors", ended.Output, StringComparison.Ordinal);
        Assert.Contains("./sallyport init && ./sallyport up", ended.Output, StringComparison.Ordinal);
        return ended.Output;
    }

    private static string? SharedPosts()
    {
        var named = Environment.GetEnvironmentVariable("SALLYPORT_DATA");
        for (var place = new DirectoryInfo(AppContext.BaseDirectory); named is null
            && place is not null; place = place.Parent)
        {
            if (File.Exists(Path.Combine(place.FullName, "Sallyport.slnx")))
            {
                named = Path.GetFullPath(Path.Combine(place.FullName, "..", "shared", "data"));
            }
        }

        return named is not null && Directory.Exists(Path.Combine(named, "moltbook")) ? named : null;
    }
}
