using System.CommandLine;
using Sallyport.Console;
using Sallyport.Flow;

namespace Sallyport.Verbs;

/// <summary><c>sallyport places</c>: what runs have written where others read.</summary>
internal static class PlacesVerb
{
    public static Command Create()
    {
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("places", "Show where runs wrote under labels, and what reading there brings.")
        {
            state, json, Clear(),
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var places = await node.GetAsync("places", ApiJson.Default.IReadOnlyListPlaceView, cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(places, ApiJson.Default.IReadOnlyListPlaceView);
                return (int)ExitCode.Yes;
            }

            var sources = places.Select(place => place.Source.Length).DefaultIfEmpty().Max();
            foreach (var place in places)
            {
                Print.Line($"{place.Source.PadRight(sources)}  {place.Path}  [{string.Join(',', place.Labels)}]");
            }

            if (places.Any(place => place.Source == InstructionFiles.Place))
            {
                Print.Note("what was written to instruction files, and how to clear it: sallyport instructions");
            }

            if (places.Count == 0)
            {
                Print.Line("No run has written anything that others would have to be warned of.");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static Command Clear()
    {
        var source = new Argument<string>("source") { Description = "The source, as sallyport places names it." };
        var path = new Argument<string>("path") { Description = "The path; what is below it is cleared with it." };
        var reason = new Argument<string>("reason") { Description = "Why, for the ledger." };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command("clear", "Say that what runs have written at a place is harmless.")
        {
            source, path, reason, state, json,
        };
        var signing = Signing.On(verb);
        verb.SetAction(async (parsed, cancellation) =>
        {
            using var node = new NodeClient(parsed.GetValue(state)!); // has a default
            var what = $"{OperatorDeeds.ClearPlace}?source={Uri.EscapeDataString(parsed.GetRequiredValue(source))}"
                + $"&path={Uri.EscapeDataString(parsed.GetRequiredValue(path))}";
            if (!await signing.TrySignAsync(parsed, node, what, cancellation))
            {
                return (int)ExitCode.Yes;
            }

            var cleared = await node.PostAsync(
                "places/clear",
                new ClearPlaceRequest(
                    parsed.GetRequiredValue(source), parsed.GetRequiredValue(path), parsed.GetRequiredValue(reason)),
                ApiJson.Default.ClearPlaceRequest,
                ApiJson.Default.PlaceCleared,
                cancellation);
            if (parsed.GetValue(json))
            {
                Print.Json(cleared, ApiJson.Default.PlaceCleared);
            }
            else
            {
                Print.Line($"cleared of {string.Join(',', cleared.Labels)}, entry {cleared.Entry}");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }
}
