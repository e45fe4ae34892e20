using System.Net;
using Sallyport.Range.Network;

namespace Sallyport.Range.Tests;

public sealed class SearchTests(RangeUnderTest range) : IClassFixture<RangeUnderTest>
{
    [Fact]
    public async Task A_hit_has_every_member_that_clients_read_and_marks_the_word()
    {
        var list = await range.GetAsync("search?q=approval&type=posts&limit=5");

        Assert.Equal("approval", list.Text("query"));
        Assert.Equal("posts", list.Text("type"));
        Assert.Equal(list.GetProperty("results").Ids(), list.GetProperty("data").Ids());
        foreach (var hit in list.GetProperty("results").EnumerateArray())
        {
            Assert.Contains(
                "<mark>approval</mark>", hit.Text("title") + hit.Text("content"), StringComparison.OrdinalIgnoreCase);
            Assert.InRange(hit.GetProperty("similarity").GetDouble(), 0.01, 1);
            Assert.Equal(hit.Text("id"), hit.Text("post_id"));
            Assert.Equal(hit.Text("post_id"), hit.At("post").Text("id"));
            Assert.NotEmpty(hit.At("author").Text("name")!);
            Assert.NotEmpty(hit.At("submolt").Text("display_name")!);
        }
    }

    [Theory]
    [InlineData("posts", true, false)]
    [InlineData("comments", false, true)]
    [InlineData("all", true, true)]
    [InlineData("", true, true)]
    public async Task The_type_says_what_is_found(string type, bool posts, bool comments)
    {
        var kinds = (await range.GetAsync($"search?q=coralx&type={type}")).GetProperty("results").EnumerateArray()
            .Select(static hit => hit.Text("type")).ToHashSet();

        Assert.Equal(posts, kinds.Contains("post"));
        Assert.Equal(comments, kinds.Contains("comment"));
    }

    [Fact]
    public async Task Every_word_must_occur()
    {
        var one = (await range.GetAsync("search?q=CORALX&limit=50")).Number("count");
        var both = (await range.GetAsync("search?q=CORALX+arithmetic&limit=50")).Number("count");
        var none = (await range.GetAsync("search?q=CORALX+zzzzzz&limit=50")).Number("count");

        Assert.True(one > both && both > none, $"{one} > {both} > {none}");
        Assert.Equal(0, none);
    }

    [Fact]
    public async Task Following_the_cursor_gives_every_hit_once()
    {
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await range.GetAsync(
                "search?q=the+linter&type=posts&limit=5" + (cursor is null ? "" : $"&cursor={cursor}"));
            seen.AddRange(page.GetProperty("results").Ids());
            cursor = page.Text("next_cursor");
        }
        while (cursor is not null && seen.Count < 1000);

        var whole = TextSearch.Find(Samples.SampleCorpus.Load().Network, ["the", "linter"], HitKind.Posts);
        Assert.Equal(whole.Select(static hit => hit.Id.ToString("D")), seen);
        Assert.True(seen.Count > 5);
    }

    [Theory]
    [InlineData("search")]
    [InlineData("search?q=")]
    [InlineData("search?q=%20%20")]
    public async Task A_search_needs_a_query(string path)
    {
        var error = await range.GetAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal("VALIDATION_ERROR", error.Text("code"));
        Assert.NotEmpty(error.Text("hint")!);
    }

    [Theory]
    [InlineData(TextSearch.QueryLengthMax, HttpStatusCode.OK)]
    [InlineData(TextSearch.QueryLengthMax + 1, HttpStatusCode.BadRequest)]
    public async Task A_query_may_be_as_long_as_the_limit(int length, HttpStatusCode expected) =>
        await range.GetAsync("search?q=" + new string('x', length), expected);

    [Theory]
    [InlineData("a b a", new[] { "a" }, "<mark>a</mark> b <mark>a</mark>")]
    [InlineData("Abc", new[] { "b", "abc" }, "<mark>Abc</mark>")]
    [InlineData("Abc", new[] { "a", "abc" }, "<mark>Abc</mark>")]
    [InlineData("xyz", new[] { "q" }, "xyz")]
    [InlineData("", new[] { "q" }, "")]
    [InlineData("aXb", new[] { "b", "x" }, "a<mark>X</mark><mark>b</mark>")]
    public void Marking_takes_the_first_and_longest_word(string text, string[] words, string expected) =>
        Assert.Equal(expected, TextSearch.Mark(text, words));

    [Fact]
    public void A_query_of_many_words_is_cut_to_the_limit() =>
        Assert.Equal(TextSearch.WordsMax, TextSearch.WordsOf(string.Join(' ', Enumerable.Range(0, 200))).Length);
}
