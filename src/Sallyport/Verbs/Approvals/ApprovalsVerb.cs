using System.CommandLine;
using System.Globalization;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport approvals</c>: what waits for a person.</summary>
internal static class ApprovalsVerb
{
    public static Command Create()
    {
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("approvals", "Show what waits for a person, and how often people are asked.")
        {
            state, json, Show(),
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var holds = await node.GetAsync("holds", ApiJson.Default.HoldsView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(holds, ApiJson.Default.HoldsView);
            }
            else
            {
                List(holds);
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    /// <summary>A ticket as the command line names it; anything else would be another address.</summary>
    internal static string Ticket(ParseResult parsed, Argument<string> argument) =>
        Decisions.Approvals.TicketId.TryParse(parsed.GetValue(argument), out var ticket)
            ? ticket.Text
            : throw new FaultException(ApprovalDesk.Unknown, ExitCode.No);

    /// <summary>The argument of every verb about one ticket.</summary>
    internal static Argument<string> TicketArgument() =>
        new("ticket") { Description = "The ticket, as the denial and sallyport approvals name it (t7k3m9p2x)." };

    /// <summary>Everything about one held act: what a person reads before saying yes.</summary>
    internal static void Show(HoldView hold)
    {
        Print.Line($"{hold.Ticket}  {hold.State}{Answered(hold)}, until {Print.Time(hold.Expires)}");
        Print.Line($"  who      agent {hold.Agent} of {Print.Inert(hold.Owner ?? "nobody")}, run {hold.Run}");
        Print.Line($"  what     {hold.Class} {Print.Inert(hold.Method)} {Print.Inert(hold.Target)}");
        Print.Line($"  why      {Print.Inert(hold.Reason)}");
        Print.Line($"  policies {Print.Inert(string.Join(", ", hold.Policies))}");
        Print.Line($"  labels   {(hold.Labels.Count == 0 ? "none" : string.Join(',', hold.Labels))}");
        Print.Line($"  digest   sha256 {hold.Digest}");
        foreach (var origin in hold.Origins)
        {
            Print.Line($"  doubtful {Print.Inert(origin)}");
        }

        if (hold.BodyStart is { } body)
        {
            foreach (var field in hold.Values)
            {
                var value = field.Value ?? "(not shown: it may be a credential)";
                Print.Line($"  field    {Print.Inert(field.Name)}: {Print.Inert(value)}");
            }

            Print.Line($"  body     {hold.BodyBytes} bytes{(hold.BodyBytes > 4096
                ? hold.IsShown ? ", the first 4096 (all of it: --body FILE):" : ", the first 4096 (no more is kept):"
                : "")}");
            foreach (var line in body.Split('\n').Where(_ => body.Length > 0))
            {
                Print.Line($"    | {Print.Inert(line)}");
            }
        }
        else
        {
            Print.Line("  body     not kept over the restart of the node: only its digest is");
        }

        Print.Line(hold.Approvers.Count > 0
            ? $"  may      {string.Join(", ", hold.Approvers)} may approve it"
            : "  may      NOBODY may approve it: the policies let none of the operators");
        if (hold.Identical.Count > 0)
        {
            Print.Line($"  identical acts that wait too: {string.Join(' ', hold.Identical)} "
                + "(--identical answers them all)");
        }
    }

    private static Command Show()
    {
        var (ticket, state, json) = (TicketArgument(), Places.State(), Places.Json());
        var body = new Option<string?>("--body")
        {
            Description = "Write its whole body to this new file, byte for byte.",
        };
        var show = new Command("show", "Show one held act whole, before you say yes.") { ticket, body, state, json };
        show.SetAction(async (parsed, cancellation) =>
        {
            var id = Ticket(parsed, ticket);
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var hold = await node.GetAsync($"holds/{id}", ApiJson.Default.HoldView, cancellation);
            if (parsed.GetValue(body) is { } file)
            {
                await WriteAsync(file, await node.BytesAsync($"holds/{id}/body", cancellation), cancellation);
            }

            if (parsed.GetValue(json))
            {
                Print.Json(hold, ApiJson.Default.HoldView);
                return (int)ExitCode.Yes;
            }

            Show(hold);
            if (hold.State == "open")
            {
                Print.Line($"To let it pass once: sallyport approve {id}; else: sallyport decline {id} REASON");
            }

            return (int)ExitCode.Yes;
        });
        return show;
    }

    // It is somebody else's text: it replaces nothing, and only its owner can read it.
    private static async Task WriteAsync(string file, byte[] body, CancellationToken cancellation)
    {
        try
        {
            await using var stream = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            await stream.WriteAsync(body, cancellation);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                new Fault("approval.body", $"The body cannot be written: {failed.Message}",
                    "Name a file that is not there, in a folder of yours."),
                ExitCode.Configuration);
        }
    }

    private static void List(HoldsView holds)
    {
        foreach (var hold in holds.Holds)
        {
            var line = $"{hold.Ticket}  {hold.State,-8} {hold.Agent} {Print.Inert(hold.Method)} "
                + $"{Print.Inert(hold.Target)}  until {Print.Time(hold.Expires)}{Answered(hold)}";
            Print.Line(line);
            Print.Line($"           {Print.Inert(hold.Reason)}");
        }

        if (holds.Holds.Count == 0)
        {
            Print.Line("Nothing waits for a person.");
        }

        foreach (var run in holds.Runs)
        {
            Print.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"  run {run.Run} of {run.Agent} has asked {Print.Count(run.Opened, "time")}, {run.PerHour} an hour"));
        }

        Print.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{holds.Load.Waiting} wait; {holds.Load.PerRunHour} asked per run and hour. Operators: {People(holds)}"));
    }

    private static string People(HoldsView holds) => holds.Operators.Count == 0
        ? "none (name them under operators: in perimeter/sallyport.yaml)"
        : string.Join(", ", holds.Operators.Select(one => one.Name + (one.HasKey ? " (key)" : "")));

    private static string Answered(HoldView hold) => hold.By.Length == 0 ? ""
        : $" by {Print.Inert(hold.By)}{(hold.Answer.Length > 0 ? $": {Print.Inert(hold.Answer)}" : "")}";
}
