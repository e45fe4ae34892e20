using Sallyport.Decisions;
using Sallyport.Identity;
using static Sallyport.Egress.Tests.Perimeters;

namespace Sallyport.Egress.Tests;

public sealed class EgressRulesTests
{
    [Theory]
    [InlineData("allowed.test", "GET", "http://allowed.test/", "read by allowed.test")]
    [InlineData("allowed.test", "HEAD", "http://allowed.test/a/b?c", "read by allowed.test")]
    [InlineData("allowed.test", "POST", "http://allowed.test/", "effect by allowed.test")]
    [InlineData("allowed.test", "OPTIONS", "http://allowed.test/", "effect by allowed.test")]
    [InlineData("allowed.test", "get", "http://allowed.test/", "effect by allowed.test")]
    [InlineData("allowed.test", "TRACE", "http://allowed.test/", "near allowed.test")]
    [InlineData("allowed.test", "trace", "http://allowed.test/", "near allowed.test")]
    [InlineData("allowed.test", "CONNECT", "http://allowed.test/", "near allowed.test")]
    [InlineData("allowed.test", "GET", "http://evilallowed.test/", "none")]
    [InlineData("allowed.test", "GET", "http://a.allowed.test/", "none")]
    [InlineData("allowed.test", "GET", "http://allowed.test:8080/", "near allowed.test")]
    [InlineData("allowed.test", "GET", "http://allowed.test:443/", "near allowed.test")]
    [InlineData("allowed.test:8080", "GET", "http://allowed.test:8080/", "read by allowed.test:8080")]
    [InlineData("allowed.test:8080", "GET", "http://allowed.test/", "near allowed.test:8080")]
    [InlineData("*.wild.test", "GET", "http://a.wild.test/", "read by *.wild.test")]
    [InlineData("*.wild.test", "GET", "http://a.b.wild.test/", "read by *.wild.test")]
    [InlineData("*.wild.test", "GET", "http://wild.test/", "none")]
    [InlineData("*.wild.test", "GET", "http://awild.test/", "none")]
    [InlineData("GET api.test/v1/*", "GET", "http://api.test/v1/a", "read by GET api.test/v1/*")]
    [InlineData("GET api.test/v1/*", "HEAD", "http://api.test/v1/a", "near GET api.test/v1/*")]
    [InlineData("GET api.test/v1/*", "GET", "http://api.test/v2/a", "near GET api.test/v1/*")]
    [InlineData("GET api.test/v1/*", "GET", "http://api.test/%76%31/a", "read by GET api.test/v1/*")]
    public void A_request_is_matched_by_host_port_method_and_path(
        string rule, string method, string target, string word) =>
        Assert.Equal(word, Match(Rules([rule]), method, target));

    [Theory]
    [InlineData("10.0.0.0/8:5432", "http://10.1.2.3:5432/", "read by 10.0.0.0/8:5432")]
    [InlineData("10.0.0.0/8:5432", "http://10.1.2.3/", "near 10.0.0.0/8:5432")]
    [InlineData("10.0.0.0/8:5432", "http://11.1.2.3:5432/", "none")]
    [InlineData("10.0.0.0/8:5432", "http://192.168.0.1:5432/", "refused 192.168.0.1 private")]
    [InlineData("allowed.test", "http://169.254.169.254/", "refused 169.254.169.254 metadata")]
    [InlineData("169.254.0.0/16", "http://169.254.169.254/", "refused 169.254.169.254 metadata")]
    [InlineData("169.254.0.0/16", "http://169.254.1.1/", "read by 169.254.0.0/16")]
    [InlineData("169.254.169.254", "http://169.254.169.254/", "read by 169.254.169.254")]
    [InlineData("[fd00::/8]", "http://[fd00::1]/", "read by [fd00::/8]")]
    [InlineData("[fd00::/8]", "http://[fe80::1]/", "refused [fe80::1] link-local")]
    [InlineData("10.0.0.0/8", "http://[::ffff:10.0.0.1]/", "refused [::ffff:10.0.0.1] v4-mapped of 10.0.0.1 (private)")]
    [InlineData("10.0.0.0/8", "http://[64:ff9b::10.0.0.1]/", "refused [64:ff9b::a00:1] nat64 of 10.0.0.1 (private)")]
    [InlineData("93.184.216.34", "http://93.184.216.34/", "read by 93.184.216.34")]
    [InlineData("*.wild.test", "http://93.184.216.34/", "none")]
    public void A_literal_address_needs_a_rule_that_names_it(string rule, string target, string word) =>
        Assert.Equal(word, Match(Rules([rule]), "GET", target));

    [Theory]
    [InlineData("a.test/dm/**", "GET", "/dm/send")]
    [InlineData("a.test/dm/**", "GET", "/dm")]
    [InlineData("a.test/dm/**", "GET", "/dm/")]
    [InlineData("a.test/dm/**", "GET", "/DM/send")]
    [InlineData("a.test/dm/**", "GET", "/%64m/send")]
    [InlineData("a.test/@evil/*", "GET", "/%40evil/x")]
    [InlineData("a.test/dm", "GET", "/dm/")]
    [InlineData("POST a.test", "POST", "/x")]
    [InlineData("POST a.test", "post", "/x")]
    [InlineData("a.test", "GET", "/x")]
    [InlineData("*.test.example", "GET", "/x", "b.test.example")]
    public void Deny_wins_in_every_spelling(string deny, string method, string path, string host = "a.test") =>
        Assert.Equal($"forbidden by {deny}", Match(Rules([host], deny), method, $"http://{host}{path}"));

    [Theory]
    [InlineData("a.test/dm/**", "GET", "http://a.test/dmx")]
    [InlineData("POST a.test", "GET", "http://a.test/")]
    [InlineData("b.test", "GET", "http://a.test/")]
    [InlineData("*.a.test", "GET", "http://a.test/")]
    public void A_deny_that_names_something_else_changes_nothing(string deny, string method, string target) =>
        Assert.Equal("read by a.test", Match(Rules(["a.test"], deny), method, target));

    [Fact]
    public void A_deny_without_a_port_denies_every_port()
    {
        var rules = Rules(["a.test:8443", "a.test"], "a.test");
        Assert.Equal("forbidden by a.test", Match(rules, "GET", "http://a.test:8443/"));
        Assert.Equal("forbidden by a.test", Word(rules.MatchConnect(Research, Connect("a.test:8443"), out _)));
        Assert.Equal("read by a.test", Match(Rules(["a.test"], "a.test:8443"), "GET", "http://a.test/"));
    }

    // A climbing path passes nowhere; other doubtful ones only where no rule for the host looks at paths.
    [Theory]
    [InlineData("/v1/../admin", false)]
    [InlineData("/v1/%2e%2e%2fadmin", false)]
    [InlineData("/v1//a", true)]
    [InlineData("/@babel%2fcore", true)]
    [InlineData("/a;b", true)]
    [InlineData("/a%", true)]
    public void A_doubtful_path_passes_only_where_nobody_looks_at_paths(string path, bool passesWholeHost)
    {
        var target = $"http://a.test{path}";
        Assert.Equal(passesWholeHost ? "read by a.test" : "near a.test", Match(Rules(["a.test"]), "GET", target));
        Assert.Equal("near GET a.test/v1/**", Match(Rules(["GET a.test/v1/**"]), "GET", target));
        Assert.Equal("near a.test", Match(Rules(["a.test", "a.test/v1/**"]), "GET", target));
        Assert.Equal("near a.test", Match(Rules(["a.test"], "POST a.test/dm/**"), "GET", target));
        Assert.Equal("forbidden by a.test", Match(Rules(["a.test"], "a.test"), "GET", target));
        Assert.Equal("forbidden by GET a.test", Match(Rules(["a.test"], "GET a.test"), "GET", target));
    }

    [Fact]
    public void Of_several_allow_rules_the_first_written_counts()
    {
        var rules = Rules(
            [Rule("POST a.test/query", ActionClass.Read), Rule("*.b.test"), Rule("a.test"), Rule("a.test/query")]);
        Assert.Equal("read by POST a.test/query", Match(rules, "POST", "http://a.test/query"));
        Assert.Equal("effect by a.test", Match(rules, "POST", "http://a.test/other"));
        Assert.Equal("read by a.test", Match(rules, "GET", "http://a.test/query"));
    }

    [Fact]
    public void A_rule_says_the_class_of_what_it_matches()
    {
        var rules = Rules(
            [Rule(
                "POST api.model.test/v1/messages", ActionClass.Model), Rule("GET a.test/delete", ActionClass.Effect)]);
        Assert.Equal(
            "model by POST api.model.test/v1/messages", Match(rules, "POST", "http://api.model.test/v1/messages"));
        Assert.Equal("effect by GET a.test/delete", Match(rules, "GET", "http://a.test/delete"));
    }

    [Theory]
    [InlineData("a.test:443", "read by GET a.test/v1/**", ConnectMode.Inspect)]
    [InlineData("a.test:80", "near GET a.test/v1/**", null)]
    [InlineData("a.test:22", "near GET a.test/v1/**", null)]
    [InlineData("p.test:8443", "read by p.test:8443", ConnectMode.Inspect)]
    [InlineData("p.test:443", "near p.test:8443", null)]
    [InlineData("t.test:443", "effect by t.test", ConnectMode.Tunnel)]
    [InlineData("t.test:80", "near t.test", null)]
    [InlineData("x.w.test:443", "effect by *.w.test:443", ConnectMode.Tunnel)]
    [InlineData("w.test:443", "none", null)]
    [InlineData("10.0.0.5:5432", "effect by 10.0.0.0/8:5432", ConnectMode.Tunnel)]
    [InlineData("10.0.0.5:443", "near 10.0.0.0/8:5432", null)]
    [InlineData("127.0.0.1:443", "refused 127.0.0.1 loopback", null)]
    public void A_connect_is_matched_by_host_and_port(string authority, string word, ConnectMode? mode)
    {
        var rules = Rules(
        [
            Rule("GET a.test/v1/**"), Rule("p.test:8443"),
            Tunnel("t.test"), Tunnel("*.w.test:443"), Tunnel("10.0.0.0/8:5432"),
        ]);
        var match = rules.MatchConnect(Research, Connect(authority), out var rule);
        Assert.Equal(word, Word(match));
        Assert.Equal(mode, match is RuleMatch.Allowed ? rule?.Mode : null);
    }

    [Fact]
    public void A_narrow_deny_leaves_inspection_open_and_shuts_a_tunnel()
    {
        Assert.Equal(
            "read by a.test",
            Word(
                Rules(["a.test"], "a.test/dm/**", "POST a.test").MatchConnect(Research, Connect("a.test:443"), out _)));
        Assert.Equal(
            "forbidden by a.test",
            Word(Rules(["a.test"], "a.test/dm/**", "a.test").MatchConnect(Research, Connect("a.test:443"), out _)));
        Assert.Equal(
            "forbidden by a.test/dm/**",
            Word(Rules([Tunnel("a.test")], "a.test/dm/**").MatchConnect(Research, Connect("a.test:443"), out _)));
    }

    [Fact]
    public void What_a_tunnel_rule_opens_is_never_a_request()
    {
        Assert.Equal("near a.test", Match(Rules([Tunnel("a.test")]), "GET", "http://a.test/"));
        Assert.Equal(
            "near a.test", Word(Rules([Tunnel("a.test")]).Match(Research, "GET", Inside("a.test:443", "/"), out _)));
    }

    [Fact]
    public void The_first_of_two_modes_decides_how_a_connect_is_treated()
    {
        Rules([Tunnel("a.test"), Rule("a.test")]).MatchConnect(Research, Connect("a.test:443"), out var first);
        Assert.Equal(ConnectMode.Tunnel, first?.Mode);
        Rules([Rule("a.test/x"), Tunnel("a.test")]).MatchConnect(Research, Connect("a.test:443"), out var second);
        Assert.Equal(ConnectMode.Inspect, second?.Mode);
    }

    [Fact]
    public void An_agent_without_rules_reaches_nothing()
    {
        Assert.True(AgentId.TryParse("other", out var other));
        var rules = Rules(["a.test"]);
        Assert.IsType<RuleMatch.None>(rules.Match(other, "GET", Plain("http://a.test/"), out var rule));
        Assert.IsType<RuleMatch.None>(rules.MatchConnect(other, Connect("a.test:443"), out _));
        Assert.Null(rule);
    }

    [Theory]
    [InlineData("a.test", "a.test/x")]
    [InlineData("a.test", "GET a.test")]
    [InlineData("*.w.test", "a.w.test/x")]
    [InlineData("*.w.test", "*.a.w.test")]
    [InlineData("GET,HEAD a.test/v1/**", "GET a.test/v1/*/x")]
    [InlineData("a.test/v1/*", "a.test/v1/x*")]
    [InlineData("10.0.0.0/8:443", "10.1.0.0/16:443")]
    [InlineData("a.test/**/x", "a.test/**/x")]
    public void A_rule_that_an_earlier_one_covers_is_never_met(string earlier, string later)
    {
        Assert.Equal(later, Assert.Single(Role([Rule(earlier), Rule(later)]).Unreachable()).Rule.Reference.Text);
        if (earlier != later)
        {
            Assert.Empty(Role([Rule(later), Rule(earlier)]).Unreachable());
        }

        Assert.Equal(later, Assert.Single(Role([Rule(later)], earlier).Unreachable()).Rule.Reference.Text);
    }

    [Theory]
    [InlineData("GET a.test", "a.test")]
    [InlineData("a.test:443", "a.test")]
    [InlineData("a.test", "b.test")]
    [InlineData("*.w.test", "w.test")]
    [InlineData("a.test/v1/*", "a.test/v1/**")]
    [InlineData("a.test/v1/*/x", "a.test/v1/*")]
    [InlineData("a.test/**/x", "a.test/**")]
    [InlineData("10.0.0.0/16", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8", "[fd00::/8]")]
    public void A_rule_that_an_earlier_one_does_not_cover_is_left_alone(string earlier, string later) =>
        Assert.Empty(Role([Rule(earlier), Rule(later)]).Unreachable());

    [Fact]
    public void Of_two_modes_for_one_place_the_later_is_never_met()
    {
        Assert.Single(Role([Rule("a.test/x"), Tunnel("a.test")]).Unreachable());
        Assert.Single(Role([Tunnel("*.test.example"), Rule("GET a.test.example/x")]).Unreachable());
        Assert.Empty(Role([Tunnel("a.test:8443"), Rule("a.test")]).Unreachable());
    }

    private static string Match(EgressRules rules, string method, string target) =>
        Word(rules.Match(Research, method, Plain(target), out _));
}
