using System.Text.Json;

namespace Sallyport.EndToEnd.Program;

/// <summary>The real gateways count at the dial and at the reply, and the ledger of an honest build agrees.</summary>
public sealed class CompletenessTests
{
    [Fact]
    public async Task What_went_out_and_came_back_is_counted_in_the_ledger_and_agrees_with_it()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var site = await Site.WithAsync(upstream.Perimeter());
        var up = await site.UpAsync();
        var run = await site.OpenRunAsync("worker");
        using (var client = ProxyClient.Of(up, run))
        {
            for (var i = 0; i < 5; i++)
            {
                using var response = await client.GetAsync(new Uri($"http://tame.example/{i}"));
                Assert.Equal(200, (int)response.StatusCode);
            }
        }

        await up.StopAsync();
        Assert.Contains("all whole", await site.OutputAsync("ledger", "verify"), StringComparison.Ordinal);
        await site.UpAsync();
        var counts = JsonElement.Parse((await site.OutputAsync("log", "--kind", "counts", "--json")).TrimEnd());
        Assert.Equal((5, 0), (counts.GetProperty("replies").GetInt32(), counts.GetProperty("open").GetInt32()));
        var seen = (await site.OutputAsync("log", "--kind", "observation", "--json")).Trim().Split('\n')
            .Select(line => JsonElement.Parse(line).GetProperty("dials").GetInt32()).ToList();
        Assert.Equal(5, seen.Count);
        Assert.Equal(counts.GetProperty("dials").GetInt32(), seen.Sum());
        Assert.True(seen.Sum() > 0, "something was dialled");
    }
}
