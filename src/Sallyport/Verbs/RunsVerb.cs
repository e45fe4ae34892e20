using System.CommandLine;
using Sallyport.Console;
using Sallyport.Identity;

namespace Sallyport.Verbs;

/// <summary><c>sallyport runs</c>: what is open, and what it has read.</summary>
internal static class RunsVerb
{
    public static Command Create()
    {
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("runs", "Show the open runs and the labels they carry.") { state, json, End() };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var runs = await node.GetAsync("runs", ApiJson.Default.IReadOnlyListRunView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(runs, ApiJson.Default.IReadOnlyListRunView);
                return (int)ExitCode.Yes;
            }

            foreach (var run in runs)
            {
                Print.Line($"{run.Run}  {run.Agent} ({run.Role}, {run.Confinement})  labels: {(run.Labels.Count == 0 ? "none" : string.Join(',', run.Labels))}  channels: {run.Channels}{(run.Frozen is { } freeze ? $"  FROZEN by {freeze}" : "")}");
            }

            var series = await node.GetAsync("series", ApiJson.Default.IReadOnlyListSeriesView, cancellation);
            foreach (var one in series)
            {
                var now = one.Run is { } open ? $"round {one.Round} is run {open}"
                    : one.Next is { } next
                        ? $"round {one.Round} has ended, the next is due at {Print.Time(next)}"
                    : $"round {one.Round} has ended";
                var every = TimeSpan.FromSeconds(one.EverySeconds);
                Print.Line($"series {one.Series}  {one.Agent}, every {every:c}: {now}");
            }

            if (runs.Count == 0 && series.Count == 0)
            {
                Print.Line("No run is open. Start one with: sallyport run --agent NAME -- COMMAND");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static Command End()
    {
        var id = new Argument<string>("id") { Description = "The run." };
        var (state, json) = (Places.State(), Places.Json());
        var end = new Command("end", "End a run: its token is refused and what it has open is cut.")
        {
            id, state, json,
        };
        var signing = Signing.On(end);
        end.SetAction(async (parsed, cancellation) =>
        {
            if (!RunId.TryParse(parsed.GetValue(id), out var run))
            {
                // Here and not only at the node: "" and ".." would be another address.
                throw new FaultException(AdminApi.RunUnknown, ExitCode.No);
            }

            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            if (!await signing.TrySignAsync(parsed, node, $"{OperatorDeeds.EndRun}?what={run.Text}", cancellation))
            {
                return (int)ExitCode.Yes;
            }

            await node.DeleteAsync($"runs/{run.Text}", cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(new RunEndView(run.Text), VerbJson.Default.RunEndView);
            }
            else
            {
                Print.Line("ended");
            }

            return (int)ExitCode.Yes;
        });
        return end;
    }
}
