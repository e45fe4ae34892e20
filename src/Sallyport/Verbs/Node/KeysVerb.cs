using System.CommandLine;
using System.Globalization;
using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary><c>sallyport keys</c>: which keys the node has, and how they are changed.</summary>
internal static class KeysVerb
{
    private const int OverlapDays = 7;

    public static Command Create() => new("keys", "Show the node's keys, and change them.")
    {
        List(),
        Change("rotate", "rotated", "Give the ledger or the CA another key, in good order."),
        Change("revoke", "revoked", "The same when somebody else may have the old key: it is not believed any more."),
    };

    private static Command List()
    {
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("list", "Show every key: what it is for, its fingerprint, since when.") { state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var keys = await node.GetAsync("keys", ApiJson.Default.IReadOnlyListKeyEntry, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(keys, ApiJson.Default.IReadOnlyListKeyEntry);
                return (int)ExitCode.Yes;
            }

            var names = keys.Max(key => key.Name.Length);
            foreach (var key in keys)
            {
                var since = key.Since is { } at
                    ? string.Create(CultureInfo.InvariantCulture, $", since {at.UtcDateTime:yyyy-MM-dd}")
                    : "";
                Print.Line($"{key.Name.PadRight(names)}  {key.State}{since}  {key.Kind}  {key.Fingerprint}");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static Command Change(string word, string change, string description)
    {
        var name = new Argument<string>("key") { Description = "ledger or ca." };
        var reason = new Option<string>("--reason") { Description = "Why, for the ledger.", Required = true };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(word, description) { name, reason, state, json };
        var overlap = new Option<int>("--overlap-days")
        {
            Description = "Of the CA: how long the old one still issues, and agents that start are given both.",
            DefaultValueFactory = _ => OverlapDays,
        };
        if (change == "rotated")
        {
            verb.Add(overlap);
        }

        var signing = Signing.On(verb);
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var key = parsed.GetRequiredValue(name);
            long? seconds = change == "rotated" ? parsed.GetValue(overlap) * 86_400L : null;
            var act = string.Create(
                CultureInfo.InvariantCulture,
                $"{OperatorDeeds.ChangeKey}?key={key}&change={change}&overlap={seconds ?? 0}");
            if (!await signing.TrySignAsync(parsed, node, act, cancellation))
            {
                return (int)ExitCode.Yes;
            }

            var changed = await node.PostAsync(
                $"keys/{key}", new ChangeKeyRequest(change, parsed.GetRequiredValue(reason), seconds),
                ApiJson.Default.ChangeKeyRequest, ApiJson.Default.KeyChangeAnswer, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(changed, ApiJson.Default.KeyChangeAnswer);
            }
            else
            {
                Told(key, change, changed);
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static void Told(string key, string change, KeyChangeAnswer changed)
    {
        Print.Line($"{key} {change}, entry {changed.Entry}");
        Print.Line($"  before: {changed.Before}");
        Print.Line($"  now:    {changed.After}");
        var next = (key, change) switch
        {
            ("ledger", _) => "keep the new key and a checkpoint elsewhere: sallyport ledger key",
            (_, "revoked") => "runs that are open do not know the new CA: end them, and start them again",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"it issues from {changed.EffectiveAt.UtcDateTime:yyyy-MM-dd HH:mm}Z; runs opened before now do not "
                + $"know it: start them again until then"),
        };
        Print.Line($"  {next}");
    }
}
