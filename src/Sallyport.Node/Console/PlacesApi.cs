using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;

namespace Sallyport.Console;

/// <summary>The part of the API that shows what runs have written where others read, and clears it.</summary>
internal sealed class PlacesApi(Places places, Interlock interlock, OperatorDesk desk)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/places", () => TypedResults.Ok(Views(places.Map)));
        api.MapPost("/places/clear", ClearAsync);
    }

    /// <summary>The form that the paths of a source have in places.</summary>
    internal static string PathOf(string source, string path) =>
        source == InstructionFiles.Place ? InstructionFiles.PlaceOf(path) : PlacePath.Of(path);

    private static IReadOnlyList<PlaceView> Views(PlaceMap map) =>
        [.. map.All.Select(place => new PlaceView(place.Source, place.Path, Words(place.Labels)))];

    private async Task<IResult> ClearAsync(ClearPlaceRequest request, HttpContext context)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, new Fault(
                "place.reason",
                "Clearing a place needs a reason: who reads there later is not warned any more.",
                "sallyport places clear wiki /notes/7 \"read it: it is harmless\""));
        }

        var path = PathOf(request.Source, request.Path);
        if (path == PlaceMap.Root && request.Path != PlaceMap.Root)
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, new Fault(
                "place.path",
                "That is not a path that all servers would read alike.",
                "Write it as sallyport places shows it; / is the whole source."));
        }

        var (author, no) = desk.Ask(context, OperatorDeeds.OfClear(request.Source, path));
        if (no is not null)
        {
            return AdminApi.Problem(StatusCodes.Status403Forbidden, no);
        }

        var (entry, labels, fault) = await interlock.ClearAsync(
            request.Source, path, author!, request.Reason); // no refusal means somebody
        return (entry, labels, fault) switch
        {
            (_, _, { } unrecorded) => AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, unrecorded),
            ({ } id, { } cleared, _) => TypedResults.Ok(new PlaceCleared($"{id}", Words(cleared))),
            _ => AdminApi.Problem(StatusCodes.Status404NotFound, new Fault(
                "place.unknown",
                "No run has written there, or below it, what it had to warn of.",
                "See what there is with: sallyport places")),
        };
    }

    private static IReadOnlyList<string> Words(LabelSet labels) => [.. labels.Labels.Select(label => label.Value)];
}

/// <summary>A place that runs have written to.</summary>
/// <param name="Source">The source, as evidence names it; <c>*</c> for all of them.</param>
/// <param name="Path">The path; what is above and below it is read with it.</param>
/// <param name="Labels">What reading there brings besides what the source does.</param>
public sealed record PlaceView(string Source, string Path, IReadOnlyList<string> Labels);

/// <summary>Says that a place is clean again.</summary>
/// <param name="Source">The source.</param>
/// <param name="Path">The path; what is below it is cleared with it.</param>
/// <param name="Reason">Why.</param>
public sealed record ClearPlaceRequest(string Source, string Path, string Reason);

/// <summary>What was cleared.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="Labels">What was there.</param>
public sealed record PlaceCleared(string Entry, IReadOnlyList<string> Labels);
