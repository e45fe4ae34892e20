using System.Net;
using System.Text.Json;
using Sallyport.Range.Moltbook;
using Sallyport.Range.Samples;

namespace Sallyport.Range.Tests;

public sealed class RateLimitTests(RateLimitTests.Strict range) : IClassFixture<RateLimitTests.Strict>
{
    [Fact]
    public async Task Every_answer_counts_down_and_beyond_the_limit_is_429()
    {
        using var client = range.NewClient(key: true);
        var statuses = new List<HttpStatusCode>();
        // Twice the limit and more: even when the window changes in between, one of the two halves is over it.
        for (var request = 0; request < (2 * RateLimits.ReadsMax) + 2; request++)
        {
            using var response = await client.GetAsync("posts/1", Runner.Cancellation);
            statuses.Add(response.StatusCode);
            Assert.Equal($"{RateLimits.ReadsMax}", Assert.Single(response.Headers.GetValues("X-RateLimit-Limit")));
            Assert.NotEmpty(Assert.Single(response.Headers.GetValues("X-RateLimit-Reset")));
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                var body = JsonElement.Parse(await response.Content.ReadAsStringAsync(Runner.Cancellation));
                Assert.Equal("0", Assert.Single(response.Headers.GetValues("X-RateLimit-Remaining")));
                Assert.Equal("Rate limit exceeded", body.Text("message"));
                Assert.Equal(429, body.Number("statusCode"));
                Assert.NotNull(response.Headers.RetryAfter);
            }
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.All(statuses.Take(RateLimits.ReadsMax), static status => Assert.Equal(HttpStatusCode.NotFound, status));
    }

    public sealed class Strict : RangeUnderTest
    {
        protected override bool EnforceLimits => true;
    }
}

public sealed class SampleTests
{
    [Fact]
    public void The_samples_are_enough_for_a_demonstration_and_every_text_differs()
    {
        var network = SampleCorpus.Load().Network;

        Assert.True(network.Posts.Count >= 520, $"{network.Posts.Count} posts");
        Assert.Equal(
            network.Posts.Count, network.Posts.Select(static post => post.Title + "\n" + post.Content).Distinct()
                .Count());
        Assert.DoesNotContain(
            network.Posts, static post =>
                post.Content.Contains('{', StringComparison.Ordinal)
                    || post.Title.Contains('{', StringComparison.Ordinal));
        Assert.NotEmpty(network.Comments);
    }

    [Fact]
    public void The_samples_are_the_same_every_time()
    {
        var first = SampleCorpus.Load().Network;
        var second = SampleCorpus.Load().Network;

        Assert.Equal(first.Posts, second.Posts);
        Assert.Equal(first.Comments, second.Comments);
    }

    [Fact]
    public void The_attacks_point_at_reserved_names_only()
    {
        var hosts = SampleCorpus.Load().Network.Posts
            .SelectMany(static post => post.Content.Split("://").Skip(1))
            .Select(static rest => rest.Split('/', '?', ' ', ',')[0])
            .Distinct();

        Assert.All(
            hosts, static host =>
                Assert.True(host.EndsWith(".example", StringComparison.Ordinal) || host == "169.254.169.254", host));
    }
}
