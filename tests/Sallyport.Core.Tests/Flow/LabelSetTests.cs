namespace Sallyport.Flow.Tests;

// The laws of promise P4: labels only ever join.
public sealed class LabelSetTests
{
    private static readonly string[] Words = ["a", "confidential", "social", "untrusted"];

    // Every subset of four labels.
    private static readonly LabelSet[] Sets =
        [.. Enumerable.Range(0, 1 << Words.Length).Select(members => Set(string.Join(',', Words.Where((_, bit) => (members & (1 << bit)) != 0))))];

    [Fact]
    public void To_join_a_set_with_itself_changes_nothing() => Assert.All(Sets, set => Assert.Same(set, set.Join(set)));

    [Fact]
    public void To_join_what_is_there_already_returns_the_same_instance() => Assert.All(
        Pairs().Where(pair => pair.Right.IsSubsetOf(pair.Left)), pair => Assert.Same(pair.Left, pair.Left.Join(pair.Right)));

    [Fact]
    public void To_join_the_empty_set_changes_nothing() => Assert.All(Sets, set => Assert.Same(set, set.Join(LabelSet.Empty)));

    [Fact]
    public void The_order_of_two_does_not_matter() =>
        Assert.All(Pairs(), pair => Assert.Equal(pair.Left.Join(pair.Right), pair.Right.Join(pair.Left)));

    [Fact]
    public void The_order_of_three_does_not_matter() => Assert.All(
        Pairs().SelectMany(_ => Sets, (pair, third) => (pair.Left, pair.Right, Third: third)),
        of => Assert.Equal(of.Left.Join(of.Right).Join(of.Third), of.Left.Join(of.Right.Join(of.Third))));

    [Fact]
    public void A_set_only_grows() => Assert.All(Pairs(), pair =>
    {
        Assert.True(pair.Left.IsSubsetOf(pair.Left.Join(pair.Right)));
        Assert.True(pair.Right.IsSubsetOf(pair.Left.Join(pair.Right)));
    });

    [Fact]
    public void A_join_holds_nothing_that_neither_held() => Assert.All(Pairs(), pair => Assert.All(
        pair.Left.Join(pair.Right).Labels, label => Assert.True(pair.Left.Contains(label) || pair.Right.Contains(label))));

    [Fact]
    public void A_subset_is_one_whose_labels_are_all_in_the_other() => Assert.All(Pairs(), pair => Assert.Equal(
        pair.Left.Labels.All(pair.Right.Contains), pair.Left.IsSubsetOf(pair.Right)));

    [Fact]
    public void What_is_printed_reads_back_and_prints_alike() => Assert.All(Sets, set =>
    {
        Assert.Equal(set, Set(set.ToString()));
        Assert.Equal(set.ToString(), Set(set.ToString()).ToString());
        Assert.Equal(set.GetHashCode(), Set(set.ToString()).GetHashCode());
    });

    [Fact]
    public void Sets_with_different_labels_differ() => Assert.Equal(Sets.Length, Sets.Distinct().Count());

    [Theory]
    [InlineData("social,untrusted", "social,untrusted")]
    [InlineData("untrusted,social", "social,untrusted")]
    [InlineData("social,social", "social")]
    [InlineData("", "")]
    public void Labels_are_printed_in_order_and_once(string text, string printed) => Assert.Equal(printed, Set(text).ToString());

    [Theory]
    [InlineData(",")]
    [InlineData("a,")]
    [InlineData(",a")]
    [InlineData("a,,b")]
    [InlineData("a, b")]
    [InlineData("a;b")]
    [InlineData("A")]
    [InlineData(" ")]
    [InlineData("a\n")]
    public void Another_form_is_not_a_set(string text) => Assert.False(LabelSet.TryParse(text, out _));

    [Fact]
    public void A_set_equals_no_other_thing() => Assert.False(LabelSet.Empty.Equals((object)""));

    [Fact]
    public void An_undeclared_source_carries_untrusted() => Assert.Equal(Set("untrusted"), Source.Undeclared.Labels);

    private static IEnumerable<(LabelSet Left, LabelSet Right)> Pairs() => Sets.SelectMany(_ => Sets, (left, right) => (left, right));

    private static LabelSet Set(string text) => LabelSet.TryParse(text, out var labels) ? labels : throw new FormatException(text);
}
