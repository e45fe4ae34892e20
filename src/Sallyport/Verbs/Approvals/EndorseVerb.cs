using System.CommandLine;
using System.Globalization;
using Sallyport.Console;
using Sallyport.Decisions.Approvals;
using Sallyport.Identity;

namespace Sallyport.Verbs;

/// <summary><c>sallyport endorse</c>: words of untrusted text become a person's own, for one act of one run.</summary>
internal static class EndorseVerb
{
    public static Command Create()
    {
        var digest = new Argument<string>("digest")
        {
            Description = "The item, as the denial, sallyport why and approvals show name it (64 hex digits).",
        };
        var run = Run();
        var reason = new Option<string?>("--reason") { Description = "Why, for the record." };
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
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("endorse", "Make words that a run was stopped for your own, for one act of that run.")
        {
            digest, run, reason, key, challenge, signature, state, json, List(),
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var id = Id(parsed, run);
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var item = await FindAsync(node, id, parsed.GetValue(digest)!, cancellation); // required
            if (parsed.GetValue(challenge))
            {
                await System.Console.Out.WriteAsync(item.Challenge);
                return (int)ExitCode.Yes;
            }

            var signed = parsed.GetValue(signature);
            if (parsed.GetValue(key) is { } file)
            {
                foreach (var line in Lines(item)) // What is signed is shown before the passphrase is asked for.
                {
                    Print.Note(line);
                }

                signed = ApprovalKey.Sign(file, item.Challenge);
            }

            var endorsed = await node.PostAsync(
                $"runs/{id}/items/{item.Digest}/endorse",
                new EndorseRequest(parsed.GetValue(reason) ?? "", signed),
                ApiJson.Default.EndorseRequest,
                ApiJson.Default.EndorsedView,
                cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(endorsed, ApiJson.Default.EndorsedView);
                return (int)ExitCode.Yes;
            }

            Print.Line($"endorsed as {Print.Inert(endorsed.By)}: the words count as yours in the next act of run "
                + $"{endorsed.Run} that says them there, once, "
                + $"until {Print.Time(endorsed.Until)}");
            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static Option<string> Run() => new("--for") { Description = "The run.", Required = true };

    private static RunId Id(ParseResult parsed, Option<string> option) =>
        RunId.TryParse(parsed.GetValue(option), out var run)
            ? run
            : throw new FaultException(AdminApi.RunUnknown, ExitCode.No); // "" and ".." would be another address.

    private static Command List()
    {
        var (run, state, json) = (Run(), Places.State(), Places.Json());
        var list = new Command("list", "Show the words of untrusted text that a run was stopped for.")
        {
            run, state, json,
        };
        list.SetAction(async (parsed, cancellation) =>
        {
            var id = Id(parsed, run);
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var items = await ItemsAsync(node, id, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(items, ApiJson.Default.IReadOnlyListItemView);
                return (int)ExitCode.Yes;
            }

            foreach (var item in items)
            {
                Print.Line($"{item.Digest}  {item.State}");
                foreach (var line in Lines(item))
                {
                    Print.Line($"  {line}");
                }
            }

            if (items.Count == 0)
            {
                Print.Line("This run has not been stopped for words of untrusted text.");
            }

            return (int)ExitCode.Yes;
        });
        return list;
    }

    private static async Task<ItemView> FindAsync(
        NodeClient node, RunId run, string digest, CancellationToken cancellation)
    {
        if (digest.Length != EndorsableItem.DigestLength || !digest.All(char.IsAsciiHexDigitLower))
        {
            throw new FaultException(
                new Fault(
                    "endorse.digest", "That is no digest of an item: it has 64 small hex digits, and is given whole.",
                    $"See the items: sallyport endorse list --for {run}"),
                ExitCode.Usage);
        }

        var items = await ItemsAsync(node, run, cancellation);
        return items.FirstOrDefault(item => item.Digest == digest) ?? throw new FaultException(
            new Fault(
                "endorse.unknown",
                "This run has not been stopped for an item with this digest, under the rules that are in force.",
                $"See what it was stopped for: sallyport endorse list --for {run}. After a restart, or an apply, the "
                + "run has to ask again first."),
            ExitCode.No);
    }

    private static Task<IReadOnlyList<ItemView>> ItemsAsync(
        NodeClient node, RunId run, CancellationToken cancellation) => node.GetAsync(
            $"runs/{run}/items", ApiJson.Default.IReadOnlyListItemView, cancellation);

    private static IEnumerable<string> Lines(ItemView item)
    {
        yield return $"{item.Method} {Print.Inert(item.Target)} by agent {item.Agent}";
        var at = item.At.Length == 0 ? "the whole address" : $"its {Print.Inert(item.At)}";
        yield return $"{at} is '{Print.Inert(item.Shown)}'";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"which stands in what was read from {Print.Inert(item.Source)} ({item.Entry}, bytes {item.Start} to "
            + $"{item.Start + item.Length - 1})");
    }
}
