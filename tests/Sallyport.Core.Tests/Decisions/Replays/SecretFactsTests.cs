using Sallyport.Flow;
using Sallyport.Ledger;
using static Sallyport.Decisions.Tests.Questions;

namespace Sallyport.Decisions.Tests;

// What a run says that carries a secret is recorded by name, and a decision on what is not recorded is never passed
// off as made again.
public sealed class SecretFactsTests
{
    private static readonly KeyedDigest Digest = new(new byte[KeyedDigest.KeyLength]);

    private static readonly Facts Secret = Usual with
    {
        Labels = LabelSet.Of([Label.Secret]),
        Arguments =
        [
            new ArgumentOrigin("/host", "www.moltbook.com", true, ["brief"], []) { IsSpelledOut = true },
            new ArgumentOrigin("/query/0", "key-42", true, ["nowhere", "untrusted"], []) { Item = new string('a', 64) },
            new ArgumentOrigin("/headers/x-note", "", false, ["nowhere"], []),
        ],
    };

    [Fact]
    public void Without_a_secret_nothing_is_named()
    {
        var facts = Secret with { Labels = LabelSet.Of([Label.Confidential, Label.Untrusted]) };
        Assert.Same(facts, SecretFacts.Of(facts, Digest));
    }

    [Fact]
    public void Address_path_and_what_is_shown_are_named_and_the_decision_is_not_replayable()
    {
        var told = SecretFacts.Of(Secret, Digest);
        Assert.Equal($"https://www.moltbook.com/{Digest.Within("/api/v1/posts?x=1")}", told.Target);
        Assert.Equal(("www.moltbook.com", "", "POST"), (told.Host, told.Path, told.Method));
        Assert.Equal(
            ["www.moltbook.com", Digest.Of("key-42"), ""], told.Arguments.Select(part => part.Shown),
            StringComparer.Ordinal);
        Assert.All(told.Arguments, part => Assert.Null(part.Item));
        Assert.DoesNotContain("key-42", FactsWriter.Write(told), StringComparison.Ordinal);
        var replayed = Assert.IsType<Replayed.Unknown>(Replay.Again(ReplayTests.Entry(Rules, told), Rules));
        Assert.Contains("keyed digest", replayed.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_the_rule_spells_out_is_told_and_decided_again()
    {
        var facts = Secret with
        {
            Arguments =
            [
                Secret.Arguments[0],
                new ArgumentOrigin("/path/0", "api", true, ["brief"], []) { IsSpelledOut = true },
                Secret.Arguments[2],
                new ArgumentOrigin("/body/key", "key-42", false, ["nowhere"], []),
            ],
        };
        var told = SecretFacts.Of(facts, Digest);
        Assert.Equal((facts.Target, facts.Path), (told.Target, told.Path));
        Assert.Equal(Digest.Of("key-42"), told.Arguments[^1].Shown);
        Assert.IsType<Replayed.Same>(Replay.Again(ReplayTests.Entry(Rules, told), Rules));
    }

    [Fact]
    public void What_nobody_has_traced_is_named()
    {
        var told = SecretFacts.Of(Secret with { Arguments = [] }, Digest);
        Assert.Contains(KeyedDigest.Mark, told.Target, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_was_made_up_is_named_though_the_rule_spells_the_address_out()
    {
        var told = SecretFacts.Of(Secret with { Method = "KEY-42", Arguments = [Secret.Arguments[0]] }, Digest);
        Assert.Equal((Digest.Within("KEY-42"), Secret.Target), (told.Method, told.Target));
        Assert.Equal("PROPFIND", SecretFacts.Of(Secret with { Method = "PROPFIND" }, Digest).Method);
    }

    [Theory]
    [InlineData("key-42.of.example.org")]
    [InlineData("of.key-42")]
    [InlineData("key-42")]
    [InlineData("10.42.42.42")]
    [InlineData("[2001:db8::42]")]
    public void Of_a_host_that_no_rule_names_nothing_is_told(string host)
    {
        var told = SecretFacts.Of(
            Secret with
            {
                Host = host,
                Target = $"https://{host}/",
                Match = new RuleMatch.None(),
                Arguments = [],
            },
            Digest);
        Assert.Equal(Digest.Within(host), told.Host);
        Assert.Equal($"https://{told.Host}/", told.Target);
    }

    [Fact]
    public void Of_what_did_not_parse_nothing_is_told()
    {
        var told = SecretFacts.Of(
            Secret with
            {
                Method = "KEY-42",
                Host = "",
                Target = "http://key-42 x",
                Match = new RuleMatch.Malformed(new Fault("http.method", "The method 'key-42'", "send KEY-42")),
                Arguments = [],
            },
            Digest);
        var entry = ReplayTests.Entry(Rules, told);
        Assert.DoesNotContain("key-42", $"{entry}", StringComparison.OrdinalIgnoreCase);
        Assert.IsType<Replayed.Unknown>(Replay.Again(entry, Rules));
    }
}
