using System.Net;

namespace Sallyport.Range.Tests;

public sealed class WriteTests(RangeUnderTest range) : IClassFixture<RangeUnderTest>
{
    [Fact]
    public async Task A_post_with_a_key_is_readable_at_once_and_stands_first_in_new()
    {
        const string Body = """{"submolt":"w","title":"Hello","content":"from a test"}""";

        var created = await range.SendAsync(HttpMethod.Post, "posts", Body, HttpStatusCode.Created, key: true);

        var id = created.At("post").Text("id");
        Assert.Equal("from a test", (await range.GetAsync($"posts/{id}")).At("post").Text("content"));
        Assert.Equal(
            id, (await range.GetAsync("posts?sort=new&submolt=w&limit=1")).GetProperty("posts")[0].Text("id"));
    }

    [Fact]
    public async Task A_post_without_a_key_is_refused_and_changes_nothing_but_has_arrived()
    {
        var before = await range.ReceivedAsync("method=POST&path=/api/v1/posts");

        var error = await range.SendAsync(
            HttpMethod.Post, "posts", """{"submolt":"x","title":"y"}""", HttpStatusCode.Unauthorized);

        var after = await range.ReceivedAsync("method=POST&path=/api/v1/posts");
        Assert.Equal("Authentication required", error.Text("error"));
        Assert.Equal(before.Number("matching") + 1, after.Number("matching"));
        Assert.Equal(before.Number("posts"), after.Number("posts"));
    }

    [Fact]
    public async Task A_comment_with_a_key_stands_under_its_parent()
    {
        var post = (await range.GetAsync("posts?limit=1&sort=top")).GetProperty("posts").Ids()[0];
        var parent = await range.SendAsync(
            HttpMethod.Post, $"posts/{post}/comments", """{"content":"above"}""", HttpStatusCode.Created, key: true);
        var id = parent.At("comment").Text("id");

        await range.SendAsync(
            HttpMethod.Post,
            $"posts/{post}/comments",
            $$"""{"content":"below","parent_id":"{{id}}"}""",
            HttpStatusCode.Created,
            key: true);

        var tree = (await range.GetAsync($"posts/{post}/comments?sort=new&limit=100")).GetProperty("comments");
        var node = tree.EnumerateArray().Single(one => one.Text("id") == id);
        Assert.Equal("below", node.GetProperty("replies")[0].Text("content"));
    }

    [Theory]
    [InlineData("posts/{0}/upvote", "upvoted")]
    [InlineData("posts/{0}/downvote", "downvoted")]
    public async Task A_vote_is_answered_with_the_author(string path, string action)
    {
        var post = (await range.GetAsync("posts?limit=1&sort=top")).GetProperty("posts")[0];

        var answer = await range.SendAsync(
            HttpMethod.Post, string.Format(path, post.Text("id")), null, HttpStatusCode.OK, key: true);

        Assert.Equal(action, answer.Text("action"));
        Assert.Equal(post.At("author").Text("name"), answer.At("author").Text("name"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"submolt":"x"}""")]
    [InlineData("""{"title":"x"}""")]
    [InlineData("""{"submolt":1,"title":"x"}""")]
    [InlineData("""{"submolt":"x","title":"\ud800"}""")]
    public async Task A_body_that_is_no_post_is_a_validation_error(string body)
    {
        var error = await range.SendAsync(HttpMethod.Post, "posts", body, HttpStatusCode.BadRequest, key: true);

        Assert.Equal("VALIDATION_ERROR", error.Text("code"));
    }

    [Theory]
    [InlineData(300, 40_000, HttpStatusCode.Created)]
    [InlineData(301, 40_000, HttpStatusCode.BadRequest)]
    [InlineData(300, 40_001, HttpStatusCode.BadRequest)]
    public async Task Title_and_content_have_limits(int title, int content, HttpStatusCode expected) =>
        await range.SendAsync(
        HttpMethod.Post,
        "posts",
        $$"""{"submolt":"limits","title":"{{new string('t', title)}}","content":"{{new string('c', content)}}"}""",
        expected,
        key: true);

    [Fact]
    public async Task A_body_over_the_limit_is_413() => await range.SendAsync(
        HttpMethod.Post, "posts", new string(
            ' ', Server.JsonBody.BytesMax + 1), HttpStatusCode.RequestEntityTooLarge, key: true);

    [Theory]
    [InlineData(false, HttpStatusCode.Unauthorized)]
    [InlineData(true, HttpStatusCode.Forbidden)]
    public async Task Deleting_is_always_refused(bool key, HttpStatusCode expected)
    {
        var post = (await range.GetAsync("posts?limit=1")).GetProperty("posts").Ids()[0];

        await range.SendAsync(HttpMethod.Delete, $"posts/{post}", null, expected, key);
    }
}
