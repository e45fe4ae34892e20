using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger.Tests;

public sealed class LedgerFilterTests
{
    private static readonly RecordedEntry Recorded = new(new EntryId(2, 1042), Examples.Time, Examples.ByName["decision"]);

    public static TheoryData<string, bool> Cases => new()
    {
        { "any", true }, { "agent", true }, { "other-agent", false }, { "host", true }, { "other-host", false }, { "verdict", true },
        { "other-verdict", false }, { "kind", true }, { "other-kind", false }, { "label", true }, { "other-label", false }, { "since-now", true },
        { "since-later", false }, { "until-now", false }, { "until-later", true }, { "after-before", true }, { "after-itself", false },
        { "before-itself", false }, { "words", true }, { "other-words", false }, { "digest", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_filter_wants_what_all_its_members_want(string name, bool wanted) => Assert.Equal(wanted, Filter(name).Matches(Recorded));

    [Theory]
    [InlineData("run-start")]
    [InlineData("run-end")]
    [InlineData("cut")]
    [InlineData("labels")]
    [InlineData("observation")]
    public void Every_entry_of_a_run_is_found_by_run_and_agent(string name)
    {
        var facets = EntryFacets.Of(Examples.ByName[name]);
        Assert.Equal("01jd3k5m7n9p1q3r5s7t9v1w3x", facets.Run?.Text);
        Assert.Equal("research", facets.Agent?.Value);
        Assert.Equal(name is "cut" or "labels" or "observation" ? new EntryId(2, 1041) : null, facets.Decision);
    }

    private static LedgerFilter Filter(string name) => name switch
    {
        "agent" => new LedgerFilter { Agent = Agent("research") },
        "other-agent" => new LedgerFilter { Agent = Agent("billing") },
        "host" => new LedgerFilter { Host = "www.moltbook.com" },
        "other-host" => new LedgerFilter { Host = "moltbook.com" },
        "verdict" => new LedgerFilter { Verdict = "allow" },
        "other-verdict" => new LedgerFilter { Verdict = "deny" },
        "kind" => new LedgerFilter { Kind = EntryKind.Decision },
        "other-kind" => new LedgerFilter { Kind = EntryKind.Observation },
        "label" => new LedgerFilter { Label = Label.Untrusted },
        "other-label" => new LedgerFilter { Label = Examples.Labels("confidential").Labels[0] },
        "since-now" => new LedgerFilter { Since = Examples.Time },
        "since-later" => new LedgerFilter { Since = Examples.Time.AddTicks(1) },
        "until-now" => new LedgerFilter { Until = Examples.Time },
        "until-later" => new LedgerFilter { Until = Examples.Time.AddTicks(1) },
        "after-before" => new LedgerFilter { After = 1041, Before = 1043 },
        "after-itself" => new LedgerFilter { After = 1042 },
        "words" => new LedgerFilter { Words = Words("MOLTBOOK posts get") },
        "other-words" => new LedgerFilter { Words = Words("moltbook post") },
        "digest" => new LedgerFilter { Digest = Digest("aaaaaaaa") }, // the snapshot of a decision is none
        "before-itself" => new LedgerFilter { Before = 1042 },
        _ => LedgerFilter.Any,
    };

    [Theory]
    [InlineData("GET https://www.moltbook.com/api/v1/posts", "get|https|www|moltbook|com|api|v1|posts")]
    [InlineData("  a_b-c%20d a ", "a|b|c|20d")]
    [InlineData("Zo\u00c9", "zo\u00e9")]
    public void A_text_is_taken_apart_into_words(string text, string words)
    {
        Assert.True(SearchWords.TryParse(text, out var parsed));
        Assert.Equal(words.Split('|'), parsed.Words);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t-/\"'*")]
    [InlineData("one two three four five six seven eight nine")]
    public void A_text_without_words_or_with_too_many_is_none(string? text) =>
        Assert.False(SearchWords.TryParse(text, out _));

    [Fact]
    public void The_longest_text_is_one_and_a_longer_one_is_none()
    {
        Assert.True(SearchWords.TryParse(new string('a', SearchWords.TextMax), out _));
        Assert.False(SearchWords.TryParse(new string('a', SearchWords.TextMax + 1), out _));
    }

    [Theory]
    [InlineData("aaaaaaaa", "aaaaaaaa")]
    [InlineData("sha256:ABCDEF01", "abcdef01")]
    [InlineData("aaaaaaa", null)]
    [InlineData("aaaaaaag", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_digest_is_hex_digits_of_at_least_eight(string? text, string? parsed)
    {
        Assert.Equal(parsed is not null, DigestPrefix.TryParse(text, out var prefix));
        Assert.Equal(parsed, prefix?.Text);
    }

    [Fact]
    public void No_digest_is_longer_than_SHA_256()
    {
        Assert.True(DigestPrefix.TryParse(new string('a', 64), out _));
        Assert.False(DigestPrefix.TryParse(new string('a', 65), out _));
    }

    private static SearchWords Words(string text) =>
        SearchWords.TryParse(text, out var words) ? words : throw new FormatException(text);

    private static DigestPrefix Digest(string text) =>
        DigestPrefix.TryParse(text, out var digest) ? digest : throw new FormatException(text);

    private static AgentId Agent(string text) => AgentId.TryParse(text, out var agent) ? agent : throw new FormatException(text);
}
