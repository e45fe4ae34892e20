using System.CommandLine;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport plan</c>: what <c>apply</c> would change.</summary>
internal static class PlanVerb
{
    public static Command Create()
    {
        var hash = new Argument<string?>("hash")
        {
            Description = "A kept snapshot, instead of what the folder holds.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var full = new Option<bool>("--full") { Description = "Print the text of packs that change too." };
        var replay = new Option<bool>("--replay")
        {
            Description = "Say also what the folder would have answered otherwise to what the ledger records.",
        };
        var since = Places.Filter("since", "With --replay: only decisions since then: 90m, 12h, 7d, or a time in UTC.");
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("plan", "Show what 'apply' would change. Exit code 0 only if that is nothing.")
        {
            hash, full, replay, since, state, json,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var wanted = parsed.GetValue(hash) is { } given
                ? HashPrefix.Of(
                    given,
                    (await node.GetAsync("perimeter", ApiJson.Default.PerimeterStateView, cancellation)).Kept)
                : null;
            var plan = await AskAsync(node, wanted, cancellation);
            Show(plan, parsed.GetValue(json), parsed.GetValue(full));
            if (parsed.GetValue(replay))
            {
                var folder = wanted is null
                    ? (await node.GetAsync("perimeter", ApiJson.Default.PerimeterStateView, cancellation)).Folder
                    : throw new FaultException(
                        new Fault(
                            "usage.plan", "A replay is of what the folder holds, not of a kept snapshot.",
                            "Leave out HASH, or --replay."),
                        ExitCode.Usage);
                PolicyReplayVerb.Show(
                    parsed.GetValue(state)!, folder, parsed.GetValue(since), parsed.GetValue(json), "--perimeter");
            }

            return (int)(plan.Before == plan.After ? ExitCode.Yes : ExitCode.No);
        });
        return verb;
    }

    /// <summary>The plan for the folder, or for a kept snapshot.</summary>
    internal static Task<PlanView> AskAsync(NodeClient node, string? hash, CancellationToken cancellation) =>
        node.GetAsync(
            hash is null ? "perimeter/plan" : $"perimeter/plan?hash={Uri.EscapeDataString(hash)}",
            ApiJson.Default.PlanView, cancellation);

    internal static void Show(PlanView plan, bool json, bool isFull = false)
    {
        if (json)
        {
            Print.Json(plan, ApiJson.Default.PlanView);
            return;
        }

        foreach (var line in PlanLines.Of(plan, isFull))
        {
            Print.Line(Print.Inert(line));
        }
    }
}
