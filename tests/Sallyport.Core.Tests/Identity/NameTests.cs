namespace Sallyport.Identity;

public sealed class NameTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("z", true)]
    [InlineData("a0", true)]
    [InlineData("a-b", true)]
    [InlineData("a--b", true)]
    [InlineData("billing-bot-2", true)]
    [InlineData("", false)]
    [InlineData("0a", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("-", false)]
    [InlineData("A", false)]
    [InlineData("aB", false)]
    [InlineData("a_b", false)]
    [InlineData("a.b", false)]
    [InlineData("a/b", false)]
    [InlineData("..", false)]
    [InlineData("a b", false)]
    [InlineData(" a", false)]
    [InlineData("a\n", false)]
    [InlineData("a\0", false)]
    [InlineData("\u00e9", false)]
    [InlineData("a\u0661", false)]
    [InlineData(null, false)]
    public void A_name_is_a_lower_case_DNS_label(string? text, bool isName)
    {
        Assert.Equal(isName, Name.IsValid(text));
        Assert.Equal(isName, AgentId.TryParse(text, out var agent));
        Assert.Equal(isName, RoleName.TryParse(text, out var role));
        Assert.Equal(isName ? (text, text) : (null, null), (agent?.ToString(), role?.ToString()));
    }

    [Theory]
    [InlineData(Name.LengthMax - 1, true)]
    [InlineData(Name.LengthMax, true)]
    [InlineData(Name.LengthMax + 1, false)]
    public void A_name_has_a_limit(int length, bool isName) => Assert.Equal(isName, Name.IsValid(new string('a', length)));

    [Fact]
    public void Agents_of_one_name_are_equal()
    {
        Assert.True(AgentId.TryParse("research", out var one));
        Assert.True(AgentId.TryParse("research", out var other));
        Assert.Equal(one, other);
        Assert.NotSame(one, other);
    }
}
