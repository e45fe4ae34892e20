using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Flow;

namespace Sallyport.Console;

/// <summary>The part of the API where people are asked: what waits, yes, no.</summary>
internal sealed class HoldsApi(ApiParts parts)
{
    private const string Holds = "/api/v1/holds/";

    private readonly ApprovalDesk desk = new(parts);

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/holds", () => TypedResults.Ok(All()));
        api.MapGet("/holds/{id}", (string id) => parts.Holds.TryFind(id, out var ticket)
            ? TypedResults.Ok(View(ticket))
            : NotThere);
        api.MapGet("/holds/{id}/body", Body);
        api.MapPost("/holds/{id}/approve", ApproveAsync);
        api.MapPost("/holds/{id}/decline", Decline);
    }

    /// <summary>How much people are asked.</summary>
    public HoldLoad Load()
    {
        var (opened, waiting) = parts.Holds.Counts;
        var runs = parts.Runs.Open;
        var before = parts.Holds.Ended;
        var holds = runs.Sum(run => opened.GetValueOrDefault(run.Id)) + before.Opened;
        var hours = runs.Sum(Hours) + before.Hours;
        return new HoldLoad(waiting, holds, hours > 0 ? Math.Round(holds / hours, 2) : 0);
    }

    /// <summary>Whoever is inside a run and asks to approve is on the record. False when it asked for something
    /// else.</summary>
    public bool TryRefuseInside(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!path.StartsWith(Holds, StringComparison.Ordinal) || !path.EndsWith("/approve", StringComparison.Ordinal)
            || !parts.Holds.TryFind(path[Holds.Length..^"/approve".Length], out var ticket))
        {
            return false;
        }

        desk.RefusedInside(ticket, context.Features.GetRequiredFeature<PeerFeature>().Peer, AdminListener.InsideRun);
        return true;
    }

    private static IResult NotThere => AdminApi.Problem(StatusCodes.Status404NotFound, ApprovalDesk.Unknown);

    // As it is: who asks for it decides what it is opened with.
    private IResult Body(string id) => !parts.Holds.TryFind(id, out var ticket) ? NotThere
        : ticket.Content is { IsWhole: true } content
        ? TypedResults.Bytes(content.Body, "application/octet-stream")
        : AdminApi.Problem(StatusCodes.Status404NotFound, new Fault(
            "approval.body-gone",
            "The body is not kept: the node was started again meanwhile, or too much waits.",
            "Have the agent ask again: decline it, or let it expire."));

    private async Task<IResult> ApproveAsync(string id, ApproveRequest request, HttpContext context)
    {
        if (!parts.Holds.TryFind(id, out var ticket))
        {
            return NotThere;
        }

        var (answer, fault) = await desk.ApproveAsync(
            ticket, request, context.Features.GetRequiredFeature<PeerFeature>().Peer);
        return answer is not null ? TypedResults.Ok(answer) : Refused(fault!); // no answer means a fault
    }

    private IResult Decline(string id, DeclineRequest request, HttpContext context)
    {
        if (!parts.Holds.TryFind(id, out var ticket))
        {
            return NotThere;
        }

        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, new Fault(
                "approval.reason", "To decline needs a reason: the agent is told it.",
                $"sallyport decline {ticket.Hold.Ticket} \"not to this address\""));
        }

        var (answer, fault) = desk.Decline(
            ticket, request.Reason, context.Features.GetRequiredFeature<PeerFeature>().Peer);
        return answer is not null ? TypedResults.Ok(answer) : Refused(fault!); // no answer means a fault
    }

    private static IResult Refused(Fault fault) => AdminApi.Problem(
        fault.Code switch
        {
            "approval.answered" => StatusCodes.Status409Conflict,
            "ledger.unavailable" => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status403Forbidden,
        },
        fault);

    private HoldsView All()
    {
        var (opened, _) = parts.Holds.Counts;
        return new HoldsView(
            [.. parts.Holds.Live.Select(View)],
            [
                .. parts.Snapshots.Current.Rules<ApprovalRules>().Operators.Values
                    .OrderBy(one => one.Name, StringComparer.Ordinal)
                    .Select(one => new OperatorView(one.Name, one.Person, one.Teams, one.KeyPem is not null)),
            ],
            [
                .. parts.Runs.Open.Where(run => opened.GetValueOrDefault(run.Id) > 0).Select(run => new RunHolds(
                    run.Id.Text, run.Agent.Value, opened[run.Id], Math.Round(opened[run.Id] / Hours(run), 2))),
            ],
            Load());
    }

    // A run of a minute with one hold is not sixty an hour.
    private double Hours(RunState run) => Math.Max(1, (parts.Time.GetUtcNow() - run.Id.Start).TotalHours);

    private HoldView View(HeldTicket ticket)
    {
        var (hold, now, content) = (ticket.Hold, ticket.Standing, ticket.Content);
        return new HoldView(
            hold.Ticket.Text,
            now.State.ToString().ToLowerInvariant(),
            hold.Run.Text,
            hold.Agent.Value,
            parts.Snapshots.Current.Agents.GetValueOrDefault(hold.Agent)?.Owner,
            hold.Gateway,
            hold.Class,
            hold.Method,
            hold.Target,
            hold.Digest.Hex,
            hold.Policies,
            hold.Reason,
            [.. hold.Labels.Labels.Select(label => label.Value)],
            hold.Opened,
            now.Expires,
            now.By,
            now.Reason,
            content?.BodyBytes,
            content is null ? null : Encoding.UTF8.GetString(content.BodyStart.Span),
            content is null ? [] : [.. content.Fields.Select(field => field.Name).Distinct(
                StringComparer.OrdinalIgnoreCase)],
            content is null ? [] : [.. content.Arguments.Where(IsDoubtful).Select(Origin)],
            [.. desk.Identical(ticket).Select(other => other.Hold.Ticket.Text)],
            Challenge.Of(hold, isForIdentical: false),
            Challenge.Of(hold, isForIdentical: true),
            content is null ? [] : [.. content.Fields.Select(field => new HeldFieldView(field.Name, field.Value))],
            content is { IsWhole: true },
            desk.MayApprove(hold));
    }

    private static bool IsDoubtful(ArgumentOrigin argument) =>
        argument.Words.Contains(OriginWords.Untrusted, StringComparer.Ordinal)
        || argument.Words.Contains(OriginWords.Nowhere, StringComparer.Ordinal);

    private static string Origin(ArgumentOrigin argument) =>
        $"{argument.Place} '{argument.Shown}': {string.Join(", ", argument.Words)}"
        + (argument.Told.FirstOrDefault() is { } first ? $" (read in {first.Entry}, byte {first.Start})" : "")
        + (argument.Item is { } item ? $", item {item}" : "");
}
