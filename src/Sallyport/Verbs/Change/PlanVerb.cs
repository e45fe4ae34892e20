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
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("plan", "Show what 'apply' would change. Exit code 0 only if that is nothing.")
        {
            hash, state, json,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var plan = await AskAsync(node, parsed.GetValue(hash), cancellation);
            Show(plan, parsed.GetValue(json));
            return (int)(plan.Before == plan.After ? ExitCode.Yes : ExitCode.No);
        });
        return verb;
    }

    /// <summary>The plan for the folder, or for a kept snapshot.</summary>
    internal static Task<PlanView> AskAsync(NodeClient node, string? hash, CancellationToken cancellation) =>
        node.GetAsync(
            hash is null ? "perimeter/plan" : $"perimeter/plan?hash={Uri.EscapeDataString(hash)}",
            ApiJson.Default.PlanView, cancellation);

    internal static void Show(PlanView plan, bool json)
    {
        if (json)
        {
            Print.Json(plan, ApiJson.Default.PlanView);
            return;
        }

        foreach (var line in PlanLines.Of(plan))
        {
            Print.Line(Print.Inert(line));
        }
    }
}
