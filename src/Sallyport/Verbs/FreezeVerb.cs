using System.CommandLine;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport freeze</c>: off means off.</summary>
internal static class FreezeVerb
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "Everything." };
        var agent = Places.Filter("agent", "Every run of one agent.");
        var run = Places.Filter("run", "One run.");
        var reason = new Argument<string>("reason") { Description = "Why; everybody who is refused is shown it." };
        var (state, json) = (Places.State(), Places.Json());
        var list = List();
        var verb = new Command("freeze", "Refuse new requests and cut what is open.") { all, agent, run, reason, state, json, list };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var scope = Scope(parsed.GetValue(all), parsed.GetValue(agent), parsed.GetValue(run));
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var answer = await node.PostAsync(
                "freezes", new FreezeRequest(scope, parsed.GetValue(reason)!), ApiJson.Default.FreezeRequest, ApiJson.Default.FreezeAnswer, cancellation); // required
            if (parsed.GetValue(json))
            {
                Print.Json(answer, ApiJson.Default.FreezeAnswer);
            }
            else
            {
                var freeze = answer.Freezes[0];
                Print.Line($"frozen {freeze.Id} ({freeze.Scope}), {answer.ChannelsCut} open channels cut, entry {answer.Entry ?? "not recorded yet"}");
                Print.Line($"  to lift it: sallyport thaw {freeze.Id}");
            }

            if (answer.Warning is { } warning)
            {
                Print.Warning(
                    new Fault("freeze.warning", warning, "See what is frozen with: sallyport freeze list"),
                    parsed.GetValue(json));
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    /// <summary>The one scope that the options name.</summary>
    internal static string Scope(bool all, string? agent, string? run) => (all, agent, run) switch
    {
        (true, null, null) => "all",
        (false, { } name, null) => $"agent:{name}",
        (false, null, { } id) => $"run:{id}",
        _ => throw new FaultException(new Fault("usage.scope", "A freeze needs exactly one scope.", "Use one of --all, --agent NAME, --run ID."), ExitCode.Usage),
    };

    private static Command List()
    {
        var (state, json) = (Places.State(), Places.Json());
        var list = new Command("list", "Show the active freezes.") { state, json };
        list.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var freezes = await node.GetAsync("freezes", ApiJson.Default.IReadOnlyListFreezeView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(freezes, ApiJson.Default.IReadOnlyListFreezeView);
                return (int)ExitCode.Yes;
            }

            foreach (var freeze in freezes)
            {
                Print.Line($"{freeze.Id,-6} {freeze.Scope,-24} since {Print.Time(freeze.At)} by {freeze.Author}: "
                    + Print.Inert(freeze.Reason));
            }

            if (freezes.Count == 0)
            {
                Print.Line("Nothing is frozen.");
            }

            return (int)ExitCode.Yes;
        });
        return list;
    }
}
