using System.CommandLine;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport apply</c>: puts in force what the perimeter folder holds.</summary>
internal static class ApplyVerb
{
    public static Command Create()
    {
        var expect = new Option<string?>("--expect") { Description = "Only if the folder holds exactly this hash." };
        var confirm = new Option<string?>("--confirm") { Description = "Confirm what somebody else has proposed." };
        var withdraw = new Option<string?>("--withdraw") { Description = "Withdraw what waits for a second person." };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("apply", "Put in force what the perimeter folder holds, without a restart.")
        {
            expect, confirm, withdraw, state, json,
        };
        var signing = Signing.On(verb);
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var isJson = parsed.GetValue(json);
            ChangeAnswer? answer = (parsed.GetValue(confirm), parsed.GetValue(withdraw), parsed.GetValue(expect)) switch
            {
                ({ } hash, null, null) => await ConfirmAsync(
                    parsed, node, await PendingAsync(node, hash, cancellation), signing, isJson, cancellation),
                (null, { } hash, null) => await node.DeleteAsync(
                    $"perimeter/pending/{Uri.EscapeDataString(await PendingAsync(node, hash, cancellation))}",
                    ApiJson.Default.ChangeAnswer, cancellation),
                (null, null, var hash) => await ApplyAsync(parsed, node, hash, signing, isJson, cancellation),
                _ => throw new FaultException(
                    new Fault(
                        "usage.apply", "One thing is done at a time.", "Use one of --confirm, --withdraw, --expect."),
                    ExitCode.Usage),
            };
            return answer is null ? (int)ExitCode.Yes : Tell(answer, isJson);
        });
        return verb;
    }

    /// <summary>Says what came of it.</summary>
    internal static int Tell(ChangeAnswer answer, bool json)
    {
        if (json)
        {
            Print.Json(answer, ApiJson.Default.ChangeAnswer);
        }
        else
        {
            Print.Line(Line(answer));
        }

        if (answer.Warning is { } warning)
        {
            Print.Warning(new Fault("perimeter.warning", warning, "See: sallyport status"), json);
        }

        // What waits is not in force.
        return (int)(answer.State == "pending" ? ExitCode.No : ExitCode.Yes);
    }

    private static string Line(ChangeAnswer answer) => answer.State switch
    {
        "applied" =>
            $"in force: {answer.Hash}, {answer.ChannelsCut} open channels cut, {answer.RunsEnded} runs ended, "
            + $"entry {answer.Entry ?? "not recorded yet"}",
        "pending" =>
            $"waits for a second person: sallyport apply --confirm {answer.Hash}",
        "withdrawn" => $"withdrawn: {answer.Hash}",
        _ => "nothing to change",
    };

    private static async Task<string> PendingAsync(NodeClient node, string hash, CancellationToken cancellation) =>
        HashPrefix.Of(
            hash,
            (await node.GetAsync("perimeter", ApiJson.Default.PerimeterStateView, cancellation)).Pending
                .Select(pending => pending.Hash));

    private static async Task<ChangeAnswer?> ConfirmAsync(
        ParseResult parsed, NodeClient node, string hash, Signing signing, bool json, CancellationToken cancellation)
    {
        if (!json && !signing.IsOnlyAsked(parsed))
        {
            PlanVerb.Show(await PlanVerb.AskAsync(node, hash, cancellation), json); // who confirms has seen it
        }

        var what = $"{OperatorDeeds.Confirm}?what={Uri.EscapeDataString(hash)}";
        return !await signing.TrySignAsync(parsed, node, what, cancellation) ? null : await node.PostAsync(
            $"perimeter/pending/{Uri.EscapeDataString(hash)}", new ChangeRequest(hash, Rollback: true),
            ApiJson.Default.ChangeRequest, ApiJson.Default.ChangeAnswer, cancellation);
    }

    private static async Task<ChangeAnswer?> ApplyAsync(
        ParseResult parsed, NodeClient node, string? expected, Signing signing, bool json,
        CancellationToken cancellation)
    {
        var plan = await PlanVerb.AskAsync(node, hash: null, cancellation);
        if (!json && !signing.IsOnlyAsked(parsed))
        {
            PlanVerb.Show(plan, json);
        }

        // What was shown, and nothing that was written meanwhile. What changes nothing, or is not what the folder
        // holds, needs nobody's signature: the node says so.
        var hash = expected is null ? plan.After : HashPrefix.Of(expected, [plan.After]);
        var isSigned = plan.Before == hash || hash != plan.After
            || await signing.TrySignAsync(parsed, node, $"{OperatorDeeds.Apply}?what={hash}", cancellation);
        return isSigned
            ? await node.PostAsync(
                "perimeter/changes", new ChangeRequest(hash, Rollback: false),
                ApiJson.Default.ChangeRequest, ApiJson.Default.ChangeAnswer, cancellation)
            : null;
    }
}
