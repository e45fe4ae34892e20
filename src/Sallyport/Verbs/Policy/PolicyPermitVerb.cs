using System.CommandLine;
using System.Text.Json;
using Sallyport.Console;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Identity;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy permit</c>: writes the narrowest rule that would allow a denied act into the perimeter
/// folder, as a proposal, and shows what it would change. It puts nothing in force.</summary>
internal static class PolicyPermitVerb
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The entry of the denial (see: sallyport log)." };
        var state = Places.State();
        var verb = new Command("permit", "Write the narrowest rule that allows a denied act, as a proposal.")
        {
            id, state,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var entry = parsed.GetValue(id)!; // required
            var why = await node.GetAsync(
                $"why/{Uri.EscapeDataString(entry)}?limit=1", ApiJson.Default.WhyView, cancellation);
            var (agent, rule) = Wanted(why.Action, entry);
            var known = await node.GetAsync("perimeter", ApiJson.Default.PerimeterStateView, cancellation);
            if (IsAllowed(known.Folder, agent, why.Action))
            {
                // A second rule would never be asked.
                Print.Line(Print.Inert(
                    $"the files in {known.Folder} allow it already: nothing is written. \"{rule}\" is not needed"));
            }
            else
            {
                Write(Path.Combine(known.Folder, PerimeterFolder.FileName), agent, rule, entry);
                Print.Line(Print.Inert($"proposed: \"{rule}\" for the role of {agent}, in {known.Folder}"));
            }

            PlanVerb.Show(await PlanVerb.AskAsync(node, hash: null, cancellation), json: false);
            Print.Line("To put it in force: sallyport apply");
            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static bool IsAllowed(string folder, string agent, JsonElement decision) =>
        PerimeterFolder.Load(folder).Compiled is { } compiled && AgentId.TryParse(agent, out var id)
        && compiled.Agents.Any(known => known.Id == id)
        && Target.TryFromAbsoluteForm(Text(decision, "target"), out var target, out _)
        && compiled.Rules.Match(id, Text(decision, "method"), target, out _) is RuleMatch.Allowed;

    private static (string Agent, string Rule) Wanted(JsonElement decision, string entry)
    {
        var code = Text(decision, "code");
        if (Text(decision, "verdict") == "allow")
        {
            throw No("permit.allowed", "It was allowed: there is nothing to permit.", "Name the entry of a denial.");
        }

        if (code is not ("egress.not-allowed" or "egress.method-or-path"))
        {
            throw No(
                "permit.no-rule", $"No rule lifts {code}: {Reason(decision, code)}.", MendOf(decision, code, entry));
        }

        return NarrowestRule.For(Text(decision, "method"), Text(decision, "target")) is { } rule
            ? (Text(decision, "agent"), rule)
            : throw No(
                "permit.no-rule", "No rule can name exactly this method and path.",
                "If it is meant, write one for a plain method and path by hand.");
    }

    private static string Reason(JsonElement decision, string code) => (code, Text(decision, "policies")) switch
    {
        ("egress.forbidden", _) => $"the deny rule {Text(decision, "rule")} names it, and deny wins over allow",
        (_, { Length: > 0 } policies) => $"it is the word of the policy {policies}",
        _ => "it is not a matter of allow lists",
    };

    private static string MendOf(JsonElement decision, string code, string entry) => (
        code, Text(decision, "policies")) switch
    {
        ("approval.required", _) =>
            "The policy asks a person about each act: have this one approved, rather than changing the policy.",
        ("egress.forbidden", _) => "Narrow or remove that rule by hand, then: sallyport plan",
        ("policy.not-permitted", _) => "Add the pack allow-list to policies:, or a permit that covers it.",
        (_, { Length: > 0 }) =>
            $"What the policy asks for is in its text: sallyport policy packs, sallyport policy explain {entry}. "
            + "To change it for everybody is a decision that no command takes for you.",
        _ => $"What the denial itself says mends it: sallyport why {entry}",
    };

    private static void Write(string path, string agent, string rule, string entry)
    {
        try
        {
            var (yaml, note) = (File.ReadAllBytes(path), $"proposed for {entry}");
            if (!RuleProposal.TryAdd(yaml, agent, rule, note, out var text, out var fault))
            {
                throw new FaultException(fault, ExitCode.No);
            }

            // Whole or not at all, with the mode that the file has.
            var next = path + ".next";
            File.Copy(path, next, overwrite: true);
            File.WriteAllBytes(next, text);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                new Fault(
                    "perimeter.unwritable", $"{path} cannot be written: {failed.Message}",
                    $"Write the rule by hand into the role's allow list: \"{rule}\""),
                ExitCode.Configuration);
        }
    }

    private static string Text(JsonElement entry, string member) =>
        entry.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()!
            : "";

    private static FaultException No(string code, string detail, string mend) =>
        new(new Fault(code, detail, mend), ExitCode.No);
}
