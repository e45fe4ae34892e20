using System.CommandLine;
using Sallyport.Console;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary>What operators do with kept bodies: hold, release, drop. Each asks for a reason, and is signed where the
/// user proves nothing.</summary>
internal static class ContentActs
{
    public static Command Hold()
    {
        var reason = Reason();
        var digest = new Option<string?>("--digest") { Description = "This body: SHA-256, 64 hex digits." };
        var run = Places.Filter("run", "What this run sent and got.");
        var agent = Places.Filter("agent", "What this agent sent and got, and will.");
        var since = Places.Filter("since", "Only from this time on (2026-01-31T12:00:00Z), or the last 15m, 2h, 7d.");
        digest.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !ContentScope.IsWhole(given))
            {
                result.AddError(Usage.NotOne("--digest", given, "64 hex digits in lower case"));
            }
        });
        var verb = new Command(
            "hold", "Keep bodies beyond their time, those that come later too, until it is released. It needs one of "
            + "--digest, --run, --agent and --since, or more: all of them are to fit.")
        { reason, digest, run, agent, since };
        return Acting(verb, parsed =>
        {
            var scope = new ContentScope
            {
                Digest = parsed.GetValue(digest),
                Run = RunId.TryParse(parsed.GetValue(run) ?? "", out var id) ? id : null,
                Agent = AgentId.TryParse(parsed.GetValue(agent) ?? "", out var name) ? name : null,
                Since = LogQuery.TrySince(
                    parsed.GetValue(since) ?? "", TimeProvider.System.GetUtcNow(), out var at) ? at : null,
            };
            var text = $"{scope}";
            if (text.Length == 0)
            {
                throw new FaultException(
                    new Fault(
                        "content.scope", "A legal hold of everything would keep all bodies for good.",
                        "Say which: --digest, --run, --agent or --since."),
                    ExitCode.Usage);
            }

            return new Act(
                OperatorDeeds.HoldContent, text,
                (node, cancellation) => node.PostAsync(
                    "content/holds", new HoldContentRequest(text, parsed.GetRequiredValue(reason)),
                    ApiJson.Default.HoldContentRequest, ApiJson.Default.ContentAnswer, cancellation),
                answer => $"legal hold {answer.Hold} on {text}, entry {answer.Entry}");
        });
    }

    public static Command Release()
    {
        var hold = new Argument<string>("hold") { Description = "The legal hold, as content list names it (c1)." };
        var reason = Reason();
        var verb = new Command("release", "End a legal hold: what is over its time is dropped then.") { hold, reason };
        return Acting(verb, parsed =>
        {
            var name = parsed.GetRequiredValue(hold);
            return new Act(
                OperatorDeeds.ReleaseContent, name,
                (node, cancellation) => node.PostAsync(
                    $"content/holds/{Uri.EscapeDataString(name)}/release",
                    new ContentReason(parsed.GetRequiredValue(reason)),
                    ApiJson.Default.ContentReason, ApiJson.Default.ContentAnswer, cancellation),
                answer => $"legal hold {answer.Hold} released, entry {answer.Entry}");
        });
    }

    public static Command Drop()
    {
        var (digest, reason) = (ContentVerb.Digest(), Reason());
        var verb = new Command("drop", "Drop a body now. The log keeps its digest, and verifies as before.")
        {
            digest, reason,
        };
        return Acting(verb, parsed =>
        {
            var name = parsed.GetRequiredValue(digest);
            return new Act(
                OperatorDeeds.DropContent, name,
                (node, cancellation) => node.PostAsync(
                    $"content/{name}/drop", new ContentReason(parsed.GetRequiredValue(reason)),
                    ApiJson.Default.ContentReason, ApiJson.Default.ContentAnswer, cancellation),
                answer => $"dropped {name[..12]}, entry {answer.Entry}");
        });
    }

    private static Argument<string> Reason() => new("reason") { Description = "Why, for the ledger." };

    private static Command Acting(Command verb, Func<ParseResult, Act> actOf)
    {
        var (state, json) = (Places.State(), Places.Json());
        verb.Options.Add(state);
        verb.Options.Add(json);
        var signing = Signing.On(verb);
        verb.SetAction(async (parsed, cancellation) =>
        {
            var act = actOf(parsed);
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            if (!await signing.TrySignAsync(
                parsed, node, $"{act.Name}?what={Uri.EscapeDataString(act.What)}", cancellation))
            {
                return (int)ExitCode.Yes;
            }

            var answer = await act.Do(node, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(answer, ApiJson.Default.ContentAnswer);
            }
            else
            {
                Print.Line(act.Told(answer));
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private sealed record Act(
        string Name, string What, Func<NodeClient, CancellationToken, Task<ContentAnswer>> Do,
        Func<ContentAnswer, string> Told);
}
