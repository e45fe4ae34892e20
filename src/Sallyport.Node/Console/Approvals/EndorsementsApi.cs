using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Policies;
using Sallyport.Freeze;
using Sallyport.Identity;

namespace Sallyport.Console;

/// <summary>The part of the API where a person makes words of untrusted text their own, for one act.</summary>
internal sealed class EndorsementsApi(ApiParts parts)
{
    private const string Runs = "/api/v1/runs/";
    private const string Endorse = "/endorse";

    private readonly ApprovalDesk desk = new(parts);

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/runs/{id}/items", Items);
        api.MapPost("/runs/{id}/items/{digest}/endorse", EndorseAsync);
    }

    /// <summary>Whoever is inside a run and asks to endorse is on the record. False when it asked for something
    /// else.</summary>
    public bool TryRefuseInside(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(Runs, StringComparison.Ordinal) && path.EndsWith(Endorse, StringComparison.Ordinal)
            && path[Runs.Length..^Endorse.Length].Split("/items/") is [var id, var digest]
            && RunId.TryParse(id, out var run) && parts.Admission.Endorsements.TryFind(run, digest, out var item))
        {
            Refuse(item, Peer(context), person: null, isSigned: false, AdminListener.InsideRun);
            return true;
        }

        return false;
    }

    private static PeerProcess Peer(HttpContext context) => context.Features.GetRequiredFeature<PeerFeature>().Peer;

    private IResult Items(string id)
    {
        if (!RunId.TryParse(id, out var run) || !parts.Runs.TryFind(run, out _))
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, AdminApi.RunUnknown);
        }

        IReadOnlyList<ItemView> views =
        [
            .. parts.Admission.Endorsements.Of(run).Select(one => new ItemView(
                one.Item.Digest,
                one.IsGiven ? "endorsed" : "shown",
                one.Item.Agent.Value,
                one.Item.Method,
                one.Item.Target,
                one.Item.Place,
                one.Item.Shown,
                one.Item.Evidence.Place,
                one.Item.Evidence.Entry,
                one.Item.Evidence.Start,
                one.Item.Evidence.Length,
                Challenge.Of(one.Item))),
        ];
        return TypedResults.Ok(views);
    }

    private async Task<IResult> EndorseAsync(string id, string digest, EndorseRequest request, HttpContext context)
    {
        if (!RunId.TryParse(id, out var run) || !parts.Runs.TryFind(run, out _))
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, AdminApi.RunUnknown);
        }

        if (!parts.Admission.Endorsements.TryFind(run, digest, out var item))
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, Unknown(run));
        }

        var (view, fault) = await GiveAsync(item, request, Peer(context));
        return view is not null
            ? TypedResults.Ok(view)
            : AdminApi.Problem(
                fault!.Code switch // no answer means a fault
                {
                    "endorse.answered" => StatusCodes.Status409Conflict,
                    "ledger.unavailable" => StatusCodes.Status503ServiceUnavailable,
                    _ => StatusCodes.Status403Forbidden,
                },
                fault);
    }

    private async Task<(EndorsedView? View, Fault? Fault)> GiveAsync(
        EndorsableItem item, EndorseRequest request, PeerProcess peer)
    {
        var snapshot = parts.Snapshots.Current;
        var rules = snapshot.Rules<ApprovalRules>();
        var (person, isSigned, fault) = desk.Identify(
            Challenge.Of(item), request.Signature, peer, rules,
            $"sallyport endorse {item.Digest} --for {item.Run}");
        fault ??= Objection(snapshot, item, person!, isSigned, peer.Uid); // no fault means a person
        fault ??= item.Snapshot == snapshot.Hash ? null : Unknown(item.Run);
        fault ??= parts.Freeze.Covering(item.Agent, item.Run) is { } freeze ? Frozen(freeze) : null;
        if (fault is not null)
        {
            Refuse(item, peer, person, isSigned, fault);
            return (null, fault);
        }

        var expires = parts.Time.GetUtcNow() + rules.Lifetime;
        var answer = ApprovalDesk.AnswerOf(peer, person!, isSigned, request.Reason);
        return await parts.Admission.Endorsements.GiveAsync(item, answer, expires, parts.Sequencer) is { } failed
            ? (null, failed)
            : (new EndorsedView(item.Digest, item.Run.Text, person!.Name, expires), null); // as above
    }

    private Fault? Objection(Snapshot snapshot, EndorsableItem item, Operator person, bool isSigned, uint uid) =>
        snapshot.Rules<PolicyRules>().Objection(new EndorsingAct(
            person,
            item,
            snapshot.Agents.GetValueOrDefault(item.Agent)?.Owner ?? "",
            desk.HasStarted(item.Run, person),
            isSigned,
            uid,
            parts.Time.GetUtcNow()));

    private void Refuse(EndorsableItem item, PeerProcess peer, Operator? person, bool isSigned, Fault fault) =>
        parts.Admission.Endorsements.Refused(
            item, ApprovalDesk.AnswerOf(peer, person, isSigned, fault.Code), parts.Time.GetUtcNow(), parts.Sequencer);

    private static Fault Unknown(RunId run) => new(
        "endorse.unknown",
        "This run has not been stopped for an item with this digest, under the rules that are in force.",
        $"See what it was stopped for: sallyport endorse list --for {run}. After a restart, or an apply, the run has "
        + "to ask again first.");

    private static Fault Frozen(ActiveFreeze freeze) => new(
        "freeze.active",
        $"The run is covered by freeze {freeze.Id} ({freeze.Scope}), which would end the endorsement: {freeze.Reason}",
        $"When the incident is over: sallyport thaw {freeze.Id}");
}

/// <summary>Words of untrusted text that a run was stopped for. What comes from outside is shown as inert
/// text.</summary>
/// <param name="Digest">Its name: SHA-256 over run, gateway, method, address without the values of its query, place
/// and value.</param>
/// <param name="State"><c>shown</c>, or <c>endorsed</c> and not yet used.</param>
/// <param name="Agent">The run's agent.</param>
/// <param name="Method">Of the act.</param>
/// <param name="Target">Of the act, without the values of its query.</param>
/// <param name="At">Where in the act.</param>
/// <param name="Shown">The words, as one line shows them.</param>
/// <param name="Source">Where they were read.</param>
/// <param name="Entry">The decision that brought that text.</param>
/// <param name="Start">First byte there.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Challenge">What is signed to endorse it.</param>
public sealed record ItemView(
    string Digest, string State, string Agent, string Method, string Target, string At, string Shown, string Source,
    string Entry, long Start, int Length, string Challenge);

/// <summary>Makes an item one's own.</summary>
/// <param name="Reason">Why, for the record.</param>
/// <param name="Signature">Signature of the challenge, base64; null where none is needed.</param>
public sealed record EndorseRequest(string Reason = "", string? Signature = null);

/// <summary>An item is endorsed, for one act.</summary>
/// <param name="Digest">The item.</param>
/// <param name="Run">The run.</param>
/// <param name="By">Who is recorded for it.</param>
/// <param name="Until">Until when it may be used.</param>
public sealed record EndorsedView(string Digest, string Run, string By, DateTimeOffset Until);
