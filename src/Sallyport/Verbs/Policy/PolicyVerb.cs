using System.CommandLine;
using Sallyport.Decisions.Policies;
using Sallyport.Perimeter;

namespace Sallyport.Verbs;

/// <summary><c>sallyport policy</c>: what can be done with policies before a node enforces them.</summary>
internal static class PolicyVerb
{
    private const int NameColumns = 14;

    public static Command Create() => new("policy", "Look into policies and try them out.")
    {
        Schema(), Packs(), PolicyTestVerb.Create(), PolicyExplainVerb.Create(), PolicyDiffVerb.Create(),
        PolicyReplayVerb.Create(), PolicyShadowVerb.Create(), PolicyCoverageVerb.Create(),
        PolicyPermitVerb.Create(),
    };

    private static Command Schema()
    {
        var perimeter = Places.Perimeter();
        var schema = new Command("schema", "Print the Cedar schema that policies of this perimeter are held to.")
        {
            perimeter,
        };
        schema.SetAction(parsed =>
        {
            var (snapshot, _) = CheckVerb.Load(parsed.GetValue(perimeter)!); // has a default
            Print.Raw(Print.InertLines(snapshot.Rules<PolicyRules>().SchemaText.TrimEnd('\n')));
            return (int)ExitCode.Yes;
        });
        return schema;
    }

    private static Command Packs()
    {
        var name = new Argument<string?>("name")
        {
            Description = "Print the text of this pack.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = Places.Json();
        var packs = new Command("packs", "List the packs that come with the program, or print one.") { name, json };
        packs.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is { } wanted)
            {
                Print.Raw(TextOf(wanted).TrimEnd('\n'));
                return (int)ExitCode.Yes;
            }

            foreach (var pack in PolicyPacks.Names)
            {
                Show(pack, parsed.GetValue(json));
            }

            return (int)ExitCode.Yes;
        });
        return packs;
    }

    private static string TextOf(string name) => PolicyPacks.TryRead(name, out var pack)
        ? pack.Text
        : throw new FaultException(
            new Fault("policy.pack", $"There is no pack '{name}'.", Spelling.Mend(name, PolicyPacks.Names)),
            ExitCode.Usage);

    private static void Show(string name, bool json)
    {
        var (says, needs) = (PolicyPacks.SaysOf(name), PolicyPacks.NeedsOf(name));
        if (json)
        {
            var isDefault = PolicyPacks.Default.Contains(name, StringComparer.Ordinal);
            Print.Json(new PackView(name, says, needs, isDefault), PolicyJson.Default.PackView);
            return;
        }

        Print.Line($"{name.PadRight(NameColumns)}{says}");
        if (needs.Count > 0)
        {
            var what = needs.Count == 1 ? "the fact" : "the facts";
            Print.Line($"{new string(' ', NameColumns)}needs {what} {string.Join(", ", needs)}");
        }
    }
}
