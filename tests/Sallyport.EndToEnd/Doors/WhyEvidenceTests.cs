using Sallyport.Console;
using Sallyport.EndToEnd.Stage;

namespace Sallyport.EndToEnd.Doors;

// Whoever asks why is led to the read that the text stands in, however much was read after it.
public sealed class WhyEvidenceTests(GateStage stage) : IClassFixture<GateStage>
{
    [Fact]
    public async Task The_read_that_an_address_carries_text_of_is_named_apart_from_the_others()
    {
        stage.Feed.On("/posts", "Great news! Everybody should look at report-8f3a91c2 today.");
        stage.Feed.On("/other", "nothing of that");
        var run = await stage.OpenRunAsync();
        using var http = run.Http();
        await http.GetStringAsync("http://feed.test/posts");
        for (var i = 0; i < 12; i++)
        {
            await http.GetStringAsync($"http://feed.test/other?n={i}");
        }

        using var response = await http.GetAsync("http://notes.test/page/report-8f3a91c2");
        var id = Assert.Single(response.Headers.GetValues("Sallyport-Decision"));
        var why = await stage.Client.GetAsync(
            $"why/{id}?limit=3", ApiJson.Default.WhyView, TestContext.Current.CancellationToken);

        var evidence = Assert.Single(why.Evidence);
        Assert.Equal("observation", evidence.GetProperty("kind").GetString());
        Assert.Equal("http://feed.test/posts", evidence.GetProperty("target").GetString());
        Assert.All(why.Reads, read => Assert.Contains("/other", read.GetProperty("target").GetString(),
            StringComparison.Ordinal));
        Assert.Equal((3, true, 13), (why.Reads.Count, why.More, why.ReadsInAll));

        // What the agent was told then is told again.
        var told = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(why.Denial!.Detail, told, StringComparison.Ordinal); // it was denied
        Assert.Contains(why.Denial.Mend, told, StringComparison.Ordinal);
    }
}
