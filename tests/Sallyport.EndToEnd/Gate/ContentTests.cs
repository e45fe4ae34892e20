using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sallyport.Console;
using Sallyport.EndToEnd.Stage;
using Sallyport.Ledger;
using Sallyport.Verbs;

namespace Sallyport.EndToEnd.Gate;

// Bodies are kept beside the exchange, byte for byte, and never in its way.
public sealed class ContentTests : IAsyncDisposable
{
    private GateStage stage = new()
    {
        More = """
            content:
              total: 64MiB
              keep:
                - { source: notes, bodies: both, for: 30d, largest: 64KiB }
                - { agent: other, bodies: responses, for: 7d }
            """,
    };

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task What_was_sent_and_got_is_kept_and_given_back_byte_for_byte()
    {
        await stage.InitializeAsync();
        stage.Notes.On("/echo", async context =>
        {
            await context.Request.Body.CopyToAsync(context.Response.Body);
            await context.Response.WriteAsync(" said the source");
        });
        var run = await stage.OpenRunAsync();
        using var client = run.HttpOverTcp();
        using var content = new StringContent("a question");
        using var response = await client.PostAsync(new Uri("http://notes.test/echo"), content);
        Assert.Equal("a question said the source", await response.Content.ReadAsStringAsync());

        var seen = await stage.EntryAsync(run, "kind=observation");
        var (sent, got) = (Text(seen, "digestSent"), Text(seen, "digestReceived"));
        await KeptAsync(2);
        Assert.Equal("a question", Encoding.UTF8.GetString(await BodyAsync(sent)));
        Assert.Equal("a question said the source", Encoding.UTF8.GetString(await BodyAsync(got)));
        var why = await stage.Client.GetAsync(
            $"why/{Text(seen, "decision")}", ApiJson.Default.WhyView, CancellationToken.None);
        Assert.Equal([(sent, "kept"), (got, "kept")], why.Bodies.Select(body => (body.Digest, body.State)));
    }

    [Fact]
    public async Task What_no_rule_names_is_never_kept()
    {
        await stage.InitializeAsync();
        stage.Feed.On("/posts", "a post");
        var (run, other) = (await stage.OpenRunAsync(), await stage.OpenRunAsync("other"));
        var digest = Convert.ToHexStringLower(SHA256.HashData("a post"u8));
        using (var client = run.HttpOverTcp())
        {
            await client.GetStringAsync(new Uri("http://feed.test/posts"));
        }

        await stage.EntryAsync(run, "kind=observation");
        Assert.Equal("never-kept", (await ViewAsync(digest)).State);
        using (var client = other.HttpOverTcp())
        {
            await client.GetStringAsync(new Uri("http://feed.test/posts"));
        }

        await KeptAsync(1);
        Assert.Equal("kept", (await ViewAsync(digest)).State);
    }

    [Fact]
    public async Task A_body_that_is_too_long_passes_whole_and_is_told_of_as_not_kept()
    {
        await stage.InitializeAsync();
        var page = new string('p', 200_000);
        stage.Notes.On("/page", page);
        var run = await stage.OpenRunAsync();
        using (var client = run.HttpOverTcp())
        {
            Assert.Equal(page, await client.GetStringAsync(new Uri("http://notes.test/page")));
        }

        var digest = Text(await stage.EntryAsync(run, "kind=observation"), "digestReceived");
        await stage.StopNodeAsync(); // a stop tells at once what waits to be told
        await stage.StartNodeAsync();
        var view = await ViewAsync(digest);
        Assert.Equal(("not-kept", "too-long"), (view.State, view.Reason));
    }

    [Fact]
    public async Task A_run_that_carries_a_secret_leaves_no_body_behind()
    {
        stage = new GateStage
        {
            Change = text => text.Replace("vault.test], labels: [confidential]", "vault.test], labels: [secret]",
                StringComparison.Ordinal),
            More = "content: { keep: [{ bodies: both, for: 30d }] }",
        };
        await stage.InitializeAsync();
        const string Key = "key-6f1d0c9be2a7";
        stage.Notes.On("/key", Key);
        stage.Notes.On("/in", context => context.Response.WriteAsync($"taken: {Key}"));
        var run = await stage.OpenRunAsync();
        using (var client = run.HttpOverTcp())
        {
            await client.GetStringAsync(new Uri("http://vault.test/key"));
            using var content = new StringContent(Key);
            using var response = await client.PostAsync(new Uri("http://notes.test/in"), content);
            await response.Content.ReadAsStringAsync();
        }

        await stage.EntryAsync(run, "kind=observation");
        await stage.StopNodeAsync();
        Assert.Empty(Directory.EnumerateFiles(stage.State.Content, "*", SearchOption.AllDirectories));
        await stage.StartNodeAsync();
        var told = Assert.Single(await stage.LogAsync("kind=content"));
        Assert.Equal(("not-kept", "secret"), (Text(told, "change"), Text(told, "reason")));
    }

    [Fact]
    public async Task A_drop_leaves_the_log_and_every_replay_as_they_were()
    {
        await stage.InitializeAsync();
        stage.Notes.On("/page", "to be forgotten");
        var run = await stage.OpenRunAsync();
        using (var client = run.HttpOverTcp())
        {
            await client.GetStringAsync(new Uri("http://notes.test/page"));
        }

        var digest = Text(await stage.EntryAsync(run, "kind=observation"), "digestReceived");
        await KeptAsync(1);
        await stage.Client.PostAsync(
            "content/holds", new HoldContentRequest("agent:research", "case 42"),
            ApiJson.Default.HoldContentRequest, ApiJson.Default.ContentAnswer, CancellationToken.None);
        var held = await Assert.ThrowsAsync<FaultException>(() => DropAsync(digest));
        Assert.Equal("content.held", held.Fault.Code);
        await stage.StopNodeAsync();
        await stage.StartNodeAsync();
        Assert.Equal("content.held", (await Assert.ThrowsAsync<FaultException>(() => DropAsync(digest))).Fault.Code);
        await stage.Client.PostAsync(
            "content/holds/c1/release", new ContentReason("closed"), ApiJson.Default.ContentReason,
            ApiJson.Default.ContentAnswer, CancellationToken.None);
        await DropAsync(digest);
        var gone = await Assert.ThrowsAsync<FaultException>(() => BodyAsync(digest));
        Assert.Equal("content.not-kept", gone.Fault.Code);
        Assert.Equal("dropped", (await ViewAsync(digest)).State);
        await stage.StopNodeAsync();
        Assert.True(
            LedgerAudit.TryVerify(stage.State.Ledger, new LocalDisk(), new AuditOptions(), out _, out var fault),
            fault?.Detail);
    }

    // What is kept is recorded a moment after the last byte.
    private Task KeptAsync(int bodies) => Eventually.TrueAsync(
        async () => (await stage.Client.GetAsync("content", ApiJson.Default.ContentListView, CancellationToken.None))
            .Bodies == bodies && (await stage.LogAsync("kind=content"))
            .Sum(entry => entry.GetProperty("bodies").GetInt64()) == bodies,
        () => $"no {bodies} bodies are kept");

    private Task<ContentAnswer> DropAsync(string digest) => stage.Client.PostAsync(
        $"content/{digest}/drop", new ContentReason("asked for"), ApiJson.Default.ContentReason,
        ApiJson.Default.ContentAnswer, CancellationToken.None);

    private Task<byte[]> BodyAsync(string digest) =>
        stage.Client.BytesAsync($"content/{digest}/body", CancellationToken.None);

    private Task<ContentView> ViewAsync(string digest) =>
        stage.Client.GetAsync($"content/{digest}", ApiJson.Default.ContentView, CancellationToken.None);

    private static string Text(JsonElement entry, string member) => entry.GetProperty(member).GetString()!; // a text
}
