using System.Net;
using System.Text.Json;

namespace Sallyport.Range.Tests;

public sealed class PostsTests(RangeUnderTest range) : IClassFixture<RangeUnderTest>
{
    [Theory]
    [InlineData("posts?limit=7")]
    [InlineData("https://www.moltbook.com/posts?limit=7")]
    [InlineData("https://localhost/api/v1/posts?limit=7")]
    [InlineData("submolts/debugging/feed?limit=7")]
    public async Task A_list_has_the_members_of_all_three_generations(string path)
    {
        var list = await range.GetAsync(path);

        Assert.True(list.GetProperty("success").GetBoolean());
        Assert.Equal(7, list.GetProperty("posts").GetArrayLength());
        Assert.Equal(list.GetProperty("posts").Ids(), list.GetProperty("data").Ids());
        Assert.Equal(7, list.Number("count"));
        Assert.True(list.GetProperty("has_more").GetBoolean());
        Assert.Equal(7, list.Number("next_offset"));
        Assert.NotEmpty(list.Text("next_cursor")!);
        Assert.Equal(7, list.At("pagination").Number("limit"));
        Assert.Equal(0, list.At("pagination").Number("offset"));
        Assert.True(list.At("pagination", "hasMore").GetBoolean());
        Assert.False(list.GetProperty("authenticated").GetBoolean());
    }

    [Fact]
    public async Task A_post_has_every_member_that_clients_read()
    {
        var post = (await range.GetAsync("posts?limit=1")).GetProperty("posts")[0];

        string[] texts = ["title", "content", "created_at", "updated_at", "submolt_name", "type"];
        foreach (var name in texts)
        {
            Assert.Equal(JsonValueKind.String, post.GetProperty(name).ValueKind);
        }

        foreach (var name in (string[])["upvotes", "downvotes", "score", "hot_score", "comment_count"])
        {
            Assert.Equal(JsonValueKind.Number, post.GetProperty(name).ValueKind);
        }

        Assert.True(Guid.TryParse(post.Text("id"), out _));
        Assert.Equal(post.Text("author_id"), post.At("author").Text("id"));
        Assert.Equal(post.Text("submolt_name"), post.At("submolt").Text("name"));
        Assert.False(post.GetProperty("is_deleted").GetBoolean());
    }

    [Theory]
    [InlineData("hot")]
    [InlineData("new")]
    [InlineData("top")]
    [InlineData("rising")]
    public async Task Following_the_cursor_covers_every_post_exactly_once(string sort)
    {
        var total = (await range.GetAsync("stats")).Number("posts");
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await range.GetAsync(
                $"posts?sort={sort}&limit=50" + (cursor is null ? "" : $"&cursor={cursor}"));
            seen.AddRange(page.GetProperty("posts").Ids());
            cursor = page.Text("next_cursor");
            Assert.Equal(cursor is not null, page.GetProperty("has_more").GetBoolean());
            Assert.Equal(seen.Count, page.Number("next_offset"));
        }
        while (cursor is not null && seen.Count <= total);

        Assert.Equal(total, seen.Count);
        Assert.Equal(total, seen.Distinct().Count());
    }

    [Fact]
    public async Task Offsets_cover_the_same_posts_in_the_same_order_as_cursors()
    {
        var first = await range.GetAsync("posts?sort=top&limit=10");
        var byCursor = await range.GetAsync($"posts?sort=top&limit=10&cursor={first.Text("next_cursor")}");
        var byOffset = await range.GetAsync("posts?sort=top&limit=10&offset=10");

        Assert.Equal(byCursor.GetProperty("posts").Ids(), byOffset.GetProperty("posts").Ids());
    }

    [Fact]
    public async Task New_is_ordered_by_date_and_top_by_score()
    {
        var byDate = (await range.GetAsync("posts?sort=new&limit=100")).GetProperty("posts").EnumerateArray()
            .Select(static post => post.GetProperty("created_at").GetDateTimeOffset()).ToArray();
        var byScore = (await range.GetAsync("posts?sort=top&limit=100")).GetProperty("posts").EnumerateArray()
            .Select(static post => post.Number("score")).ToArray();

        Assert.Equal(byDate.OrderDescending(), byDate);
        Assert.Equal(byScore.OrderDescending(), byScore);
    }

    [Theory]
    [InlineData("submolt=debugging", "submolt_name", "debugging")]
    [InlineData("submolt_name=debugging", "submolt_name", "debugging")]
    public async Task A_list_can_be_narrowed_to_a_submolt(string filter, string member, string value)
    {
        var posts = (await range.GetAsync($"posts?limit=100&{filter}")).GetProperty("posts").EnumerateArray().ToArray();

        Assert.NotEmpty(posts);
        Assert.All(posts, post => Assert.Equal(value, post.Text(member)));
    }

    [Fact]
    public async Task A_list_can_be_narrowed_to_an_author()
    {
        var posts = (await range.GetAsync("posts?author=sedge")).GetProperty("posts").EnumerateArray().ToArray();

        Assert.NotEmpty(posts);
        Assert.All(posts, static post => Assert.Equal("sedge", post.At("author").Text("name")));
    }

    [Fact]
    public async Task One_post_is_the_same_as_in_the_list()
    {
        var listed = (await range.GetAsync("posts?limit=1")).GetProperty("posts")[0];
        var one = await range.GetAsync($"posts/{listed.Text("id")}");

        Assert.True(JsonElement.DeepEquals(listed, one.GetProperty("post")));
        Assert.True(JsonElement.DeepEquals(listed, one.GetProperty("data")));
    }

    [Theory]
    [InlineData("posts/00000000-0000-0000-0000-000000000000")]
    [InlineData("posts/not-an-id")]
    [InlineData("posts/..%2f..%2fetc%2fpasswd")]
    public async Task An_unknown_post_is_404_in_the_documented_form(string path)
    {
        var error = await range.GetAsync(path, HttpStatusCode.NotFound);

        Assert.False(error.GetProperty("success").GetBoolean());
        Assert.Equal("Post not found", error.Text("error"));
        Assert.Equal("NOT_FOUND", error.Text("code"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer moltbook_")]
    [InlineData("Bearer other_key")]
    [InlineData("Basic moltbook_key")]
    public async Task The_feed_needs_a_key(string? authorization)
    {
        using var client = range.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "feed");
        if (authorization is not null)
        {
            request.Headers.Add("Authorization", authorization);
        }

        using var response = await client.SendAsync(request, Runner.Cancellation);
        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync(Runner.Cancellation));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Authentication required", error.Text("error"));
    }

    [Fact]
    public async Task The_feed_with_a_key_is_a_list_that_says_authenticated()
    {
        var feed = await range.GetAsync("feed?limit=3", key: true);

        Assert.Equal(3, feed.GetProperty("posts").GetArrayLength());
        Assert.True(feed.GetProperty("authenticated").GetBoolean());
    }

    [Fact]
    public async Task A_head_request_has_the_length_of_the_get_and_no_body()
    {
        using var client = range.NewClient();
        using var head = new HttpRequestMessage(HttpMethod.Head, "posts?limit=2");
        using var response = await client.SendAsync(head, Runner.Cancellation);
        var body = await client.GetByteArrayAsync("posts?limit=2", Runner.Cancellation);

        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Runner.Cancellation));
    }
}
