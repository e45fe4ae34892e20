using System.Globalization;
using System.Text;
using Sallyport.Decisions;
using static Sallyport.Egress.Tests.Perimeters;

namespace Sallyport.Egress.Tests;

// Seeded: a failure prints the seed, the round and the text.
public sealed class EgressFuzzTests
{
    private const int Rounds = 20_000;

    private static readonly string[] Pieces =
    [
        "http://", "https://", "HTTP://", "a", "example", ".org", ".", "..", ":", ":80", ":443", ":0", ":65536", "/",
        "//", "?", "#", "@", "\\", "%", "%2e", "%2F", "%252e", "%00", "%zz", ";", "*", "**", "*.", "[", "]", "::1",
        "[::1]", "[fd00::/8]", "10.0.0.5", "/8", "0x7f", "127", "\0", " ", "\t", "\r\n", "é", "。", "１", "xn--", "-", "_",
        "GET ", "GET,HEAD ", "a.test", "~", "\ud800", "\u202e",
    ];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void No_text_breaks_a_target_and_every_target_reads_back_to_itself(int seed)
    {
        var random = new Random(seed);
        var parsed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var text = Text(random);
            if (Target.TryFromAbsoluteForm(text, out var plain, out _))
            {
                parsed++;
                Same(
                    plain,
                    Target.TryFromAbsoluteForm(plain.ToString(), out var again, out _) ? again : null,
                    seed,
                    round,
                    text);
            }

            if (Target.TryFromAuthority(text, out var connect, out _))
            {
                parsed++;
                Same(
                    connect,
                    Target.TryFromAuthority(connect.HostAndPort, out var again, out _) ? again : null,
                    seed,
                    round,
                    text);
            }

            if (Target.TryFromTunnel(Connect("a.test:443"), "/" + text, out var inside, out _))
            {
                parsed++;
                Assert.Equal("/" + text, inside.PathAndQuery);
                Assert.True(inside.Path.Length <= inside.PathAndQuery.Length, $"seed {seed}, round {round}: {text}");
                Same(
                    inside,
                    Target.TryFromTunnel(Connect("a.test:443"), inside.PathAndQuery, out var again, out _)
                        ? again
                        : null,
                    seed,
                    round,
                    text);
            }
        }

        Assert.True(
            parsed > Rounds / 100, $"only {parsed} of {Rounds} texts were targets: the fuzzer has lost its way");
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public void No_text_breaks_a_rule_and_every_rule_reads_back_to_itself(int seed)
    {
        var random = new Random(seed);
        var parsed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var text = Text(random);
            if (RulePattern.TryParse(text, out var pattern, out _))
            {
                parsed++;
                Assert.True(
                    RulePattern.TryParse(pattern.ToString(), out var again, out _)
                        && again.Equals(pattern)
                        && again.Host == pattern.Host,
                    $"seed {seed}, round {round}: '{text}' is '{pattern}'");
            }
        }

        Assert.True(parsed > Rounds / 100, $"only {parsed} of {Rounds} texts were rules: the fuzzer has lost its way");
    }

    // What passes a path rule is, decoded as often as any server might, still below that rule's folder.
    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void What_passes_a_path_rule_stays_below_it_however_a_server_reads_it(int seed)
    {
        var random = new Random(seed);
        var rules = Rules(["a.test/pub/**"]);
        var passed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var path = "/pub/" + Path(random);
            if (!Target.TryFromTunnel(Connect("a.test:443"), path, out var target, out _)
                || rules.Match(Research, "GET", target, out _) is not RuleMatch.Allowed)
            {
                continue;
            }

            passed++;
            var read = path.Split('?')[0];
            for (var decoding = 0; decoding < 4; decoding++)
            {
                var resolved = new Uri("http://a.test" + read.Replace('\\', '/')).AbsolutePath;
                Assert.True(
                    resolved.StartsWith("/pub", StringComparison.Ordinal),
                    $"seed {seed}, round {round}: {path} is {resolved}");
                read = Uri.UnescapeDataString(read);
            }
        }

        Assert.True(passed > 100, $"only {passed} paths passed: the fuzzer has lost its way");
    }

    // Decoding, repeated until nothing is left to decode, has one end: what the most eager server reads.
    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    [InlineData(53)]
    public void A_path_is_never_better_than_its_normal_form_or_than_what_is_left_when_all_is_decoded(int seed)
    {
        var random = new Random(seed);
        var (plain, climbing) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var path = "/" + Wrapped(random);
            var target = Inside(path);
            Assert.True(
                Badness(target.PathFlaw) >= Badness(Inside(target.Path).PathFlaw),
                $"seed {seed}, round {round}: {path} is {target.PathFlaw}, and not its normal form {target.Path}");
            var decoded = Decoded(path);
            if (Climbs(decoded))
            {
                climbing++;
                Assert.True(
                    target.PathFlaw is PathFlaw.DotSegment,
                    $"seed {seed}, round {round}: {path} is {decoded} to some, and {target.PathFlaw} to us");
            }
            else if (target.PathFlaw is PathFlaw.None)
            {
                plain++;
                Assert.True(
                    Uri.UnescapeDataString(path) == decoded,
                    $"seed {seed}, round {round}: {path} is {decoded} to servers that decode twice");
            }
        }

        Assert.True(
            plain > 100 && climbing > 100,
            $"{plain} plain paths, {climbing} that climb: the fuzzer has lost its way");
    }

    // The index against the plain reading of the same rules, one by one.
    [Theory]
    [InlineData(41)]
    [InlineData(42)]
    [InlineData(43)]
    public void The_index_finds_what_a_walk_over_all_rules_finds(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            EgressRule[] allow = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Rule(RuleText(random)))];
            string[] deny = [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => RuleText(random))];
            var rules = Rules(allow, deny);
            for (var request = 0; request < 40; request++)
            {
                var method = Pick(random, "GET", "POST", "HEAD");
                var target = Plain(TargetText(random));
                var expected = Naive(allow, [.. deny.Select(text => Rule(text))], method, target);
                var found = rules.Match(Research, method, target, out _);
                Assert.True(
                    expected == Word(found),
                    $"seed {seed}, round {round}: {method} {target}: expected {expected}, found {Word(found)}");
            }
        }
    }

    [Fact]
    public void Ten_thousand_rules_for_one_host_cost_a_request_no_more_memory_than_one()
    {
        var rules = Rules(
            [.. Enumerable.Range(0, 10_000).Select(
                i => string.Create(CultureInfo.InvariantCulture, $"GET api.test/repos/org/repo{i}/**"))]);
        var target = Plain("http://api.test/repos/org/repo9999/issues");
        Assert.Equal("read by GET api.test/repos/org/repo9999/**", Word(rules.Match(Research, "GET", target, out _)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            rules.Match(Research, "GET", target, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static string Naive(EgressRule[] allow, EgressRule[] deny, string method, Target target)
    {
        var refused = target.Host is HostAddress address ? AddressClass.Of(address.Address) : null;
        if (Array.Find(deny, rule => Names(rule.Pattern, method, target, deny: true)) is { } forbidding)
        {
            return $"forbidden by {forbidding.Reference.Text}";
        }

        if (Array.Find(allow, rule => Names(rule.Pattern, method, target, deny: false)) is { } allowing)
        {
            return $"{(method == "POST" ? "effect" : "read")} by {allowing.Reference.Text}";
        }

        var near = Array.Find(allow, rule => rule.Pattern.Host.Matches(target.Host));
        return near is not null ? $"near {near.Reference.Text}"
            : refused is not null ? $"refused {target.Host} {refused}"
            : "none";
    }

    private static bool Names(RulePattern pattern, string method, Target target, bool deny)
    {
        var path = target.Path[1..];
        var ranges = new Range[16];
        var count = path.AsSpan().Split(ranges, '/');
        return pattern.Host.Matches(target.Host)
            && (pattern.Methods.IsEmpty || pattern.Methods.Contains(method, StringComparer.Ordinal))
            && (pattern.Port is { } port ? port == target.Port : deny || target.IsDefaultPort)
            && (pattern.Path.Matches(path, ranges.AsSpan(0, count), StringComparison.Ordinal)
                || (deny
                    && count > 1
                    && path.EndsWith('/')
                    && pattern.Path.Matches(path, ranges.AsSpan(0, count - 1), StringComparison.Ordinal)));
    }

    private static string RuleText(Random random) =>
        Pick(random, "", "GET ", "GET,POST ")
        + Pick(random, "a.test", "b.a.test", "*.a.test", "*.b.a.test", "10.0.0.0/8", "10.0.0.5", "10.9.0.0/16")
        + Pick(random, "", ":8080", ":80")
        + Pick(random, "", "/**", "/x", "/x/**", "/x/*", "/*/y", "/**/z", "/x/y/z", "/");

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(0, 9); i >= 0; i--)
        {
            text.Append(random.Next(8) == 0 ? ((char)random.Next(0, 0x250)).ToString() : Pick(random, Pieces));
        }

        return text.ToString();
    }

    private static string Path(Random random)
    {
        string[] pieces =
        [
            "a", ".", "..", "/", "/", "%2e", "%2E", "%2f", "%5c", "\\", "%25", "2e", "2f", "%252e", ";", "%3b", "%",
            "x", "?", "%61", "..;",
        ];
        return string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pick(random, pieces)));
    }

    // Dots and percent signs, and what they and their digits are when encoded.
    private static string Wrapped(Random random)
    {
        string[] pieces =
        [
            ".", ".", "/", "a", "%", "2", "e", "5", "%25", "%25", "%32", "%65", "%35", "%2e", "%2f", "%252e", "%2532",
            "%33", "%3", ";",
        ];
        return string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Pick(random, pieces)));
    }

    private static Target Inside(string path) =>
        Target.TryFromTunnel(Connect("a.test:443"), path, out var target, out var fault)
            ? target
            : throw new FormatException(fault.Detail);

    private static int Badness(PathFlaw flaw) => flaw switch
    {
        PathFlaw.None => 0,
        PathFlaw.DotSegment => 2,
        _ => 1,
    };

    private static string Decoded(string path)
    {
        while (Uri.UnescapeDataString(path) is var next && next != path)
        {
            path = next;
        }

        return path;
    }

    private static bool Climbs(string path) =>
        path.Split('/', '\\').Any(segment => segment.Split(';')[0] is "." or "..");

    private static string TargetText(Random random)
    {
        var host = Pick(random, "a.test", "b.a.test", "c.b.a.test", "10.0.0.5", "10.9.0.1");
        var path = string.Concat(Enumerable.Range(0, random.Next(0, 4)).Select(_ => Pick(random, "/x", "/y", "/z")));
        return $"http://{host}{Pick(random, "", ":8080")}{path}{Pick(random, "", "/")}";
    }

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];

    private static void Same(Target target, Target? again, int seed, int round, string text) =>
        Assert.True(target == again, $"seed {seed}, round {round}: '{text}' is '{target}' and reads back as '{again}'");
}
