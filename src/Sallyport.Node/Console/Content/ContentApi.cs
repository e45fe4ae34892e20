using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>The part of the API that shows kept bodies, holds them beyond their time, and drops them.</summary>
internal sealed class ContentApi(ApiParts parts, OperatorDesk desk)
{
    /// <summary>What is said of a text that is no whole digest.</summary>
    public static Fault NotADigest { get; } = new(
        "content.digest", "That is not the digest of a body.",
        "A digest is 64 hex digits. Find one with: sallyport log --kind observation --json");

    /// <summary>What is said of a scope that does not parse.</summary>
    public static Fault NotAScope { get; } = new(
        "content.scope", "That is nothing that a legal hold can cover.", $"A scope is {ContentScope.Form}.");

    private static Fault NoReason { get; } = new(
        "content.reason", "That needs a reason: it stands in the ledger for good.",
        "sallyport content hold \"case 42\" --agent research");

    private ContentRetention Retention => parts.Content.Retention;

    /// <summary>What became of bodies.</summary>
    public static ContentAnswers Answers(ApiParts parts) =>
        new(parts.Content, parts.Index, parts.Sequencer);

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/content", ListAsync);
        api.MapGet("/content/{digest}", ShowAsync);
        api.MapGet("/content/{digest}/body", Body);
        api.MapPost("/content/{digest}/drop", DropAsync);
        api.MapPost("/content/holds", HoldAsync);
        api.MapPost("/content/holds/{id}/release", ReleaseAsync);
    }

    private async Task<IResult> ListAsync(int? limit, HttpContext context)
    {
        if (limit is < 1 or > LedgerFilter.LimitMax)
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, LogQuery.BadLimit);
        }

        await parts.Index.TryCatchUpAsync(LedgerApi.IndexLag, context.RequestAborted);
        return TypedResults.Ok(Answers(parts).All(
            parts.Snapshots.Current.Content.TotalBytesMax, limit ?? LedgerFilter.LimitDefault));
    }

    // What was dropped a moment ago must not look as if it had been taken away.
    private async Task<IResult> ShowAsync(string digest, HttpContext context)
    {
        if (!ContentScope.IsWhole(digest))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, NotADigest);
        }

        await parts.Index.TryCatchUpAsync(LedgerApi.IndexLag, context.RequestAborted);
        return TypedResults.Ok(Answers(parts).Of(digest));
    }

    private IResult Body(string digest)
    {
        if (!ContentScope.IsWhole(digest))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, NotADigest);
        }

        return parts.Content.Files.TryRead(digest, out var body, out var fault)
            ? TypedResults.Bytes(body, "application/octet-stream")
            : AdminApi.Problem(StatusCodes.Status404NotFound, fault);
    }

    private async Task<IResult> HoldAsync(HoldContentRequest request, HttpContext context)
    {
        if (!ContentScope.TryParse(request.Scope, out var scope))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, NotAScope);
        }

        var (author, no) = Ask(context, request.Reason, OperatorDeeds.OfContent(OperatorDeeds.HoldContent, $"{scope}"));
        if (author is null)
        {
            return no!; // no author: a refusal
        }

        var (hold, entry, fault) = await Retention.HoldAsync(scope, request.Reason, author);
        return entry is { } id
            ? TypedResults.Ok(new ContentAnswer($"{id}", hold.Id))
            : AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, fault! with // no entry: a fault
            {
                Mend = $"{fault.Mend} Until the node stops the hold {hold.Id} is in force; then say it again.",
            });
    }

    private async Task<IResult> ReleaseAsync(string id, ContentReason request, HttpContext context)
    {
        if (Retention.Holds.All.FirstOrDefault(one => one.Id == id) is not { } hold)
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, ContentFaults.NoHold(id));
        }

        var (author, no) = Ask(
            context, request.Reason, OperatorDeeds.OfContent(OperatorDeeds.ReleaseContent, id, $"{hold.Scope}"));
        if (author is null)
        {
            return no!; // no author: a refusal
        }

        var (entry, fault) = await Retention.ReleaseAsync(hold, request.Reason, author);
        return entry is { } recorded
            ? TypedResults.Ok(new ContentAnswer($"{recorded}", id))
            : AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, fault!); // no entry: a fault
    }

    private async Task<IResult> DropAsync(string digest, ContentReason request, HttpContext context)
    {
        if (!ContentScope.IsWhole(digest))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, NotADigest);
        }

        var (author, no) = Ask(context, request.Reason, OperatorDeeds.OfContent(OperatorDeeds.DropContent, digest));
        if (author is null)
        {
            return no!; // no author: a refusal
        }

        var (entry, fault) = await Retention.DropAsync(digest, request.Reason, author, parts.Index);
        return entry is { } recorded
            ? TypedResults.Ok(new ContentAnswer($"{recorded}", ""))
            : AdminApi.Problem(
                fault!.Code switch // no entry: a fault
                {
                    "content.not-kept" => StatusCodes.Status404NotFound,
                    "content.held" => StatusCodes.Status409Conflict,
                    _ => StatusCodes.Status503ServiceUnavailable,
                },
                fault);
    }

    private (string? Author, IResult? No) Ask(HttpContext context, string reason, OperatorDeed deed)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            return (null, AdminApi.Problem(StatusCodes.Status400BadRequest, NoReason));
        }

        var (author, no) = desk.Ask(context, deed);
        return (author, no is null ? null : AdminApi.Problem(StatusCodes.Status403Forbidden, no));
    }
}

/// <summary>Begins a legal hold.</summary>
/// <param name="Scope">What it covers: <c>run:ID</c>, <c>agent:NAME since:TIME</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record HoldContentRequest(string Scope, string Reason);

/// <summary>Ends a legal hold, or drops a body.</summary>
/// <param name="Reason">Why.</param>
public sealed record ContentReason(string Reason);

/// <summary>What was done.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="Hold">The legal hold that it is about; empty for a drop.</param>
public sealed record ContentAnswer(string Entry, string Hold);
