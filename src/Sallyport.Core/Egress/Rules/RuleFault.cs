using System.Net;

namespace Sallyport.Egress;

/// <summary>The words for a rule that is none.</summary>
internal static class RuleFault
{
    public const string Malformed = "rule.malformed";

    public static Fault Words(string text) => new(
        Malformed,
        $"The rule '{Excerpt.Of(text)}' is not [METHODS ]host[:port][/path]",
        "Write for example: GET,HEAD api.example.org/v1/**");

    public static Fault Scheme(string text) => new(
        Malformed,
        $"The rule '{Excerpt.Of(text)}' begins with a scheme",
        "Leave it out: a rule names host, port and path");

    public static Fault Method(ReadOnlySpan<char> method) => new(
        Malformed,
        $"'{Excerpt.Of(method)}' is not an HTTP method in capital letters",
        "Write methods as GET,HEAD with no space between");

    public static Fault NeverMethod(ReadOnlySpan<char> method) => new(
        Malformed,
        $"{method} cannot be allowed or denied by a rule",
        "CONNECT is decided by host and port alone (mode: inspect or tunnel), and TRACE is always refused");

    public static Fault MethodTwice(ReadOnlySpan<char> method) => new(
        Malformed, $"{method} is named twice", "Name each method once");

    public static Fault Host(ReadOnlySpan<char> host, string flaw) => new(
        Malformed,
        $"The host '{Excerpt.Of(host)}' {flaw}",
        host.Contains('*')
            ? "A '*' may only stand as the whole first label: *.example.org"
            : "Write a DNS name, *.NAME, an address, or a network such as 10.0.0.0/8");

    public static Fault PublicSuffix(HostName suffix) => new(
        Malformed,
        $"'*.{suffix.Text}' would name hosts of anybody: {suffix.Text} is a public suffix",
        $"Name the hosts, or a domain of one owner: *.example.{suffix.Text}");

    public static Fault Network(ReadOnlySpan<char> text) => new(
        Malformed,
        $"'{Excerpt.Of(text)}' is not an address or a network",
        "Write 10.0.0.5, 10.0.0.0/8, [fd00::1] or [fd00::/8]");

    public static Fault PrefixLength(ReadOnlySpan<char> text, int min, int max) => new(
        Malformed,
        $"The prefix length of '{Excerpt.Of(text)}' is not a number from {min} to {max}",
        "Name the networks that are meant, one rule each");

    public static Fault HostBits(ReadOnlySpan<char> text, IPAddress start, int bits) => new(
        Malformed,
        $"'{Excerpt.Of(text)}' has bits set after its prefix",
        $"Write {start}/{bits} for the network, or the address without a prefix");

    public static Fault NeverDialled(ReadOnlySpan<char> text, AddressClass refused) => new(
        Malformed,
        $"'{Excerpt.Of(text)}' is {refused} ({refused.Source}), which is never dialled",
        refused.Inner.Length > 0 ? "Name the IPv4 address itself" : "Remove the rule");

    public static Fault Port(ReadOnlySpan<char> port) => new(
        Malformed,
        $"The port '{Excerpt.Of(port)}' is not a number from 1 to 65535",
        "Write host:8443, or leave the port out for 80 and 443");

    public static Fault Path(ReadOnlySpan<char> path, string flaw) => new(
        Malformed,
        $"The path '{Excerpt.Of(path)}' {flaw}",
        "Write a plain path; '*' stands for anything within a segment, '**' as a whole segment for any number of them");
}
