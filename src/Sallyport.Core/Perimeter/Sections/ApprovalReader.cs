using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Decisions.Approvals;
using Sallyport.Egress;
using Sallyport.Identity;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>operators</c> and <c>approvals</c>: who is asked, how long is waited, and who is told.</summary>
internal sealed class ApprovalReader(Findings findings, ReadReferencedFile readFile)
{
    private const int WaitSecondsMax = 600;
    private const int LifetimeSecondsMax = 7 * 24 * 60 * 60;

    private readonly Dictionary<string, Operator> operators = new(StringComparer.Ordinal);

    /// <summary>The rules; every mistake is told.</summary>
    public (ApprovalRules Rules, HookRules Hooks) Read(ConfigNode? people, ConfigNode? approvals)
    {
        foreach (var (key, value) in Section.Named(people, "operators", findings))
        {
            ReadOperator(key, value);
        }

        var rules = ApprovalRules.Default with
        {
            Operators = operators.ToFrozenDictionary(StringComparer.Ordinal),
        };
        return approvals is null
            || Section.Of(approvals, "approvals", findings, "wait", "expire", "open", "webhooks", "command", "link")
                is not { } section
            ? (rules, HookRules.None)
            : (rules with
            {
                Wait = Span(section.Optional("wait"), "wait", rules.Wait, 0, WaitSecondsMax),
                Lifetime = Span(section.Optional("expire"), "expire", rules.Lifetime, 1, LifetimeSecondsMax),
                OpenMax = Number(section.Optional("open"), rules.OpenMax),
            }, ReadHooks(section));
    }

    private void ReadOperator(ConfigNode.Scalar key, ConfigNode value)
    {
        if (!Name.IsValid(key.Text))
        {
            findings.Add(key.Position, $"The operator name {Quote(key.Text)} is not a name", $"Write {Name.Form}");
        }

        var name = $"operator {Quote(key.Text)}";
        if (Section.Of(value, name, findings, "person", "uids", "teams", "key") is not { } section)
        {
            return;
        }

        var uids = ImmutableArray.CreateBuilder<uint>();
        foreach (var item in Section.Items(section.Optional("uids"), $"uids of {name}", findings))
        {
            if (uint.TryParse(
                Section.Text(item, "A uid", findings), NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
            {
                uids.Add(uid);
            }
            else
            {
                findings.Add(item.Position, $"A uid of {name} is no number", "Write what id -u prints: 1000");
            }
        }

        var keyPem = Key(section.Optional("key"), name);
        if (section.Optional("uids") is null or ConfigNode.Sequence { Items.Count: 0 }
            && section.Optional("key") is null)
        {
            findings.Add(
                key.Position, $"{name} has neither uids nor a key, so nothing could prove to be it",
                "Add uids: [1000], or key: with the file that sallyport approval-key new writes");
        }

        operators.Add(key.Text, new Operator(
            key.Text,
            Section.Text(section.Optional("person"), "person", findings) ?? key.Text,
            uids.ToImmutable(),
            [.. Teams(section.Optional("teams"), name)],
            keyPem));
    }

    private IEnumerable<string> Teams(ConfigNode? node, string name)
    {
        foreach (var item in Section.Items(node, $"teams of {name}", findings))
        {
            if (Section.Text(item, "A team", findings) is { } team)
            {
                if (!Name.IsValid(team))
                {
                    findings.Add(item.Position, $"The team name {Quote(team)} is not a name", $"Write {Name.Form}");
                }

                yield return team;
            }
        }
    }

    private string? Key(ConfigNode? node, string name)
    {
        if (Section.Text(node, "key", findings) is not { } path || node is null)
        {
            return null;
        }

        readFile(path, out var pem, out var fault);
        if (pem is null)
        {
            findings.Add(
                node.Position, fault?.Detail ?? $"The file {Quote(path)} cannot be read",
                    fault?.Mend ?? "Put it there");
            return null;
        }

        if (Challenge.FlawOf(pem) is { } flaw)
        {
            findings.Add(
                node.Position, $"The key of {name}, {Quote(path)}, {flaw}",
                "Put the public key there that sallyport approval-key new wrote (P-256 or more)");
            return null;
        }

        return pem;
    }

    private HookRules ReadHooks(Section approvals)
    {
        var webhooks = Section.Items(approvals.Optional("webhooks"), "webhooks", findings)
            .Select(ReadWebhook).OfType<Webhook>().ToImmutableArray();
        var command = Section.Items(approvals.Optional("command"), "command", findings)
            .Select(item => Section.Text(item, "A word of command", findings)).OfType<string>().ToImmutableArray();
        if (command is [{ } program, ..] && program[0] != '/')
        {
            findings.Add(
                approvals.Optional("command")!.Position, // it has a word
                $"command begins with {Quote(program)}", "Write the program's full path, which begins with '/'");
        }

        return new HookRules(
            webhooks, command, Section.Text(approvals.Optional("link"), "link", findings) ?? "");
    }

    private Webhook? ReadWebhook(ConfigNode node)
    {
        if (Section.Of(node, "A webhook", findings, "url", "secret", "address", "ca") is not { } section)
        {
            return null;
        }

        var url = section.Required("url", "https://hooks.example.org/approvals");
        var secretNode = section.Required("secret", "webhook.secret");
        var secret = Section.Text(secretNode, "secret", findings);
        if (secret is not null && (secret.Contains('/', StringComparison.Ordinal) || secret is "." or ".."))
        {
            findings.Add(
                secretNode!.Position, // it has a text
                $"secret is {Quote(secret)}", "Write the name of a file in the state folder, without a path");
            return null;
        }

        return secret is not null
            && new OwnAddressReader(findings, readFile).Read(section, url, "approvals", "The webhook") is { } own
            ? new Webhook(own.Target, own.Rule, own.Upstream, secret)
            : null;
    }

    private TimeSpan Span(ConfigNode? node, string name, TimeSpan usual, int secondsMin, int secondsMax)
    {
        if (node is null || Section.Text(node, name, findings) is not { } text)
        {
            return usual;
        }

        var unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 };
        if (unit > 0
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out var count)
            && (long)count * unit is var seconds && seconds >= secondsMin && seconds <= secondsMax)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        findings.Add(
            node.Position, $"{name} is {Quote(text)}",
            $"Write a number with s, m, h or d, from {secondsMin}s to {secondsMax}s");
        return usual;
    }

    private int Number(ConfigNode? node, int usual)
    {
        if (node is null || Section.Text(node, "open", findings) is not { } text)
        {
            return usual;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is >= 1 and <= ApprovalRules.OpenOfNodeMax)
        {
            return count;
        }

        findings.Add(node.Position, $"open is {Quote(text)}",
            $"Write a number from 1 to {ApprovalRules.OpenOfNodeMax}");
        return usual;
    }
}
