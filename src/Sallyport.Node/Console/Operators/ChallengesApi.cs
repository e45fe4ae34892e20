using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>The part of the API that says what is signed for an operator's act. It does nothing.</summary>
internal sealed class ChallengesApi(ApiParts parts, OperatorDesk desk)
{
    public void Map(IEndpointRouteBuilder api)
    {
        foreach (var act in (string[])[OperatorDeeds.Apply, OperatorDeeds.Rollback, OperatorDeeds.Confirm])
        {
            api.MapGet($"/challenges/{act}", (string what) => View(
                OperatorDeeds.OfChange(parts.Perimeter, act, what),
                new Fault(
                    "operator.nothing", "Nothing would change by it, or it cannot be put in force.",
                    "See: sallyport plan")));
        }

        api.MapGet($"/challenges/{OperatorDeeds.Thaw}", (string what) => View(
            AdminApi.Thawing(parts, what) is [var first, ..] ? first : null,
            AdminApi.FreezeUnknown(what, parts.Freeze.State.Active)));
        api.MapGet($"/challenges/{OperatorDeeds.EndRun}", (string what) => View(
            RunId.TryParse(what, out var run) && AdminApi.AgentOf(parts, run) is { } agent
                ? OperatorDeeds.OfEnd(run, agent)
                : null,
            AdminApi.RunUnknown));
        api.MapGet($"/challenges/{OperatorDeeds.ClearPlace}", (string source, string path) => View(
            OperatorDeeds.OfClear(source, PlacesApi.PathOf(source, path))));
        api.MapGet($"/challenges/{OperatorDeeds.ChangeKey}", (string key, string change, long overlap) => View(
            KeysApi.Deed(parts, key, change, overlap), KeysApi.Unknown));
        api.MapGet($"/challenges/{OperatorDeeds.Archive}", (long entries, string root, string archive) => View(
            ArchivesApi.Deed(parts, entries, root, archive), ArchivesApi.NoPeriod));
        MapContent(api);
    }

    private void MapContent(IEndpointRouteBuilder api)
    {
        api.MapGet($"/challenges/{OperatorDeeds.HoldContent}", (string what) => View(
            ContentScope.TryParse(what, out var scope)
                ? OperatorDeeds.OfContent(OperatorDeeds.HoldContent, $"{scope}")
                : null,
            ContentApi.NotAScope));
        api.MapGet($"/challenges/{OperatorDeeds.ReleaseContent}", (string what) => View(
            parts.Content.Retention.Holds.All.FirstOrDefault(hold => hold.Id == what) is { } hold
                ? OperatorDeeds.OfContent(OperatorDeeds.ReleaseContent, what, $"{hold.Scope}")
                : null,
            ContentFaults.NoHold(what)));
        api.MapGet($"/challenges/{OperatorDeeds.DropContent}", (string what) => View(
            ContentScope.IsWhole(what) ? OperatorDeeds.OfContent(OperatorDeeds.DropContent, what) : null,
            ContentApi.NotADigest));
    }

    private IResult View(OperatorDeed? deed, Fault otherwise) => deed is null
        ? AdminApi.Problem(StatusCodes.Status404NotFound, otherwise)
        : View(deed);

    private Ok<ChallengeView> View(OperatorDeed deed) =>
        TypedResults.Ok(new ChallengeView(deed.Act, deed.What, desk.ChallengeOf(deed)));
}

/// <summary>What is signed for an operator's act.</summary>
/// <param name="Act">The act.</param>
/// <param name="What">On what exactly.</param>
/// <param name="Challenge">The text to sign.</param>
public sealed record ChallengeView(string Act, string What, string Challenge);
