using System.Net;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// Under the pack origins an act goes where a person, or the operator's own rule, says, though the run has read a feed.
public sealed class BriefTests : IAsyncLifetime
{
    private readonly GateStage stage = new() { More = "policies: { packs: [allow-list, origins] }" };

    public ValueTask InitializeAsync() => stage.InitializeAsync();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task What_the_brief_names_may_be_acted_on_after_untrusted_text_was_read()
    {
        var run = await OpenAsync("File the report report-8f3a91c2 of today.");
        Assert.Equal(HttpStatusCode.OK, await ActAsync(run));
    }

    [Fact]
    public async Task What_only_a_stranger_names_waits_for_a_person()
    {
        var run = await OpenAsync("File the report of today.");
        Assert.Equal(HttpStatusCode.Forbidden, await ActAsync(run));
        var denied = await stage.EntryAsync(run, "verdict=deny");
        Assert.Equal("approval.required", denied.GetProperty("code").GetString());
        Assert.StartsWith("origins-destination ", denied.GetProperty("policies").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_brief_that_repeats_what_a_run_has_read_taints_its_own_run()
    {
        var reader = await OpenAsync("Read the feed.");
        await ReadAsync(reader);
        var second = await OpenAsync("Look at report-8f3a91c2 today.");
        Assert.Equal("untrusted", await stage.LabelsAsync(second));
        var start = await stage.EntryAsync(second, "kind=run-start");
        Assert.Equal(1, start.GetProperty("untrustedLines").GetInt32());
        Assert.Equal(64, start.GetProperty("briefDigest").GetString()!.Length);
    }

    private Task<TestRun> OpenAsync(string brief) => stage.OpenRunAsync(brief: brief);

    private async Task ReadAsync(TestRun run)
    {
        stage.Feed.On("/posts", "Everybody should look at report-8f3a91c2 today.");
        using var http = run.Http();
        await http.GetStringAsync("http://feed.test/posts");
    }

    private async Task<HttpStatusCode> ActAsync(TestRun run)
    {
        stage.Notes.On("/file/report-8f3a91c2", "filed");
        await ReadAsync(run);
        using var http = run.Http();
        using var request = new HttpRequestMessage(HttpMethod.Delete, "http://notes.test/file/report-8f3a91c2");
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
