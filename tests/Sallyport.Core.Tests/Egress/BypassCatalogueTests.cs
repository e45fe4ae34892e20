using System.Text.Json;
using Sallyport.Decisions;
using static Sallyport.Egress.Tests.Perimeters;

namespace Sallyport.Egress.Tests;

// Every catalogued request whose verdict the request line alone decides: the target parser and the rules. Those that
// turn on
// headers, framing, TLS or DNS need the real node, and are counted here as left to it.
public sealed class BypassCatalogueTests
{
    private static readonly string[] Verdicts = ["allow", "deny-403", "reject-400"];

    [Fact]
    public void Every_request_line_of_the_catalogue_gets_its_verdict()
    {
        var lines = SharedFiles.Lines("egress/bypass-cases.jsonl");
        using var policy = JsonDocument.Parse(lines[0]);
        var rules = Rules(
            [.. policy.RootElement.GetProperty("policy").GetProperty("allow").EnumerateArray().Select(Written)]);
        var (ran, left, wrong) = (0, 0, new List<string>());
        foreach (var line in lines.Skip(1).Where(text => text.Length > 0))
        {
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement;
            var verdict = entry.GetProperty("kind").GetString() == "bytes"
                ? Verdict(rules, entry.GetProperty("request").GetString() ?? "")
                : null;
            string[] expected = [.. (entry.GetProperty("expected").GetString() ?? "").Split('|').Select(
                word => word.Replace("-and-close", "", StringComparison.Ordinal))];
            if (verdict is null || !Decidable(expected, verdict, entry.GetProperty("request").GetString() ?? ""))
            {
                left++;
                continue;
            }

            ran++;
            if (!expected.Contains(verdict, StringComparer.Ordinal))
            {
                wrong.Add(
                    $"{entry.GetProperty("id").GetString()}: expected {string.Join('|', expected)}, got {verdict}");
            }
        }

        Console.WriteLine(
            $"COUNT egress/bypass-cases.jsonl: {ran} cases ran on target and rules, {left} are left to the node");
        Assert.True(ran > 0, "No case ran.");
        Assert.Empty(wrong);
    }

    // The catalogue writes a path apart from its host; we write them together.
    private static string Written(JsonElement rule) =>
        (rule.GetString() ?? "").Replace(" /", "/", StringComparison.Ordinal);

    private static string? Verdict(EgressRules rules, string request)
    {
        if (request.StartsWith("rule:", StringComparison.Ordinal))
        {
            return request["rule:".Length..].Split('|').Any(text => RulePattern.TryParse(text.Trim(), out _, out _))
                ? "accepted"
                : "config-error";
        }

        var line = request.Split('\r', '\n')[0];
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !line.Contains("HTTP/1.", StringComparison.Ordinal))
        {
            return null;
        }

        // Everything between the method and the version is the target: a second token makes it malformed.
        var method = line[..space];
        var rest = line[(space + 1)..];
        var text = rest.LastIndexOf(" HTTP/1.", StringComparison.Ordinal) is var version and >= 0
            ? rest[..version]
            : rest;
        Target? target;
        var parsed = method == "CONNECT"
            ? Target.TryFromAuthority(text, out target, out _)
            : Target.TryFromAbsoluteForm(text, out target, out _);
        if (!parsed || target is null)
        {
            return "reject-400";
        }

        var match = target.IsAuthority
            ? rules.MatchConnect(Research, target, out _)
            : rules.Match(Research, method, target, out _);
        return match is RuleMatch.Allowed ? "allow" : "deny-403";
    }

    // A line that is allowed here may still be refused for what follows it.
    private static bool Decidable(string[] expected, string verdict, string request)
    {
        if (expected is ["config-error"])
        {
            return true;
        }

        if (!expected.All(Verdicts.Contains))
        {
            return false;
        }

        var head = request.Split("\r\n");
        var plain = head is [_, var host, "", ""] && host.StartsWith("Host: ", StringComparison.Ordinal);
        return plain || verdict != "allow" || expected.Contains("allow", StringComparer.Ordinal);
    }
}
