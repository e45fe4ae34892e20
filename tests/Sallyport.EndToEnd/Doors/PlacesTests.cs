using System.Net;
using Sallyport.Console;
using Sallyport.EndToEnd.Stage;
using Sallyport.Verbs;

namespace Sallyport.EndToEnd.Doors;

// What a run writes where others read carries its labels on, to another agent and to another day.
public sealed class PlacesTests : IAsyncLifetime
{
    private const string Packs = "policies: { packs: [allow-list, origins] }";
    private readonly GateStage stage = new() { More = Packs };

    public ValueTask InitializeAsync() => stage.InitializeAsync();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Theory]
    [InlineData("http://notes.test/notes/report-8f3a91c2", "untrusted")]
    [InlineData("http://notes.test/Notes/report-8f3a91c2/", "untrusted")]
    [InlineData("http://notes.test/notes/report-8f3a91c2/comments?page=2", "untrusted")]
    [InlineData("http://notes.test/notes", "untrusted")]
    [InlineData("http://notes.test/", "untrusted")]
    [InlineData("http://notes.test/notes/report-8f3a91c3", "")]
    [InlineData("http://notes.test/notesx", "")]
    [InlineData("http://vault.test/notes/report-8f3a91c2", "confidential")]
    public async Task A_clean_agent_that_reads_what_a_tainted_run_filed_is_tainted(string url, string labels)
    {
        await FileAsync();
        Assert.Equal(labels, await ReadAsync(url));
    }

    [Fact]
    public async Task It_is_so_after_a_restart_too_until_a_person_clears_it()
    {
        await FileAsync();
        await stage.StopNodeAsync();
        await stage.StartNodeAsync();

        var place = Assert.Single(await PlacesAsync());
        Assert.Equal(("notes", "/notes/report-8f3a91c2"), (place.Source, place.Path));
        Assert.Equal("untrusted", Assert.Single(place.Labels));
        Assert.Equal("untrusted", await ReadAsync("http://notes.test/notes"));

        var cleared = await ClearAsync("notes", "/Notes/");
        Assert.Equal("untrusted", Assert.Single(cleared.Labels));
        Assert.Empty(await PlacesAsync());
        Assert.Equal("", await ReadAsync("http://notes.test/notes"));
        await stage.StopNodeAsync();
        await stage.StartNodeAsync();
        Assert.Equal("", await ReadAsync("http://notes.test/notes"));
        var entry = Assert.Single(await stage.LogAsync("kind=place-clear"));
        Assert.Equal("I have read it", entry.GetProperty("reason").GetString());
        Assert.StartsWith("uid:", entry.GetProperty("author").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_never_written_cannot_be_cleared()
    {
        var refused = await Assert.ThrowsAsync<FaultException>(() => ClearAsync("notes", "/elsewhere"));
        Assert.Equal("place.unknown", refused.Fault.Code);
    }

    // The record, and those who read there already, come before the act.
    [Fact]
    public async Task Who_is_still_reading_there_is_tainted_before_the_act_goes_out()
    {
        var more = new TaskCompletionSource();
        stage.Notes.On("/notes", async context =>
        {
            await context.Response.Body.WriteAsync("first "u8.ToArray());
            await context.Response.Body.FlushAsync();
            await more.Task;
        });
        var reader = await stage.OpenRunAsync("other");
        using var http = reader.Http();
        using var list = await http.GetAsync(
            new Uri("http://notes.test/notes"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("", await stage.LabelsAsync(reader));
        var atTheAct = "";
        stage.Notes.On("/notes/report-8f3a91c2", async context =>
        {
            atTheAct = await stage.LabelsAsync(reader);
            context.Response.StatusCode = (int)HttpStatusCode.OK;
        });

        var writer = await FileAsync(answered: true);
        Assert.Equal("untrusted", atTheAct);
        var place = Assert.Single(await stage.LogAsync(writer, "kind=place"));
        Assert.Equal("/notes/report-8f3a91c2", place.GetProperty("path").GetString());
        more.SetResult();
        Assert.Equal("first ", await list.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("http://notes.test/hr/pay/7", "confidential")]
    [InlineData("http://notes.test/HR", "confidential")]
    [InlineData("http://notes.test/hrx", "")]
    [InlineData("http://notes.test/", "")]
    public async Task A_path_of_a_source_brings_labels_of_its_own(string url, string labels)
    {
        await stage.WriteAsync(stage.Configuration().Replace(
            "hosts: [notes.test,", "paths: { \"/hr/**\": [confidential] }, hosts: [notes.test,",
            StringComparison.Ordinal));
        Assert.Equal("applied", (await stage.ApplyAsync()).State);
        Assert.Equal(labels, await ReadAsync(url));
    }

    [Fact]
    public async Task A_source_that_does_not_carry_passes_nothing_on()
    {
        var configuration = stage.Configuration().Replace(
            "hosts: [notes.test,", "carries: false, hosts: [notes.test,", StringComparison.Ordinal);
        await stage.WriteAsync(configuration);
        var applied = await stage.ApplyAsync();
        Assert.Equal("applied", applied.State);
        await FileAsync();
        Assert.Equal("", await ReadAsync("http://notes.test/notes/report-8f3a91c2"));
        Assert.Empty(await PlacesAsync());
    }

    private Task<IReadOnlyList<PlaceView>> PlacesAsync() =>
        stage.Client.GetAsync("places", ApiJson.Default.IReadOnlyListPlaceView, CancellationToken.None);

    private Task<PlaceCleared> ClearAsync(string source, string path) => stage.Client.PostAsync(
        "places/clear", new ClearPlaceRequest(source, path, "I have read it"), ApiJson.Default.ClearPlaceRequest,
        ApiJson.Default.PlaceCleared, CancellationToken.None);

    // A run that has read a feed files the note that its brief names.
    private async Task<TestRun> FileAsync(bool answered = false)
    {
        stage.Feed.On("/posts", "Great news! Everybody should look at this today.");
        if (!answered)
        {
            stage.Notes.On("/notes/report-8f3a91c2", "filed");
        }

        var run = await stage.OpenRunAsync(brief: "File /notes/report-8f3a91c2 today.");
        using var http = run.Http();
        await http.GetStringAsync(new Uri("http://feed.test/posts"));
        using var response = await http.PostAsync(new Uri("http://notes.test/notes/report-8f3a91c2"), content: null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return run;
    }

    private async Task<string> ReadAsync(string url)
    {
        var run = await stage.OpenRunAsync("other");
        using var http = run.Http();
        using var response = await http.GetAsync(new Uri(url));
        Assert.False(response.Headers.Contains("Sallyport-Denied"));
        return await stage.LabelsAsync(run);
    }
}
