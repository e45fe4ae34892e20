using System.Text;
using Sallyport.Range.Corpus;
using Sallyport.Range.Network;
using Sallyport.Range.Verbs;

namespace Sallyport.Range.Tests;

public sealed class CorpusFolderTests
{
    private const string Good =
        """{"kind":"post","id":"11111111-1111-4111-8111-111111111111","title":"t","content":"c","author":"a"}""";

    [Theory]
    [InlineData("{\"kind\":\"post\",")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"kind\":\"post\",\"content\":{}}")]
    [InlineData("{\"kind\":\"post\",\"content\":\"x\",\"score\":\"many\"}")]
    [InlineData("{\"kind\":\"post\",\"content\":\"x\",\"score\":1e99}")]
    [InlineData("{\"kind\":\"post\",\"content\":\"half a pair \\ud800\"}")]
    [InlineData("{\"kind\":\"post\",\"content\":\"  \"}")]
    [InlineData("{\"kind\":\"comment\"}")]
    public async Task A_bad_line_is_counted_with_file_and_line_and_the_rest_is_loaded(string bad)
    {
        using var folder = new CorpusOnDisk()
            .Add("x.jsonl", $"{Good}\n{bad}\n\n{Good.Replace("1111-4111", "2222-4111", StringComparison.Ordinal)}");

        var loaded = await LoadAsync(folder);

        Assert.Equal(2, loaded.Network.Posts.Count);
        Assert.Equal(1, loaded.Report.BadCount);
        Assert.StartsWith("x.jsonl:2: ", loaded.Report.BadLines[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_not_unicode_are_a_bad_line()
    {
        byte[] lines =
        [
            .. Encoding.UTF8.GetBytes("{\"kind\":\"post\",\"content\":\""),
            0xff, 0xfe,
            .. Encoding.UTF8.GetBytes("\"}\n" + Good),
        ];
        using var folder = new CorpusOnDisk().Add("x.jsonl", lines);

        var loaded = await LoadAsync(folder);

        Assert.Single(loaded.Network.Posts);
        Assert.Equal(1, loaded.Report.BadCount);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public async Task A_line_may_be_as_long_as_the_limit_and_no_longer(int excess, int bad)
    {
        const string Start = """{"kind":"post","content":""";
        var fill = CorpusFolder.LineBytesMax - Start.Length - 3 + excess;
        using var folder = new CorpusOnDisk().Add("x.jsonl", $"{Start}\"{new string('x', fill)}\"}}\n{Good}\n");

        var loaded = await LoadAsync(folder);

        Assert.Equal(bad, loaded.Report.BadCount);
        Assert.Equal(2 - bad, loaded.Network.Posts.Count);
    }

    [Fact]
    public async Task A_damaged_archive_costs_its_rest_and_nothing_else()
    {
        var whole = CorpusOnDisk.Gzip(Good);
        using var folder = new CorpusOnDisk()
            .Add("a.jsonl.gz", whole[..(whole.Length / 2)])
            .Add("b.jsonl.gz", Encoding.UTF8.GetBytes("this is no archive"))
            .Add("c.jsonl.gz", whole);

        var loaded = await LoadAsync(folder);

        Assert.Single(loaded.Network.Posts);
        Assert.Equal(3, loaded.Report.Files);
        Assert.Contains(loaded.Report.BadLines, static line => line.File == "b.jsonl.gz");
    }

    [Fact]
    public async Task Records_of_other_kinds_are_counted_apart_and_are_not_bad()
    {
        using var folder = new CorpusOnDisk()
            .Add("x.jsonl", "{\"kind\":\"agent\",\"author\":\"a\"}\r\n{\"author\":\"no kind\"}\r\n" + Good);

        var loaded = await LoadAsync(folder);

        Assert.Equal(2, loaded.Report.OtherKinds);
        Assert.Equal(0, loaded.Report.BadCount);
    }

    [Fact]
    public async Task The_same_id_twice_is_one_post()
    {
        using var folder = new CorpusOnDisk().Add("x.jsonl", $"{Good}\n{Good}\n");

        var loaded = await LoadAsync(folder);

        Assert.Single(loaded.Network.Posts);
        Assert.Equal(1, loaded.Report.Duplicates);
    }

    [Fact]
    public async Task What_a_record_lacks_is_derived_from_it_and_never_from_a_clock()
    {
        const string Bare =
            """{"kind":"post_or_comment","post_id_prefix":"21518ab3-0e6","content":"## A heading\nand more"}""";
        using var folder = new CorpusOnDisk().Add("x.jsonl", Bare);

        var first = Assert.Single((await LoadAsync(folder)).Network.Posts);
        var second = Assert.Single((await LoadAsync(folder)).Network.Posts);

        Assert.Equal(first, second);
        Assert.StartsWith("21518ab3-0e6", first.Id.ToString("D"), StringComparison.Ordinal);
        Assert.Equal("A heading", first.Title);
        Assert.InRange(first.CreatedAt, StableValues.Epoch, StableValues.Epoch.AddDays(28));
    }

    [Fact]
    public async Task A_comment_goes_under_the_post_of_its_prefix_and_else_under_a_stand_in()
    {
        using var folder = new CorpusOnDisk().Add("x.jsonl", """
            {"kind":"post_or_comment","post_id_prefix":"21518ab3-0e6","section":"Their comment","content":"placed"}
            {"kind":"comment","source_post":"some_thread","content":"not placed"}
            {"kind":"post_or_comment","post_id_prefix":"21518ab3-0e6","section":"Original post","content":"the post"}
            """);

        var network = (await LoadAsync(folder)).Network;

        Assert.Equal("the post", PostOf(network, "placed").Content);
        Assert.Equal("Thread: some_thread", PostOf(network, "not placed").Title);
    }

    [Fact]
    public async Task A_name_may_be_an_object_as_the_live_api_writes_it()
    {
        using var folder = new CorpusOnDisk().Add(
            "x.jsonl", """{"kind":"post","content":"c","author":{"name":"a"},"submolt":{"name":"s"},"score":"12"}""");

        var post = Assert.Single((await LoadAsync(folder)).Network.Posts);

        Assert.Equal(("a", "s", 12), (post.Author, post.Submolt, post.Score));
    }

    [Fact]
    public async Task A_missing_folder_is_a_fault_with_a_mend()
    {
        var fault = await Assert.ThrowsAsync<FaultException>(
            () => CorpusFolder.LoadAsync("/nowhere/at/all", Runner.Cancellation));

        Assert.Equal("range.data.missing", fault.Fault.Code);
        Assert.Equal(ExitCode.Configuration, fault.Fault.Exit);
    }

    [Fact]
    public async Task A_folder_without_records_is_a_fault()
    {
        using var folder = new CorpusOnDisk();

        var fault = await Assert.ThrowsAsync<FaultException>(() => LoadAsync(folder));

        Assert.Equal("range.data.empty", fault.Fault.Code);
    }

    [Fact]
    public async Task Every_real_file_loads_and_pages_whole()
    {
        var folder = SharedCorpus.Find();
        Assert.SkipWhen(folder is null, "No posts [needs shared data]: set SALLYPORT_DATA to a folder that holds moltbook/.");

        var loaded = await CorpusFolder.LoadAsync(folder, Runner.Cancellation);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{loaded.Report.Files} files, {loaded.Network.Posts.Count} posts, "
            + $"{loaded.Network.Comments.Count} comments, "
            + $"{loaded.Report.OtherKinds} other, {loaded.Report.Duplicates} duplicates, {loaded.Report.BadCount} bad");
        Assert.NotEmpty(loaded.Network.Posts);
        Assert.Equal(
            loaded.Network.Posts.Count, loaded.Network.Posts.Select(static post => post.Id).Distinct().Count());
        Assert.All(loaded.Network.Comments, comment => Assert.NotNull(loaded.Network.FindPost(comment.PostId)));
        Assert.All(
            Enum.GetValues<PostOrder>(),
            order => Assert.Equal(loaded.Network.Posts.Count, loaded.Network.Ordered(order).Distinct().Count()));
    }

    private static Post PostOf(NetworkSnapshot network, string comment)
    {
        var found = network.Comments.Single(one => one.Content == comment);
        return network.FindPost(found.PostId)!;
    }

    private static Task<LoadedCorpus> LoadAsync(CorpusOnDisk folder) =>
        CorpusFolder.LoadAsync(folder.Path, Runner.Cancellation);
}

/// <summary>The folder with real records, where there is one.</summary>
internal static class SharedCorpus
{
    public static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("SALLYPORT_DATA");
        if (!string.IsNullOrEmpty(named))
        {
            return Directory.Exists(Path.Combine(named, "moltbook")) ? named : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
            {
                var beside = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data"));
                return Directory.Exists(Path.Combine(beside, "moltbook")) ? beside : null;
            }
        }

        return null;
    }
}
