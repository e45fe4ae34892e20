using System.Collections.Frozen;
using System.Text;

namespace Sallyport.Egress.Tests;

public sealed class SendersTests
{
    [Theory]
    [InlineData("""{"messages":[{"from":"U1","text":"one"},{"from":"U2","text":"two"},{"from":"U1","text":"three"}]}""",
        "one\nthree\n")]
    [InlineData("""{"messages":{"from":"U1","text":"no list"}}""", "")]
    [InlineData("""{"messages":[[{"from":"U1","text":"too deep"}]]}""", "")]
    [InlineData("""{"messages":[{"from":"U1","text":["no text"]}]}""", "")]
    [InlineData("""{"messages":[{"from":1,"text":"no id"}]}""", "")]
    [InlineData("""{"messages":[{"from":"U1 ","text":"another id"}]}""", "")]
    [InlineData("""{"messages":[{"from":"U2","from":"U1","text":"two ids"}]}""", "")]
    [InlineData("""[]""", "")]
    [InlineData("""{"messages":[{"from":"U1","text":"cut"}]""", "")]
    [InlineData("", "")]
    public void What_a_bound_sender_says_is_found_and_nothing_else(string answer, string said) =>
        Assert.Equal(said, Of("/messages/*", "/from").BriefIn(Encoding.UTF8.GetBytes(answer)));

    [Fact]
    public void A_text_that_is_no_UTF8_says_nothing() =>
        Assert.Equal(
            "", Of("/*", "/from").BriefIn(Encoding.Latin1.GetBytes("[{\"from\":\"U1\",\"text\":\"\u00ff\"}]")));

    [Theory]
    [InlineData("/m", true)]
    [InlineData("/M", false)]
    [InlineData("/m/1", false)]
    [InlineData("/", false)]
    [InlineData("", false)]
    public void A_path_is_covered_as_it_is_written(string path, bool isCovered) =>
        Assert.Equal(isCovered, Of("", "/from").Covers(path));

    [Theory]
    [InlineData("", true, false)]
    [InlineData("/a/*/b", true, true)]
    [InlineData("/a~1b/~0", true, false)]
    [InlineData("a", false, false)]
    [InlineData("/a~", false, false)]
    [InlineData("/a~2", false, false)]
    public void A_pointer_is_one_of_RFC_6901_with_a_star(string text, bool isOne, bool isMany)
    {
        Assert.Equal(isOne, MessagePointer.TryParse(text, out var pointer));
        Assert.Equal(isMany, pointer?.IsMany ?? false);
    }

    private static Senders Of(string messages, string from)
    {
        Assert.True(PathPattern.TryParse("/m", out var path, out _));
        return new Senders(
            path, Pointer(messages), Pointer(from), Pointer("/text"),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["U1"] = "alice" }.ToFrozenDictionary());
    }

    private static MessagePointer Pointer(string text) => MessagePointer.TryParse(text, out var pointer)
        ? pointer
        : throw new FormatException(text);
}
