using System.CommandLine;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport thaw</c>: lifts a freeze, after its record is on the disk.</summary>
internal static class ThawVerb
{
    public static Command Create()
    {
        var id = new Argument<string?>("id") { Description = "The freeze's id (see: sallyport freeze list).", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Lift every freeze." };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("thaw", "Lift a freeze.") { id, all, state, json };
        var signing = Signing.On(verb);
        verb.SetAction(async (parsed, cancellation) =>
        {
            var wanted = (parsed.GetValue(all), parsed.GetValue(id)) switch
            {
                (true, null) => "all",
                (false, { } one) when one != "all" => one,
                _ => throw new FaultException(new Fault("usage.thaw", "Say which freeze to lift.", "sallyport thaw ID, or sallyport thaw --all"), ExitCode.Usage),
            };
            if (wanted is "" or "." or "..")
            {
                // Here and not only at the node: these would be another address.
                throw new FaultException(AdminApi.FreezeUnknown(wanted), ExitCode.No);
            }

            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            if (!await IsNothingAsync(node, wanted, signing.IsOnlyAsked(parsed), cancellation)
                && !await signing.TrySignAsync(
                parsed, node, $"{OperatorDeeds.Thaw}?what={Uri.EscapeDataString(wanted)}", cancellation))
            {
                return (int)ExitCode.Yes;
            }

            var answer = await node.DeleteAsync($"freezes/{Uri.EscapeDataString(wanted)}", ApiJson.Default.FreezeAnswer, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(answer, ApiJson.Default.FreezeAnswer);
            }
            else
            {
                Print.Line(answer.Freezes.Count == 0 ? "Nothing was frozen." : $"thawed {string.Join(' ', answer.Freezes.Select(freeze => freeze.Id))}, entry {answer.Entry}");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    // Then there is nothing to sign, and the answer is that of an unsigned thaw.
    private static async Task<bool> IsNothingAsync(
        NodeClient node, string wanted, bool isOnlyAsked, CancellationToken cancellation) =>
        wanted == "all" && !isOnlyAsked
        && (await node.GetAsync("freezes", ApiJson.Default.IReadOnlyListFreezeView, cancellation)).Count == 0;
}
