using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// Three streams of one HTTP/2 connection to one host: an upload, a labelled read, and one that harms nobody.
public sealed class OneConnectionTests(GateStage stage) : IClassFixture<GateStage>
{
    [Fact]
    public async Task Of_one_http_2_connection_only_the_stream_that_can_still_send_is_cut()
    {
        var (arrived, waiting, answer) = (Channel.CreateUnbounded<string>(), new TaskCompletionSource(), new TaskCompletionSource());
        stage.Feed.On("/upload", context => RecordAsync(context, arrived.Writer));
        stage.Feed.On("/harmless", async context =>
        {
            waiting.SetResult();
            await answer.Task;
            await context.Response.WriteAsync("went on");
        });
        stage.Feed.On("/read", "labelled");
        var connections = 0;
        var run = await stage.OpenRunAsync();
        using var http = run.Http(HttpVersion.Version20, () => Interlocked.Increment(ref connections));

        using var upload = new Upload();
        var uploading = http.PostAsync("https://mixed.test/upload", upload);
        await upload.SendAsync("clean;");
        await stage.EntryAsync(run, "kind=decision", entry => entry.GetProperty("method").GetString() == "POST");

        // The labelled read, and another stream of the same connection that it does not harm.
        var harmless = http.GetStringAsync("https://mixed.test/harmless");
        await Eventually.Within(Waited(waiting));
        await upload.TrySendAsync("after;");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => uploading);
        Assert.Equal("labelled", await http.GetStringAsync("https://mixed.test/read"));
        answer.SetResult();
        Assert.Equal("went on", await harmless);
        Assert.False(arrived.Reader.TryRead(out _), "what was not whole before the labels joined has arrived");
        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task An_upload_whose_answer_came_early_sends_nothing_after_a_labelled_read()
    {
        var arrived = Channel.CreateUnbounded<string>();
        stage.Notes.On("/early", async context =>
        {
            await context.Response.WriteAsync("enough");
            await context.Response.CompleteAsync();
            await RecordAsync(context, arrived.Writer);
        });
        stage.Feed.On("/read", "labelled");
        var run = await stage.OpenRunAsync();
        using var http = run.Http(HttpVersion.Version20);
        using var upload = new Upload();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://safe.test/early") { Version = HttpVersion.Version20, Content = upload };
        var sending = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await upload.TrySendAsync("clean;"); // The answer may come before this is out, and then ends it.
        using var response = await sending;
        Assert.Equal("enough", await response.Content.ReadAsStringAsync());
        await stage.EntryAsync(run, "kind=observation");

        Assert.Equal("labelled", await http.GetStringAsync("https://mixed.test/read"));
        await upload.TrySendAsync("after;");
        upload.Finish();
        await foreach (var piece in arrived.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.DoesNotContain("after", piece, StringComparison.Ordinal);
        }
    }

    private static async Task<bool> Waited(TaskCompletionSource source)
    {
        await source.Task;
        return true;
    }

    private static async Task RecordAsync(HttpContext context, ChannelWriter<string> arrived)
    {
        var buffer = new byte[1024];
        try
        {
            while (await context.Request.Body.ReadAsync(buffer) is var count and > 0)
            {
                await arrived.WriteAsync(Encoding.ASCII.GetString(buffer, 0, count));
            }

            await arrived.WriteAsync("whole");
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException)
        {
            await arrived.WriteAsync("cut");
        }

        arrived.Complete();
    }
}
