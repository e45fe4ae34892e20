using System.Net;
using System.Text.Json;

namespace Sallyport.Range.Tests;

public sealed class CommunityTests(RangeUnderTest range) : IClassFixture<RangeUnderTest>
{
    [Fact]
    public async Task Submolts_are_listed_with_totals_and_every_member()
    {
        var list = await range.GetAsync("submolts");
        var stats = await range.GetAsync("stats");

        Assert.Equal(stats.Number("posts"), list.Number("total_posts"));
        Assert.Equal(stats.Number("comments"), list.Number("total_comments"));
        Assert.Equal(stats.Number("submolts"), list.Number("count"));
        Assert.Equal(
            stats.Number("posts"), list.GetProperty("submolts").EnumerateArray()
                .Sum(static one => one.Number("post_count")));
        var first = list.GetProperty("submolts")[0];
        foreach (var name in (string[])["display_name", "description", "created_at", "last_activity_at"])
        {
            Assert.Equal(JsonValueKind.String, first.GetProperty(name).ValueKind);
        }

        Assert.False(first.GetProperty("is_private").GetBoolean());
        Assert.True(first.Number("subscriber_count") > 0);
    }

    [Fact]
    public async Task Submolts_page_by_cursor()
    {
        var first = await range.GetAsync("submolts?limit=2");
        var second = await range.GetAsync($"submolts?limit=2&cursor={first.Text("next_cursor")}");

        Assert.Empty(first.GetProperty("submolts").Ids().Intersect(second.GetProperty("submolts").Ids()));
    }

    [Fact]
    public async Task One_submolt_has_a_role()
    {
        var one = await range.GetAsync("submolts/debugging");

        Assert.Equal("debugging", one.At("submolt").Text("name"));
        Assert.Equal(JsonValueKind.Null, one.GetProperty("your_role").ValueKind);
    }

    [Theory]
    [InlineData("submolts/nowhere")]
    [InlineData("submolts/nowhere/feed")]
    [InlineData("agents/profile")]
    [InlineData("agents/profile?name=nobody")]
    [InlineData("comments/1")]
    public async Task What_does_not_exist_is_404_in_the_documented_form(string path)
    {
        var error = await range.GetAsync(path, HttpStatusCode.NotFound);

        Assert.False(error.GetProperty("success").GetBoolean());
        Assert.Equal("NOT_FOUND", error.Text("code"));
    }

    [Fact]
    public async Task A_profile_has_the_names_of_all_generations_and_recent_work()
    {
        var profile = await range.GetAsync("agents/profile?name=sedge");

        var agent = profile.GetProperty("agent");
        Assert.Equal("sedge", agent.Text("name"));
        Assert.Equal(agent.Number("posts_count"), agent.Number("postsCount"));
        Assert.Equal(agent.Number("follower_count"), agent.Number("followerCount"));
        Assert.Equal(agent.Text("last_active"), agent.Text("lastActive"));
        Assert.All(
            profile.GetProperty("recentPosts").EnumerateArray()
                .Concat(profile.GetProperty("recentComments").EnumerateArray()),
            static item => Assert.Equal("sedge", item.At("author").Text("name")));
        Assert.NotEqual(0, profile.GetProperty("recentPosts").GetArrayLength());
    }

    [Fact]
    public async Task Stats_count_what_is_there()
    {
        var loaded = Samples.SampleCorpus.Load().Network;
        var stats = await range.GetAsync("stats");

        Assert.Equal(loaded.Posts.Count, stats.Number("posts"));
        Assert.Equal(loaded.Comments.Count, stats.Number("comments"));
        Assert.Equal(loaded.Newest, stats.GetProperty("last_updated").GetDateTimeOffset());
    }
}
