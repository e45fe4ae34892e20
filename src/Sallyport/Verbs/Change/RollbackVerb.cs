using System.CommandLine;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport rollback</c>: puts in force again what was in force before.</summary>
internal static class RollbackVerb
{
    public static Command Create()
    {
        var hash = new Argument<string?>("hash")
        {
            Description = "Which kept snapshot; without it one step further back.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var list = new Option<bool>("--list") { Description = "List the kept snapshots instead." };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("rollback", "Put in force again what was in force before. The files stay as they are.")
        {
            hash, list, state, json,
        };
        var signing = Signing.On(verb);
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var known = await node.GetAsync("perimeter", ApiJson.Default.PerimeterStateView, cancellation);
            if (parsed.GetValue(list))
            {
                List(known, parsed.GetValue(json));
                return (int)ExitCode.Yes;
            }

            var given = parsed.GetValue(hash);
            var named = given is null ? known.Previous : HashPrefix.Of(given, known.Kept);
            var wanted = named ?? throw new FaultException(
                new Fault(
                    "perimeter.no-previous", "Nothing further back was in force.",
                    "See what is kept: sallyport rollback --list"),
                ExitCode.No);
            if (!parsed.GetValue(json) && !signing.IsOnlyAsked(parsed))
            {
                PlanVerb.Show(await PlanVerb.AskAsync(node, wanted, cancellation), json: false);
            }

            if (wanted != known.Hash && !await signing.TrySignAsync(
                parsed, node, $"{OperatorDeeds.Rollback}?what={Uri.EscapeDataString(wanted)}", cancellation))
            {
                return (int)ExitCode.Yes;
            }

            var answer = await node.PostAsync(
                "perimeter/changes", new ChangeRequest(wanted, Rollback: true), ApiJson.Default.ChangeRequest,
                ApiJson.Default.ChangeAnswer, cancellation);
            return ApplyVerb.Tell(answer, parsed.GetValue(json));
        });
        return verb;
    }

    private static void List(PerimeterStateView known, bool json)
    {
        if (json)
        {
            Print.Json(known, ApiJson.Default.PerimeterStateView);
            return;
        }

        // Newest first; what was never in force (a proposal) has no time.
        foreach (var use in known.Uses.Where(use => known.Kept.Contains(use.Hash, StringComparer.Ordinal)))
        {
            var by = use.Author.Length > 0 ? $" by {use.Author}" : "";
            var mark = use.Hash == known.Hash ? "  in force" : use.Hash == known.Previous ? "  rollback goes here" : "";
            Print.Line(Print.Inert($"{use.Hash}  {Print.Time(use.At)} {use.Change}{by}{mark}"));
        }

        foreach (var hash in known.Kept.Where(hash => known.Uses.All(use => use.Hash != hash))
            .Order(StringComparer.Ordinal))
        {
            Print.Line($"{hash}  never in force");
        }
    }
}
