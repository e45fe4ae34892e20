using System.Net;
using System.Text.Json;
using Sallyport.Range.Corpus;
using Sallyport.Range.Network;

namespace Sallyport.Range.Tests;

public sealed class CommentsTests(CommentsTests.Threaded range) : IClassFixture<CommentsTests.Threaded>
{
    private const string Post = "11111111-1111-4111-8111-111111111111";

    [Fact]
    public async Task Comments_are_a_tree_with_depths()
    {
        var list = await range.GetAsync($"posts/{Post}/comments?sort=old");

        var first = list.GetProperty("comments")[0];
        Assert.Equal("first", first.Text("content"));
        Assert.Equal(JsonValueKind.Null, first.GetProperty("parent_id").ValueKind);
        Assert.Equal(0, first.Number("depth"));
        var reply = first.GetProperty("replies")[0];
        Assert.Equal("reply", reply.Text("content"));
        Assert.Equal(first.Text("id"), reply.Text("parent_id"));
        Assert.Equal(1, reply.Number("depth"));
        Assert.Equal(list.GetProperty("comments").Ids(), list.GetProperty("data").Ids());
    }

    [Theory]
    [InlineData("best", "second")]
    [InlineData("top", "second")]
    [InlineData("new", "circle")]
    [InlineData("old", "first")]
    public async Task Comments_come_in_the_order_asked_for(string sort, string first)
    {
        var list = await range.GetAsync($"posts/{Post}/comments?sort={sort}&limit=1");

        Assert.Equal(first, list.GetProperty("comments")[0].Text("content"));
    }

    [Fact]
    public async Task A_comment_that_names_itself_or_a_later_one_as_parent_stands_at_the_top()
    {
        var top = (await range.GetAsync($"posts/{Post}/comments")).GetProperty("comments").EnumerateArray()
            .Select(static comment => comment.Text("content")).ToArray();

        Assert.Contains("circle", top);
        Assert.Contains("before its parent", top);
    }

    [Fact]
    public async Task Paging_counts_top_level_comments_and_covers_each_once()
    {
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await range.GetAsync(
                $"posts/{Post}/comments?limit=1" + (cursor is null ? "" : $"&cursor={cursor}"));
            seen.AddRange(page.GetProperty("comments").Ids());
            cursor = page.Text("next_cursor");
        }
        while (cursor is not null && seen.Count < 100);

        Assert.Equal(4, seen.Count);
        Assert.Equal(4, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_post_without_comments_has_an_empty_list()
    {
        var list = await range.GetAsync("posts/22222222-2222-4222-8222-222222222222/comments");

        Assert.Equal(0, list.GetProperty("comments").GetArrayLength());
        Assert.Equal(0, list.Number("count"));
        Assert.False(list.GetProperty("has_more").GetBoolean());
        Assert.Equal(JsonValueKind.Null, list.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    public async Task Comments_of_an_unknown_post_are_404() =>
        await range.GetAsync("posts/33333333-3333-4333-8333-333333333333/comments", HttpStatusCode.NotFound);

    [Fact]
    public async Task The_comment_count_is_the_recorded_one_where_that_is_larger()
    {
        var post = (await range.GetAsync($"posts/{Post}")).GetProperty("post");
        var bare = (await range.GetAsync("posts/22222222-2222-4222-8222-222222222222")).GetProperty("post");

        Assert.Equal(5, post.Number("comment_count"));
        Assert.Equal(942, bare.Number("comment_count"));
    }

    [Fact]
    public void A_chain_of_replies_is_never_deeper_than_the_limit()
    {
        var post = StableValues.Id("deep");
        var chain = new List<Comment>();
        for (var index = 0; index < 5000; index++)
        {
            chain.Add(new Comment
            {
                Id = StableValues.Id("deep", $"{index}"),
                PostId = post,
                ParentId = index == 0 ? null : chain[^1].Id,
                Content = "x",
                Author = "y",
                Upvotes = 0,
                Downvotes = 0,
                CreatedAt = StableValues.Epoch.AddSeconds(index),
            });
        }

        var all = Flatten(CommentTree.Build(chain, CommentOrder.Old)).ToArray();

        Assert.Equal(chain.Count, all.Length);
        Assert.Equal(CommentTree.DepthMax - 1, all.Max(static node => node.Depth));
    }

    private static IEnumerable<CommentNode> Flatten(IEnumerable<CommentNode> nodes) =>
        nodes.SelectMany(static node => Flatten(node.Replies).Prepend(node));

    public sealed class Threaded : RangeUnderTest
    {
        private const string Start = "aaaaaaaa-0000-4000-8000-00000000000";

        private protected override async Task<LoadedCorpus> CorpusAsync()
        {
            string[] lines =
            [
                Comment(1, "first", upvotes: 1),
                Comment(2, "second", upvotes: 9),
                Comment(3, "reply", upvotes: 2, parent: 1),
                Comment(4, "before its parent", upvotes: 2, parent: 5),
                Comment(5, "circle", upvotes: 2, parent: 5),
                OnePost(Post, comments: 2),
                OnePost("22222222-2222-4222-8222-222222222222", comments: 942),
            ];
            using var folder = new CorpusOnDisk().Add("thread.jsonl", string.Join('\n', lines));
            return await CorpusFolder.LoadAsync(folder.Path, Runner.Cancellation);
        }

        private static string Comment(int number, string content, int upvotes, int? parent = null) => $$"""
            {"kind":"comment","id":"{{Start}}{{number}}","post_id":"{{Post}}","content":"{{content}}",
            "author":"a","upvotes":{{upvotes}},"parent_id":{{(parent is null ? "null" : $"\"{Start}{parent}\"")}},
            "created_at":"2026-03-01T00:00:0{{number}}Z"}
            """.Replace("\n", "", StringComparison.Ordinal);

        private static string OnePost(string id, int comments) => $$"""
            {"kind":"post","id":"{{id}}","title":"one","content":"text","author":"a","submolt":"s",
            "created_at":"2026-03-01T00:00:00Z","comment_count":{{comments}}}
            """.Replace("\n", "", StringComparison.Ordinal);
    }
}
