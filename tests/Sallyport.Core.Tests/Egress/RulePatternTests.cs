namespace Sallyport.Egress.Tests;

public sealed class RulePatternTests
{
    [Theory]
    [InlineData("api.github.com", "api.github.com")]
    [InlineData("API.GitHub.com.", "api.github.com")]
    [InlineData("api.github.com/**", "api.github.com")]
    [InlineData("GET,HEAD api.github.com/repos/**", "GET,HEAD api.github.com/repos/**")]
    [InlineData("M-SEARCH a.example/", "M-SEARCH a.example/")]
    [InlineData("*.example.org:443", "*.example.org:443")]
    [InlineData("a.example:8443/v1/*", "a.example:8443/v1/*")]
    [InlineData("a.example/%7euser/*", "a.example/~user/*")]
    [InlineData("10.0.0.0/8:5432", "10.0.0.0/8:5432")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8/health", "10.0.0.0/8/health")]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("10.0.0.5/32", "10.0.0.5")]
    [InlineData("10.0.0.5:80/8", "10.0.0.5:80/8")]
    [InlineData("10.0.0.5/health", "10.0.0.5/32/health")]
    [InlineData("169.254.169.254/latest/**", "169.254.169.254/32/latest/**")]
    [InlineData("[fd00::1]", "[fd00::1]")]
    [InlineData("[FD00::/8]:443", "[fd00::/8]:443")]
    [InlineData("[fd00::1]:8080/a", "[fd00::1]:8080/a")]
    [InlineData("*.example.com.br", "*.example.com.br")]
    public void A_rule_has_one_canonical_text_that_reads_back_to_itself(string text, string canonical)
    {
        Assert.True(RulePattern.TryParse(text, out var pattern, out var fault), fault?.Detail);
        Assert.Equal(canonical, pattern.ToString());
        Assert.True(RulePattern.TryParse(canonical, out var again, out _));
        Assert.Equal(pattern, again);
    }

    [Theory]
    [InlineData("", "[METHODS ]host")]
    [InlineData(" ", "not an HTTP method")]
    [InlineData("GET ", "[METHODS ]host")]
    [InlineData("GET  a.example", "[METHODS ]host")]
    [InlineData("GET api.allowed.example /v1/*", "[METHODS ]host")]
    [InlineData("get a.example", "not an HTTP method in capital letters")]
    [InlineData("GET, HEAD a.example", "not an HTTP method")]
    [InlineData("GET,,HEAD a.example", "not an HTTP method")]
    [InlineData("GET,GET a.example", "named twice")]
    [InlineData("CONNECT a.example", "CONNECT cannot be allowed")]
    [InlineData("GET,TRACE a.example", "TRACE cannot be allowed")]
    [InlineData("https://a.example/", "begins with a scheme")]
    [InlineData("*", "holds a '*'")]
    [InlineData("*.com", "public suffix")]
    [InlineData("*.co.uk", "public suffix")]
    [InlineData("*.github.io", "public suffix")]
    [InlineData("*.internal", "public suffix")]
    [InlineData("*example.org", "holds a '*'")]
    [InlineData("api.*.example", "holds a '*'")]
    [InlineData("allowed.*", "holds a '*'")]
    [InlineData("*.*.example.org", "holds a '*'")]
    [InlineData("*.", "is empty")]
    [InlineData("a..example", "empty label")]
    [InlineData("user@a.example", "user information")]
    [InlineData("a.example:", "port")]
    [InlineData("a.example:0", "port")]
    [InlineData("a.example:65536", "port")]
    [InlineData("a.example:080", "port")]
    [InlineData("a.example:https", "port")]
    [InlineData("a.example/a?b", "query")]
    [InlineData("a.example/a#b", "character")]
    [InlineData("a.example/../b", "climbs")]
    [InlineData("a.example//b", "two slashes")]
    [InlineData("a.example/a;b", "';'")]
    [InlineData("a.example/a%2fb", "encoded slash")]
    [InlineData("a.example/a**", "within a segment")]
    [InlineData("a.example/***", "within a segment")]
    [InlineData("127.1", "number")]
    [InlineData("010.0.0.1", "number")]
    [InlineData("10.0.0.0/7", "prefix length")]
    [InlineData("10.0.0.0/33", "prefix length")]
    [InlineData("0.0.0.0/0", "prefix length")]
    [InlineData("10.0.0.5/8", "bits set")]
    [InlineData("[::/0]", "prefix length")]
    [InlineData("[fd00::1/8]", "bits set")]
    [InlineData("[fd00::1", "bracket")]
    [InlineData("[10.0.0.1]", "not an address")]
    [InlineData("fd00::1", "port")]
    [InlineData("224.0.0.1", "never dialled")]
    [InlineData("0.0.0.0", "never dialled")]
    [InlineData("[::ffff:10.0.0.1]", "never dialled")]
    public void What_is_no_rule_is_told_why(string text, string part)
    {
        Assert.False(RulePattern.TryParse(text, out _, out var fault));
        Assert.Equal("rule.malformed", fault.Code);
        Assert.Contains(part, fault.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(fault.Mend);
    }

    [Theory]
    [InlineData("/**", "/", true)]
    [InlineData("/**", "/a/b/", true)]
    [InlineData("/", "/", true)]
    [InlineData("/", "/a", false)]
    [InlineData("/repos/**", "/repos", true)]
    [InlineData("/repos/**", "/repos/", true)]
    [InlineData("/repos/**", "/repos/a/b", true)]
    [InlineData("/repos/**", "/reposx", false)]
    [InlineData("/repos/**", "/Repos/a", false)]
    [InlineData("/v1/*", "/v1/a", true)]
    [InlineData("/v1/*", "/v1/", true)]
    [InlineData("/v1/*", "/v1", false)]
    [InlineData("/v1/*", "/v1/a/b", false)]
    [InlineData("/v1/*/c", "/v1/b/c", true)]
    [InlineData("/a*z", "/az", true)]
    [InlineData("/a*z", "/abcz", true)]
    [InlineData("/a*z", "/abc", false)]
    [InlineData("/a*a", "/a", false)]
    [InlineData("/a*b*c", "/aXbYc", true)]
    [InlineData("/a*b*c", "/acb", false)]
    [InlineData("/a*bb*b", "/abb", false)]
    [InlineData("/**/x", "/x", true)]
    [InlineData("/**/x", "/a/b/x", true)]
    [InlineData("/**/x", "/a/b/x/c", false)]
    [InlineData("/a/**/b/**/c", "/a/b/b/c/c", true)]
    [InlineData("/a/**/b/**/c", "/a/c/b", false)]
    public void A_path_pattern_names_paths(string pattern, string path, bool matches)
    {
        Assert.True(PathPattern.TryParse(pattern, out var parsed, out _));
        Assert.Equal(matches, Matches(parsed, path));
    }

    // Against a regular expression, over every short pattern and path of a small alphabet drawn from one seed.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_path_pattern_agrees_with_a_regular_expression(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var glob = "/" + string.Join('/', Words(random, ["a", "b", "*", "**", "a*", "*b", "a*b*a"]));
            var path = "/" + string.Join('/', Words(random, ["a", "b", "ab", "aba", "aXbXa", ""]));
            if (path.Contains("//", StringComparison.Ordinal))
            {
                continue;
            }

            Assert.True(PathPattern.TryParse(glob, out var pattern, out _), glob);
            var expression = string.Concat(pattern.Segments.Select(segment => segment == "**"
                ? "(/[^/]*)*"
                : "/" + segment.Replace("*", "[^/]*", StringComparison.Ordinal)));
            var expected = System.Text.RegularExpressions.Regex.IsMatch(
                path, $"^{expression}$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(10));
            Assert.True(expected == Matches(pattern, path), $"seed {seed}, round {round}: {glob} and {path}");
        }
    }

    private static string[] Words(Random random, string[] words) =>
        [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => words[random.Next(words.Length)])];

    private static bool Matches(PathPattern pattern, string path)
    {
        var ranges = new Range[256];
        var bare = path.AsSpan(1);
        var count = bare.Split(ranges, '/');
        return pattern.Matches(bare, ranges.AsSpan(0, count), StringComparison.Ordinal);
    }
}
