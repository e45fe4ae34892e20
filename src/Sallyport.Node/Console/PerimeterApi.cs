using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sallyport.Perimeter;

namespace Sallyport.Console;

/// <summary>The part of the API that changes the perimeter: <c>plan</c>, <c>apply</c> and <c>rollback</c>.</summary>
internal sealed class PerimeterApi(PerimeterInForce perimeter, RunAdmission admission, OperatorDesk desk)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/perimeter", () => TypedResults.Ok(StateOf(perimeter)));
        api.MapGet("/perimeter/plan", IResult (string? hash) =>
            perimeter.TryPlan(hash, out var plan, out var refused)
                ? TypedResults.Ok(PlanView.Of(plan!)) // asked for
                : Refused(refused!)); // no plan means a reason
        api.MapPost("/perimeter/changes", async (ChangeRequest request, HttpContext context) =>
            await ChangeAsync(
                context, request.Rollback ? OperatorDeeds.Rollback : OperatorDeeds.Apply, request.Hash,
                (author, over) => perimeter.ApplyAsync(request.Hash, request.Rollback, author, over)));
        api.MapPost("/perimeter/pending/{hash}", async (string hash, HttpContext context) =>
            await ChangeAsync(
                context, OperatorDeeds.Confirm, hash, (author, over) => perimeter.ConfirmAsync(hash, author, over)));
        api.MapDelete("/perimeter/pending/{hash}", async (string hash, HttpContext context) =>
            await AnswerAsync(await perimeter.WithdrawAsync(hash, AdminApi.Author(context)), hash));
    }

    /// <summary>What is in force, what waits, and whether the folder holds something else.</summary>
    public static PerimeterStateView StateOf(PerimeterInForce perimeter)
    {
        var drift = perimeter.Look();
        return new PerimeterStateView(
            perimeter.Hash,
            perimeter.Previous,
            perimeter.Folder,
            perimeter.Current.Options!.SecondPerson switch // what is in force has no mistake
            {
                SecondPerson.Never => "never",
                SecondPerson.Widening => "widening",
                SecondPerson.Always => "always",
            },
            drift.IsDrift,
            drift.Hash,
            drift.Mistakes,
            [.. perimeter.Pending.Select(pending => new PendingView(pending.After, pending.Author, pending.At))],
            perimeter.Kept,
            [
                .. perimeter.Uses.OrderByDescending(use => use.Value.At)
                    .Select(use => new SnapshotUseView(use.Key, use.Value.At, use.Value.Change, use.Value.Author)),
            ]);
    }

    private async Task<IResult> ChangeAsync(
        HttpContext context, string act, string hash, Func<string, string?, Task<PerimeterOutcome>> change)
    {
        // What cannot be planned is refused in its own words, whoever asks.
        var deed = OperatorDeeds.OfChange(perimeter, act, hash);
        var (author, no) = deed is null ? (AdminApi.Author(context), null) : desk.Ask(context, deed);
        return no is not null
            ? AdminApi.Problem(StatusCodes.Status403Forbidden, no)
            : await AnswerAsync(await change(author!, deed?.Over ?? "")); // no refusal means somebody
    }

    private async Task<IResult> AnswerAsync(PerimeterOutcome outcome, string? withdrawn = null)
    {
        switch (outcome)
        {
            case PerimeterOutcome.Refused refused:
                return Refused(refused.Why);
            case PerimeterOutcome.Proposed proposed:
                return TypedResults.Ok(new ChangeAnswer(
                    "pending", proposed.Plan.AfterHash, proposed.Entry?.ToString(), 0, 0, PlanView.Of(proposed.Plan)));
            case PerimeterOutcome.Applied applied:
                var ended = await admission.EndStrangersAsync();
                return TypedResults.Ok(new ChangeAnswer(
                    "applied", applied.Plan.AfterHash, applied.Entry?.ToString(), applied.Cut, ended,
                    PlanView.Of(applied.Plan), applied.Warning?.Detail));
            default:
                return TypedResults.Ok(new ChangeAnswer(
                    withdrawn is null ? "nothing" : "withdrawn", withdrawn, null, 0, 0, null));
        }
    }

    private static JsonHttpResult<Problem> Refused(RefusedPerimeter why) => TypedResults.Json(
        new Problem(
            $"urn:sallyport:{why.Fault.Code}", "Sallyport said no", StatusOf(why.Fault), why.Fault.Code,
            why.Fault.Detail, why.Fault.Mend, why.Mistakes.IsEmpty ? null : why.Mistakes),
        ApiJson.Default.Problem,
        "application/problem+json",
        StatusOf(why.Fault));

    private static int StatusOf(Fault fault) => fault.Code switch
    {
        "perimeter.mistakes" or "perimeter.stale" => StatusCodes.Status422UnprocessableEntity,
        "perimeter.unknown" or "perimeter.not-pending" => StatusCodes.Status404NotFound,
        "perimeter.same-person" => StatusCodes.Status403Forbidden,
        "perimeter.moved" => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
