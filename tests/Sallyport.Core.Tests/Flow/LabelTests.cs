namespace Sallyport.Flow.Tests;

public sealed class LabelTests
{
    [Theory]
    [InlineData("untrusted", true)]
    [InlineData("a", true)]
    [InlineData("a-1", true)]
    [InlineData("", false)]
    [InlineData("1a", false)]
    [InlineData("A", false)]
    [InlineData("a-", false)]
    [InlineData("a,b", false)]
    [InlineData(" a", false)]
    [InlineData("untrusted\n", false)]
    [InlineData(null, false)]
    public void A_label_has_the_form_of_a_name(string? text, bool isLabel)
    {
        Assert.Equal(isLabel, Label.TryParse(text, out var label));
        Assert.Equal(isLabel ? text : null, label?.ToString());
    }

    [Fact]
    public void Untrusted_is_the_same_label_wherever_it_comes_from()
    {
        Assert.True(Label.TryParse("untrusted", out var label));
        Assert.Same(Label.Untrusted, label);
    }

    [Fact]
    public void Labels_with_one_word_are_equal() => Assert.Equal(Of("social"), Of("social"));

    // By their bytes, so that no culture can move them: '-' < '0' < 'a'.
    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "aa")]
    [InlineData("a-b", "a0")]
    [InlineData("a9", "ab")]
    public void Labels_are_ordered_by_their_words(string less, string more)
    {
        Assert.True(Of(less) < Of(more));
        Assert.True(Of(less) <= Of(more));
        Assert.True(Of(more) > Of(less));
        Assert.True(Of(more) >= Of(less));
        Assert.False(Of(less) > Of(more));
    }

    private static Label Of(string text) => Label.TryParse(text, out var label) ? label : throw new FormatException(text);
}
