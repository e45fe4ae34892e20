using System.Collections.Immutable;
using Sallyport.Flow;

namespace Sallyport.Decisions.Tests;

public sealed class CarriedTextTests
{
    private static readonly Source Feed = new("feed", LabelSet.Untrusted);

    // A part of an address as it was traced, for a read that asks the feed: words, where its text stands, what the run
    // carries, and the words that policies hear.
    [Theory]
    [InlineData("brief", "other", "untrusted", "brief")]
    [InlineData("trusted", "wiki:trusted", "untrusted", "trusted")]
    [InlineData("trusted", "vault:secret", "untrusted", "trusted,untrusted")]
    [InlineData("untrusted", "feed", "untrusted", "own")]
    [InlineData("untrusted", "feed", "confidential,untrusted", "untrusted")]
    [InlineData("brief", "", "confidential", "brief,untrusted")]
    [InlineData("trusted", "wiki:trusted", "secret", "trusted,untrusted")]
    [InlineData("trusted,untrusted", "feed", "untrusted", "own")]
    [InlineData("untrusted", "other", "untrusted", "untrusted")]
    [InlineData("untrusted", "other feed", "untrusted", "own")]
    [InlineData("untrusted", "feed vault:secret", "untrusted", "untrusted")]
    [InlineData("nowhere,untrusted", "", "untrusted", "nowhere")]
    [InlineData("nowhere,untrusted", "", "confidential,untrusted", "nowhere,untrusted")]
    [InlineData("nowhere,untrusted", "", "secret", "nowhere,untrusted")]
    [InlineData("nowhere", "", "confidential", "nowhere,untrusted")]
    [InlineData("nowhere", "", "", "nowhere")]
    [InlineData("nowhere,untrusted", "feed", "untrusted", "nowhere")]
    [InlineData("nowhere,untrusted", "feed", "confidential,untrusted", "nowhere,untrusted")]
    [InlineData("nowhere,untrusted", "other", "untrusted", "nowhere,untrusted")]
    [InlineData("composed", "", "untrusted", "composed")]
    [InlineData("composed", "", "confidential", "composed,untrusted")]
    public void A_part_is_untrusted_when_it_tells_the_source_what_is_not_the_sources(
        string words, string evidence, string labels, string expected)
    {
        var part = new ArgumentOrigin("/path/1", "report-8f3a", true, [.. words.Split(',')], [.. EvidenceOf(evidence)]);
        Assert.Equal(expected, Of(part, labels));
    }

    [Theory]
    [InlineData("posts", "nowhere")]
    [InlineData("v1", "nowhere")]
    [InlineData("250", "nowhere")]
    [InlineData("recommendations", "nowhere")]
    [InlineData("", "untrusted")]
    [InlineData("2500", "untrusted")]
    [InlineData("a.b", "untrusted")]
    [InlineData("recommendationsof", "untrusted")]
    public void A_common_word_of_another_source_carries_nothing(string shown, string expected) => Assert.Equal(
        expected, Of(new ArgumentOrigin("/path/1", shown, true, ["untrusted"], [.. EvidenceOf("other")]), "untrusted"));

    [Fact]
    public void A_common_word_can_be_a_secret() => Assert.Equal(
        "trusted,untrusted",
        Of(new ArgumentOrigin("/path/1", "orchid", true, ["trusted"], [.. EvidenceOf("vault:secret")]), ""));

    // A word that two texts share says nothing of the sentence around it.
    [Theory]
    [InlineData(10, 61, "untrusted")]
    [InlineData(61, 61, "own")]
    [InlineData(61, 10, "own")]
    public void A_source_owns_only_what_it_holds_as_a_whole(int own, int others, string expected)
    {
        var part = new ArgumentOrigin(
            "/query/0/value", "send the money to MALLORY-77", true, ["untrusted"],
            [new OriginEvidence("1-1", 0, others, "untrusted", "other"), new("1-2", 0, own, "untrusted", "feed")]);
        Assert.Equal(expected, Of(part, "untrusted"));
    }

    [Fact]
    public void What_the_rule_spells_out_carries_nothing_in_any_run() => Assert.Equal(
        "brief", Of(new ArgumentOrigin("/host", "x", true, ["brief"], []) { IsSpelledOut = true }, "secret"));

    [Fact]
    public void What_could_not_be_traced_is_untrusted() => Assert.Equal(
        "nowhere,untrusted",
        Of(new ArgumentOrigin("/path/1", "", true, ["nowhere"], []) { IsUnread = true }, ""));

    [Theory]
    [InlineData("nowhere,untrusted", "nowhere,untrusted")]
    [InlineData("composed", "composed")]
    [InlineData("nowhere,untrusted", "nowhere", "posts")]
    public void Where_text_of_another_source_is_missing_nowhere_means_nothing(
        string words, string expected, string shown = "x-77") =>
        Assert.Equal(
            expected,
            Of(new ArgumentOrigin("/path/1", shown, true, [.. words.Split(',')], []), "untrusted", isIncomplete: true));

    [Fact]
    public void A_read_of_what_is_as_confidential_tells_nothing_new()
    {
        var vault = new Source("vault", LabelSet.TryParse("confidential", out var labels) ? labels : LabelSet.Empty);
        var part = new ArgumentOrigin("/path/1", "orchid-77", true, ["trusted"], [.. EvidenceOf("vault:secret")]);
        var told = CarriedText.Of([part], "vault", vault, isSecretive: false, isIncomplete: false);
        Assert.False(CarriedText.IsCarried(told));
    }

    private static string Of(ArgumentOrigin part, string labels, bool isIncomplete = false)
    {
        Assert.True(LabelSet.TryParse(labels, out var carried));
        var isSecretive = carried.IsConfidentialTo(Feed.Labels);
        var told = Assert.Single(CarriedText.Of([part], "feed", Feed, isSecretive, isIncomplete));
        Assert.Equal(told.Words.Contains("untrusted", StringComparer.Ordinal), CarriedText.IsCarried([told]));
        return string.Join(',', told.Words);
    }

    private static ImmutableArray<OriginEvidence> EvidenceOf(string places) =>
    [
        .. places.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(place => place.Split(':')).Select(place =>
            new OriginEvidence(
                "1-1", 0, 3, place.Length > 1 ? "trusted" : "untrusted", place[0], place is [_, "secret"])),
    ];
}
