using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Limits;

namespace Sallyport.Console;

/// <summary>The node's API, <c>/api/v1</c>. Verbs, console pages and other programs speak it alike.</summary>
[SuppressMessage("Maintainability", "CA1506", Justification = "The one place where every room is seen.")]
public sealed class AdminApi(ApiParts parts)
{
    private static readonly string Version =
        typeof(AdminApi).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    // Three texts (Brief.BytesMax), each character perhaps escaped in six, and the names of files.
    private static readonly BodyLimit OpenRunMax = new((3 * 6 * Brief.BytesMax) + (1 << 20));

    private readonly OperatorDesk desk = new(parts);

    /// <summary>What is said of a run that is not open.</summary>
    internal static Fault RunUnknown { get; } =
        new("identity.run-unknown", "There is no open run with this id.", "See the open ones with: sallyport runs");

    /// <summary>Maps every endpoint.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1");
        api.MapGet("/status", () => TypedResults.Ok(Status()));
        api.MapGet("/agents", Agents);
        api.MapGet("/runs", () => TypedResults.Ok(RunViews()));
        api.MapPost("/runs", OpenRunAsync).WithMetadata(OpenRunMax);
        api.MapDelete("/runs/{id}", EndRunAsync);
        api.MapGet("/series", () => TypedResults.Ok(parts.Admission.Series.All(run => parts.Runs.TryFind(run, out _))));
        api.MapGet("/limits", () => TypedResults.Ok(LimitViews()));
        api.MapGet("/freezes", () => TypedResults.Ok(Views(parts.Freeze.State.Active)));
        api.MapPost("/freezes", FreezeNow);
        api.MapDelete("/freezes/{id}", ThawAsync);
        new HoldsApi(parts).Map(api);
        new PerimeterApi(parts.Perimeter, parts.Admission, desk).Map(api);
        new PlacesApi(parts.Places, parts.Interlock, desk).Map(api);
        new ChallengesApi(parts, desk).Map(api);
        new EndorsementsApi(parts).Map(api);
        new InputApi(parts).Map(api);
        new InstructionsApi(parts).Map(api);
        new KeysApi(parts, desk).Map(api);
        new ArchivesApi(parts, desk).Map(api);
        new ContentApi(parts, desk).Map(api);
        new LedgerApi(
            parts.Index, parts.Reader, parts.Sequencer, parts.Snapshots, parts.Runs, ContentApi.Answers(parts),
            parts.Time).Map(api);
        new LogApi(parts.Sequencer, parts.Witnesses, parts.Time).Map(api);
        api.MapFallback((HttpContext context) => Problem(StatusCodes.Status404NotFound, new Fault(
            "api.unknown",
            $"There is no endpoint {context.Request.Method} {context.Request.Path} that takes such a body.",
            "See docs/reference/api.md; a body is sent as application/json.")));
    }

    /// <summary>Somebody inside a run was refused: if it was to approve something, that is recorded.</summary>
    internal void RefusedInside(HttpContext context)
    {
        if (!new HoldsApi(parts).TryRefuseInside(context) && !new EndorsementsApi(parts).TryRefuseInside(context)
            && !HttpMethods.IsGet(context.Request.Method))
        {
            desk.RefusedInside(context.Request.Method, context.Request.Path.Value ?? "", Peer(context));
        }
    }

    /// <summary>The act of thawing: <c>all</c>, or the id of a freeze; empty when there is no such freeze.</summary>
    internal static IReadOnlyList<OperatorDeed> Thawing(ApiParts parts, string id)
    {
        var state = parts.Freeze.State;
        return OperatorDeeds.OfThaw(
            state, [.. state.Active.Where(freeze => id == "all" || freeze.Id == id)], run => AgentOf(parts, run));
    }

    internal static AgentId? AgentOf(ApiParts parts, RunId run) =>
        parts.Runs.TryFind(run, out var open) ? open.Agent : null;

    /// <summary>What is said of a freeze that is not active.</summary>
    internal static Fault FreezeUnknown(string id, params IEnumerable<ActiveFreeze> active)
    {
        var frozen = string.Join(", ", active.Select(freeze => $"{freeze.Id} ({freeze.Scope})"));
        return new(
            "freeze.unknown",
            id == "all" ? "Nothing is frozen, so there is nothing to thaw."
                : $"There is no active freeze '{id}'.{(frozen.Length > 0 ? $" Active: {frozen}." : "")}",
            "See the active ones with: sallyport freeze list");
    }

    /// <summary>A fault as problem details.</summary>
    internal static IResult Problem(int status, Fault fault) => TypedResults.Json(
        new Problem(
            $"urn:sallyport:{fault.Code}", "Sallyport said no", status, fault.Code, fault.Detail, fault.Mend),
        ApiJson.Default.Problem,
        "application/problem+json",
        status);

    private StatusView Status() => Status([.. ((Fault?[])[parts.Index.Fault,
        parts.Admission.StoreFault, parts.Meter.Fault]).OfType<Fault>()]);

    private StatusView Status(IReadOnlyList<Fault> degraded) => new(
        Ready: parts.Sequencer.Fault is null && degraded.Count == 0,
        Version,
        Environment.ProcessId,
        parts.Gateway.Listening?.ToString(),
        parts.Snapshots.Current.Hash,
        parts.Runs.Open.Count,
        parts.Admission.Series.All(run => parts.Runs.TryFind(run, out _)).Count,
        parts.Channels.Count,
        parts.Freeze.State.Active.Length,
        Views(parts.Freeze.State.Active.Where(freeze => freeze.Scope is FreezeScope.All)) is [var all, ..] ? all : null,
        parts.Snapshots.Current.Limits.All.Length,
        parts.Limits.All(parts.Snapshots.Current.Limits).Count(budget => !budget.Admits),
        new LedgerView(
            parts.Sequencer.Recovery.Epoch,
            parts.Sequencer.Written,
            parts.Sequencer.Synced,
            parts.Sequencer.Recovery.TornBytesCut,
            parts.Sequencer.Fault?.Detail,
            parts.Sequencer.Fault?.Mend,
            Witnessed(),
            parts.Index.Indexed,
            parts.Index.First)
        {
            Since = parts.Sequencer.FailedSince,
        },
        new HoldsApi(parts).Load(),
        PerimeterApi.StateOf(parts.Perimeter),
        [.. degraded.Select(fault => $"{fault.Detail} {fault.Mend}")],
        [.. ((Fault?[])[desk.Unproven, parts.Content.Fault]).OfType<Fault>().Select(it => $"{it.Detail} {it.Mend}")])
    {
        Content = new ContentLoad(
            parts.Content.Bodies, parts.Content.Bytes, parts.Snapshots.Current.Content.TotalBytesMax,
            parts.Content.Missed),
        Active = Views(parts.Freeze.State.Active),
    };

    private WitnessesView? Witnessed()
    {
        if (parts.Witnesses is not { Rules.Witnesses.IsEmpty: false } rounds)
        {
            return null;
        }

        var cosigned = rounds.Cosigned;
        var size = cosigned?.Head.Size.Value ?? 0;
        var at = cosigned?.Cosignatures.Max(cosignature => cosignature.Timestamp);
        return new WitnessesView(
            rounds.Rules.Quorum, size, at is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            parts.Sequencer.Written - size, rounds.Standings);
    }

    private IReadOnlyList<LimitView> LimitViews() =>
    [
        .. parts.Limits.All(parts.Snapshots.Current.Limits).Select(budget => new LimitView(
            budget.Id,
            budget.Limit.Scope.ToString()!, // Each scope says its name.
            LimitWords.KeyOf(budget.Limit.Unit),
            LimitWords.WordOf(budget.Limit.Window),
            budget.Max,
            budget.Used,
            budget.Reserved,
            budget.OpensAt,
            budget.Limit.Place)),
        .. parts.Meter.Uses().Select(use => new LimitView(
            "ledger-quota", use.Agent is null ? "no run" : $"agent:{use.Agent}", "ledger-bytes",
            LimitWords.WordOf(use.Quota.Window), use.Quota.BytesMax, use.Used, 0, use.OpensAt, use.Quota.Place)),
    ];

    private IReadOnlyList<RunView> RunViews() =>
    [
        .. parts.Runs.Open.Select(run => new RunView(
            run.Id.Text,
            run.Agent.Value,
            parts.Snapshots.Current.Agents.GetValueOrDefault(run.Agent)?.Spiffe.ToString(),
            run.Role.Value,
            [.. run.Labels.Set.Labels.Select(label => label.Value)],
            parts.Channels.Of(run.Id).Count(),
            parts.Freeze.Covering(run.Agent, run.Id)?.Id,
            "unconfined")),
    ];

    private async Task<IResult> OpenRunAsync(OpenRunRequest request, HttpContext context)
    {
        if (!AgentId.TryParse(request.Agent, out var agent))
        {
            return Problem(
                StatusCodes.Status400BadRequest,
                new Fault(
                    "identity.agent-name", "That is not the name of an agent.", $"A name is {Name.Form}."));
        }

        var brief = new Brief(request.Brief ?? "", request.Arguments ?? "")
        {
            Environment = request.Environment ?? "",
            IsEnvironmentCut = request.EnvironmentCut,
            Files = InstructionsApi.Labelled(parts.Places.Map, request.Instructions ?? []),
        };
        if (brief.IsTooLong)
        {
            return Problem(StatusCodes.Status400BadRequest, new Fault(
                "identity.brief",
                $"The brief, the command line or the environment is longer than {Brief.BytesMax / 1024} KiB.",
                "Say what is wanted in fewer words; what the run is to work on it reads through the gate."));
        }

        if (!Wake.TryRead(request.Wake, out var wake))
        {
            return Problem(StatusCodes.Status400BadRequest, new Fault(
                "identity.round", "That is no round of a series.",
                "A series is the id of its first run, rounds count from 1, and the interval is 1 second to 30 days."));
        }

        var (ticket, fault) = await parts.Admission.OpenAsync(
            agent, request.Program, request.CommandDigest, Peer(context), brief, wake);
        return ticket is null
            ? Problem(StatusCodes.Status403Forbidden, fault!) // No ticket means a fault.
            : TypedResults.Ok(new RunOpened(
                ticket.Run.Text,
                ticket.Token,
                ticket.Socket,
                parts.Gateway.Listening?.ToString(),
                parts.CaFile,
                parts.BundleFile,
                "unconfined",
                ticket.Entry.ToString(),
                ticket.UntrustedLines,
                brief.Files?.Paths ?? []));
    }

    // Who runs the command says how it ended; anybody else (sallyport runs end) has no exit code to give.
    private async Task<IResult> EndRunAsync(
        string id, int? exitCode, bool? started, DateTimeOffset? next, HttpContext context)
    {
        if (!RunId.TryParse(id, out var run) || AgentOf(parts, run) is not { } agent)
        {
            return Problem(StatusCodes.Status404NotFound, RunUnknown);
        }

        if (!parts.Admission.IsOwner(run, Peer(context).Pid)
            && desk.Ask(context, OperatorDeeds.OfEnd(run, agent)).Fault is { } no)
        {
            return Problem(StatusCodes.Status403Forbidden, no);
        }

        var reason = exitCode is null ? "ended" : started is false ? "not-started" : "exited";
        if (exitCode is not null)
        {
            // Who runs the series says so; a run that somebody else ends is not the last.
            parts.Admission.Series.End(run, next);
        }

        return await parts.Admission.EndAsync(run, reason, exitCode)
            ? TypedResults.NoContent()
            : Problem(StatusCodes.Status404NotFound, RunUnknown);
    }

    // Those of the configuration in force, and those that only the ledger still knows.
    private IResult Agents()
    {
        if (!parts.Index.TryAgents(out var recorded, out var fault))
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, fault);
        }

        var configured = parts.Snapshots.Current.Agents;
        IReadOnlyList<AgentView> views =
        [
            .. configured.Values.Select(agent => new AgentView(agent.Id.Value, agent.Role.Value, Configured: true))
                .Concat(recorded.Where(name => configured.Keys.All(known => known.Value != name))
                    .Select(name => new AgentView(name, null, Configured: false)))
                .OrderBy(agent => agent.Agent, StringComparer.Ordinal),
        ];
        return TypedResults.Ok(views);
    }

    private IResult FreezeNow(FreezeRequest request, HttpContext context)
    {
        if (!FreezeScope.TryParse(request.Scope, out var scope))
        {
            return Problem(
                StatusCodes.Status400BadRequest,
                new Fault("freeze.scope", "That is not a scope.", "Use all, agent:NAME or run:ID."));
        }

        return string.IsNullOrWhiteSpace(request.Reason)
            ? Problem(
                StatusCodes.Status400BadRequest,
                new Fault(
                    "freeze.reason",
                    "A freeze needs a reason: everybody who is refused is shown it.",
                    "sallyport freeze --all \"incident 42\""))
            : desk.MayFreeze(context, OperatorDeeds.OfFreeze(scope, run => AgentOf(parts, run))) is { } no
            ? Problem(StatusCodes.Status403Forbidden, no)
            : TypedResults.Ok(Answer(parts.Freeze.Freeze(scope, request.Reason, Author(context)), Unmet(scope)));
    }

    // It is frozen all the same: what does not exist yet may exist in a moment, and a name that is mistyped must be
    // seen.
    private string? Unmet(FreezeScope scope) => scope switch
    {
        FreezeScope.OfAgent { Agent: var agent } when !parts.Snapshots.Current.Agents.ContainsKey(agent) =>
            $"no agent '{agent}' is configured; agents: "
            + Listed(parts.Snapshots.Current.Agents.Keys.Select(id => id.Value).Order(StringComparer.Ordinal)),
        FreezeScope.OfRun { Run: var run } when !parts.Runs.TryFind(run, out _) =>
            $"no run '{run}' is open; open runs: {Listed(parts.Runs.Open.Select(open => open.Id.Text))}",
        _ => null,
    };

    private static string Listed(IEnumerable<string> names) =>
        string.Join(", ", names) is { Length: > 0 } all ? all : "none";

    private async Task<IResult> ThawAsync(string id, HttpContext context)
    {
        var (author, deeds) = ("", Thawing(parts, id));
        if (deeds.Count > 0)
        {
            (var who, var no) = desk.Ask(context, deeds);
            if (no is not null)
            {
                return Problem(StatusCodes.Status403Forbidden, no);
            }

            author = who!; // no refusal means somebody
        }

        // Those that were asked about, and not one that somebody has set meanwhile.
        var asked = deeds.Count > 0 ? deeds[0].What.Split(' ') : [];
        var change = await parts.Freeze.ThawAsync(
            freeze => asked.Contains(freeze.Id, StringComparer.Ordinal), author, context.RequestAborted);
        return change switch
        {
            { Fault: { } fault } => Problem(StatusCodes.Status503ServiceUnavailable, fault),
            { Freezes.Count: 0 } when id != "all" =>
                Problem(StatusCodes.Status404NotFound, FreezeUnknown(id, parts.Freeze.State.Active)),
            _ => TypedResults.Ok(Answer(change)),
        };
    }

    private static FreezeAnswer Answer(Switch.Change change, string? warning = null)
    {
        var warnings = string.Join("; ", ((string?[])[change.Fault?.Detail, warning]).OfType<string>());
        return new(
            Views(change.Freezes),
            change.ChannelsCut,
            change.Entry?.ToString(),
            warnings.Length > 0 ? warnings : null);
    }

    private static IReadOnlyList<FreezeView> Views(IEnumerable<ActiveFreeze> freezes) =>
        [.. freezes.Select(freeze => new FreezeView(
            freeze.Id, freeze.Scope.ToString()!, freeze.Reason, freeze.Author, freeze.At))];

    internal static PeerProcess Peer(HttpContext context) => context.Features.GetRequiredFeature<PeerFeature>().Peer;

    /// <summary>Who asks, as the ledger names them.</summary>
    internal static string Author(HttpContext context) => $"uid:{Peer(context).Uid}";
}
