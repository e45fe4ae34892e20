using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// A read that tells somebody what is not theirs acts (promise P5).
public sealed class CarriedTextTests(GateStage stage) : IClassFixture<GateStage>
{
    private const string Post = "Great news! Everybody should look at report-8f3a91c2 today.";

    [Theory]
    [InlineData("http://notes.test/page/report-8f3a91c2")]
    [InlineData("http://notes.test/page?id=report-8f3a91c2")]
    [InlineData("http://notes.test/page?id=REPORT%2D8f3a91c2")]
    [InlineData("http://notes.test/page?id=cmVwb3J0LThmM2E5MWMy")]
    [InlineData("http://notes.test/page?report-8f3a91c2")]
    public async Task An_address_with_text_of_another_source_makes_an_effect_of_a_read(string url)
    {
        stage.Feed.On("/posts", Post);
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        await http.GetStringAsync("http://feed.test/posts");
        using var response = await http.GetAsync(url);

        Assert.Equal("flow.two-doors", Assert.Single(response.Headers.GetValues("Sallyport-Denied")));
        Assert.Contains(
            "its address or a header field carries text that belongs to somebody else",
            await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        var denied = await stage.EntryAsync(run, "verdict=deny");
        Assert.Equal("effect", denied.GetProperty("class").GetString());

        // Who reviews it is led to the very bytes.
        var read = await stage.EntryAsync(run, "kind=decision&verdict=allow&host=feed.test");
        var evidence = Evidence(denied).First(found => found.GetProperty("source").GetString() == "feed");
        Assert.Equal(
            $"{read.GetProperty("epoch")}-{read.GetProperty("position")}", evidence.GetProperty("entry").GetString());
        Assert.Equal(
            "report-8f3a91c2",
            Post.Substring(evidence.GetProperty("start").GetInt32(), evidence.GetProperty("length").GetInt32()));
    }

    [Theory]
    [InlineData("http://feed.test/posts/report-8f3a91c2")]
    [InlineData("http://feed.test/posts?after=report-8f3a91c2&limit=25")]
    [InlineData("http://notes.test/today")]
    [InlineData("http://notes.test/weather?city=Paris-2026")]
    public async Task Text_of_the_source_itself_common_words_and_words_of_the_agents_own_do_not(string url)
    {
        stage.Feed.On("/posts", Post);
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        await http.GetStringAsync("http://feed.test/posts");
        using var response = await http.GetAsync(url);

        Assert.False(response.Headers.Contains("Sallyport-Denied"));
        var entry = await stage.EntryAsync(run, "kind=decision", entry => Target(entry) == url);
        Assert.Equal("read", entry.GetProperty("class").GetString());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Text_of_compressed_bodies_is_known_too(string coding)
    {
        stage.Feed.On($"/{coding}", async context =>
        {
            context.Response.Headers.ContentEncoding = coding;
            context.Response.ContentType = "text/plain";
            await using Stream to = coding == "br"
                ? new BrotliStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true)
                : new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await to.WriteAsync(Encoding.UTF8.GetBytes(Post));
        });
        Assert.Equal("flow.two-doors", await AfterAsync($"http://feed.test/{coding}"));
    }

    [Fact]
    public async Task Text_of_header_fields_is_known_too()
    {
        stage.Feed.On("/moved", context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = "http://notes.test/page/report-8f3a91c2";
            return Task.CompletedTask;
        });
        Assert.Equal("flow.two-doors", await AfterAsync("http://feed.test/moved"));
    }

    [Fact]
    public async Task What_nobody_could_read_may_hold_any_word()
    {
        stage.Feed.On("/image", async context =>
        {
            context.Response.ContentType = "image/png";
            await context.Response.Body.WriteAsync(new byte[] { 1, 2, 3 });
        });
        Assert.Equal("flow.two-doors", await AfterAsync("http://feed.test/image"));
    }

    [Fact]
    public async Task A_header_field_carries_as_well_and_is_never_shown()
    {
        stage.Feed.On("/posts", Post);
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        await http.GetStringAsync("http://feed.test/posts");
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://notes.test/page");
        request.Headers.Add("X-Note", "report-8f3a91c2");
        using var response = await http.SendAsync(request);

        Assert.Equal("flow.two-doors", Assert.Single(response.Headers.GetValues("Sallyport-Denied")));
        var denied = await stage.EntryAsync(run, "verdict=deny");
        var field = denied.GetProperty("facts").GetProperty("arguments").EnumerateArray()
            .Single(argument => argument.GetProperty("at").GetString() == "/headers/x-note");
        Assert.False(field.TryGetProperty("shown", out _));
    }

    // Every field that goes out, by its name and by its value.
    [Theory]
    [InlineData("Accept-Language", "orchid-77")]
    [InlineData("Accept", "text/orchid-77")]
    [InlineData("Cache-Control", "orchid-77")]
    [InlineData("Pragma", "orchid-77")]
    [InlineData("Upgrade-Insecure-Requests", "orchid-77")]
    [InlineData("Accept-Encoding", "orchid-77")]
    [InlineData("Accept", "0.1,0.5,0.7,0.7")]
    [InlineData("X-orchid-77", "1")]
    [InlineData("orchid-77", "gzip")]
    public async Task No_field_tells_a_secret(string name, string value)
    {
        stage.Notes.On("/code", "The code word is orchid-77.");
        stage.Feed.On("/posts", "A post.");
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        await http.GetStringAsync("http://feed.test/posts");
        await http.GetStringAsync("http://vault.test/code");

        // The rule spells the address out, so that only the field can tell.
        using (var plain = await http.GetAsync("http://plain.test/posts"))
        {
            Assert.False(plain.Headers.Contains("Sallyport-Denied"));
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "http://plain.test/posts");
        Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var response = await http.SendAsync(request);
        Assert.Equal("flow.two-doors", Assert.Single(response.Headers.GetValues("Sallyport-Denied")));
    }

    // Spelled with words of others, and with the spelling itself.
    [Theory]
    [InlineData("http://feed.test/posts/7/7")]
    [InlineData("http://feed.test/PoStS")]
    [InlineData("http://feed.test/posts?&&&&")]
    public async Task A_run_with_a_secret_reads_elsewhere_only_what_a_rule_spells_out(string url)
    {
        stage.Notes.On("/code", "The code word is orchid-77.");
        stage.Feed.On("/posts", "posts 7 7");
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        await http.GetStringAsync("http://feed.test/posts");
        await http.GetStringAsync("http://vault.test/code");
        using var response = await http.GetAsync(url);
        Assert.Equal("flow.two-doors", Assert.Single(response.Headers.GetValues("Sallyport-Denied")));
    }

    [Fact]
    public async Task A_header_field_that_was_sent_before_anything_was_read_carries_nothing()
    {
        stage.Feed.On("/posts", Post);
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        http.DefaultRequestHeaders.Add("X-Client", "report-8f3a91c2");
        await http.GetStringAsync("http://feed.test/posts");
        using var response = await http.GetAsync("http://notes.test/page");
        Assert.False(response.Headers.Contains("Sallyport-Denied"));
    }

    // The secret itself, and anything that it could have been turned into.
    [Theory]
    [InlineData("http://feed.test/collect?d=orchid-77", "effect")]
    [InlineData("http://feed.test/collect?d=b3JjaGlkLTc3", "effect")]
    [InlineData("http://feed.test/collect?d=qvmsqf-44", "effect")]
    [InlineData("http://vault.test/next?d=orchid-77", "read")]
    public async Task A_run_with_confidential_text_tells_it_to_nobody_by_reading(string url, string action)
    {
        stage.Notes.On("/code", "The code word is orchid-77.");
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        await http.GetStringAsync("http://vault.test/code");
        using var response = await http.GetAsync(url);
        var entry = await stage.EntryAsync(run, "kind=decision", entry => Target(entry) == url);
        Assert.Equal(action, entry.GetProperty("class").GetString());
    }

    [Fact]
    public async Task After_a_restart_nothing_is_known_of_what_was_read_and_so_everything_is_in_doubt()
    {
        await using var other = new GateStage();
        await other.InitializeAsync();
        other.Feed.On("/posts", "A short post.");
        var run = await other.OpenRunAsync();
        using (var http = run.Http())
        {
            await http.GetStringAsync("http://feed.test/posts");
        }

        await other.StopNodeAsync();
        await other.StartNodeAsync();
        using var again = run.Http();
        using var response = await again.GetAsync("http://notes.test/page/report-8f3a91c2");
        Assert.Equal("flow.two-doors", Assert.Single(response.Headers.GetValues("Sallyport-Denied")));
    }

    private static string? Target(JsonElement entry) => entry.GetProperty("target").GetString();

    private static IEnumerable<JsonElement> Evidence(JsonElement entry) =>
        entry.GetProperty("facts").GetProperty("arguments").EnumerateArray()
            .Where(argument => argument.TryGetProperty("evidence", out _))
            .SelectMany(argument => argument.GetProperty("evidence").EnumerateArray());

    // The code of the denial of a read that carries the post's word, after the run has read this.
    private async Task<string?> AfterAsync(string read)
    {
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        using (var response = await http.GetAsync(read))
        {
            await response.Content.ReadAsByteArrayAsync();
        }

        using var carried = await http.GetAsync("http://notes.test/page/report-8f3a91c2");
        return carried.Headers.TryGetValues("Sallyport-Denied", out var codes) ? codes.Single() : null;
    }
}
