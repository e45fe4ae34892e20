using System.CommandLine;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport approve</c>: lets one held act pass, once.</summary>
internal static class ApproveVerb
{
    public static Command Create()
    {
        var ticket = ApprovalsVerb.TicketArgument();
        var reason = new Option<string?>("--reason") { Description = "Why, for the record." };
        var identical = new Option<bool>("--identical")
        {
            Description = "With it every open ticket of an identical act, byte for byte.",
        };
        var key = new Option<string?>("--key")
        {
            Description = "Sign with this key (see: sallyport approval-key); its passphrase is asked for.",
        };
        var challenge = new Option<bool>("--challenge")
        {
            Description = "Only print what is signed, to sign it on another machine.",
        };
        var signature = new Option<string?>("--signature")
        {
            Description = "The signature of the challenge, base64, from wherever it was made.",
        };
        var unseen = new Option<bool>("--unseen")
        {
            Description = "Approve though not all of it can be shown any more.",
        };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("approve", "Let one held act pass, once.")
        {
            ticket, reason, identical, unseen, key, challenge, signature, state, json,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var id = ApprovalsVerb.Ticket(parsed, ticket);
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var all = parsed.GetValue(identical);
            if (parsed.GetValue(challenge))
            {
                var asked = await node.GetAsync($"holds/{id}", ApiJson.Default.HoldView, cancellation);
                await System.Console.Out.WriteAsync(all ? asked.ChallengeIdentical : asked.Challenge);
                return (int)ExitCode.Yes;
            }

            var signed = parsed.GetValue(signature);
            if (parsed.GetValue(key) is { } file)
            {
                // What is signed is shown before the passphrase is asked for.
                var hold = await node.GetAsync($"holds/{id}", ApiJson.Default.HoldView, cancellation);
                Print.Note($"{hold.Class} {Print.Inert(hold.Method)} {Print.Inert(hold.Target)}");
                Print.Note($"  by agent {hold.Agent}, run {hold.Run}, sha256 {hold.Digest}");
                Refuse(hold, parsed.GetValue(unseen));
                signed = ApprovalKey.Sign(file, all ? hold.ChallengeIdentical : hold.Challenge);
            }

            var answer = await node.PostAsync(
                $"holds/{id}/approve",
                new ApproveRequest(parsed.GetValue(reason) ?? "", all, signed, parsed.GetValue(unseen)),
                ApiJson.Default.ApproveRequest,
                ApiJson.Default.AnswerView,
                cancellation);
            Tell(answer, parsed.GetValue(json));
            return (int)ExitCode.Yes;
        });
        return verb;
    }

    // What will be refused anyway is said before anybody types a passphrase.
    private static void Refuse(HoldView hold, bool unseen)
    {
        if (hold.Approvers.Count == 0)
        {
            throw new FaultException(
                new Fault(
                    "approval.nobody", $"The policies let no operator approve {hold.Ticket}, whoever signs.",
                    "Look who may and why not: sallyport approvals show; sallyport check warns of such dead ends."),
                ExitCode.No);
        }

        if (!hold.IsShown && !unseen)
        {
            throw new FaultException(
                new Fault(
                    "approval.unseen", $"Not all of {hold.Ticket} can be shown any more, so nobody can have looked.",
                    $"Decline it, and the agent asks again; or: sallyport approve {hold.Ticket} --unseen"),
                ExitCode.No);
        }
    }

    /// <summary>What was answered.</summary>
    internal static void Tell(AnswerView answer, bool json)
    {
        if (json)
        {
            Print.Json(answer, ApiJson.Default.AnswerView);
            return;
        }

        Print.Line(answer.State == "given"
            ? $"approved {string.Join(' ', answer.Tickets)} as {Print.Inert(answer.By)}: each passes once, "
                + "when the same run "
                + $"sends the same request again, until {Print.Time(answer.Until)}"
            : $"declined {string.Join(' ', answer.Tickets)} as {Print.Inert(answer.By)}: the agent is told the reason");
        foreach (var skipped in answer.Skipped)
        {
            Print.Line($"  not {Print.Inert(skipped)}");
        }
    }
}

/// <summary><c>sallyport decline</c>: says no, with a reason that the agent is told.</summary>
internal static class DeclineVerb
{
    public static Command Create()
    {
        var ticket = ApprovalsVerb.TicketArgument();
        var reason = new Argument<string>("reason") { Description = "Why: the agent is told." };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("decline", "Say no to a held act, and why.") { ticket, reason, state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var id = ApprovalsVerb.Ticket(parsed, ticket);
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var answer = await node.PostAsync(
                $"holds/{id}/decline",
                new DeclineRequest(parsed.GetValue(reason)!), // required
                ApiJson.Default.DeclineRequest,
                ApiJson.Default.AnswerView,
                cancellation);
            ApproveVerb.Tell(answer, parsed.GetValue(json));
            return (int)ExitCode.Yes;
        });
        return verb;
    }
}
