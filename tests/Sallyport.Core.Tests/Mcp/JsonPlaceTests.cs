using System.Text;

namespace Sallyport.Mcp.Tests;

public sealed class JsonPlaceTests
{
    private const string Text = "{\n  \"a\": [1,\n    {\"b/c\": 2}],\n  \"d\": {}\n}";

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("/a", 2, 3)]
    [InlineData("/a/0", 2, 9)]
    [InlineData("/a/1", 3, 5)]
    [InlineData("/a/1/b~1c", 3, 6)]
    [InlineData("/d", 4, 3)]
    [InlineData("/a/1/none/below", 3, 5)]
    [InlineData("/none", 1, 1)]
    [InlineData("/d/none", 4, 3)]
    [InlineData("no pointer", 1, 1)]
    public void A_pointer_leads_to_the_deepest_place_that_is_there(string place, int line, int column) =>
        Assert.Equal((line, column), JsonPlace.Of(Encoding.UTF8.GetBytes(Text), place));

    [Theory]
    [InlineData("{\n  \"a\": nope", 2)]
    [InlineData("", 1)]
    public void What_is_no_JSON_leads_to_its_flaw(string text, int line) =>
        Assert.Equal(line, JsonPlace.Of(Encoding.UTF8.GetBytes(text), "/a/b").Line);
}
