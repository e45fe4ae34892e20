using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>The part of the API that reads the ledger: <c>log</c> and <c>why</c>.</summary>
internal sealed class LedgerApi(LedgerIndex index, LedgerReader reader, Sequencer sequencer, TimeProvider time)
{
    // Who has just been denied asks why at once: the index is given this long to catch up.
    private static readonly TimeSpan IndexLag = TimeSpan.FromSeconds(3);

    /// <summary>What is said of an id that does not parse.</summary>
    internal static Fault NotAnId { get; } =
        new("ledger.id", "That is not the id of an entry.", "An id is epoch and position: 1-42. Find one with: sallyport log");

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/log", LogAsync);
        api.MapGet("/why/{id}", WhyAsync);
    }

    private async Task<IResult> LogAsync([AsParameters] LogQuery query, IHostApplicationLifetime host, HttpContext context)
    {
        if (!query.TryParse(time.GetUtcNow(), out var filter, out var fault))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, fault);
        }

        var next = sequencer.Written;
        await CatchUpAsync(next - 1, context.RequestAborted);
        if (!index.TryQuery(filter, out var page, out fault))
        {
            return AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, fault);
        }

        context.Response.ContentType = "application/x-ndjson";
        foreach (var line in page.Lines.Reverse())
        {
            await context.Response.WriteAsync(line.Json + "\n", context.RequestAborted);
        }

        if (query.Follow is true)
        {
            // Without the second a follower who never leaves would keep the node from its last entry.
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
            await FollowAsync(next, filter, context.Response, ending.Token);
        }

        return Results.Empty;
    }

    private async Task FollowAsync(long next, LedgerFilter filter, HttpResponse response, CancellationToken ending)
    {
        var bytes = new byte[EntryBytes.LengthMax];
        try
        {
            await response.Body.FlushAsync(ending);
            await foreach (var recorded in reader.FollowAsync(next, filter, ending))
            {
                var length = EntryBytes.Write(recorded.Id, recorded.Time, recorded.Entry, bytes);
                await response.WriteAsync(Encoding.ASCII.GetString(bytes, 0, length) + "\n", ending);
                await response.Body.FlushAsync(ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader has left, or the node stops: the lines end here, whole.
        }
    }

    private async Task<IResult> WhyAsync(string id, int? limit, HttpContext context)
    {
        if (!EntryId.TryParse(id, out var entry))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, NotAnId);
        }

        await CatchUpAsync(Math.Min(entry.Position, sequencer.Written - 1), context.RequestAborted);
        var most = Math.Clamp(limit ?? 10, 1, LedgerFilter.LimitMax);
        if (!index.TryWhy(entry, most, out var why, out var fault))
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, fault);
        }

        var reads = why.Reads.Select(read => Element((read.Observation ?? read.Decision).Json)).ToList();
        return TypedResults.Ok(new WhyView(Element(why.Action.Json), reads, why.ReadsInAll > reads.Count));
    }

    private async Task CatchUpAsync(long position, CancellationToken cancellation)
    {
        using var lag = new CancellationTokenSource(IndexLag, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(lag.Token, cancellation);
        try
        {
            await index.WhenIndexedAsync(new EntryId(0, position), both.Token);
        }
        catch (OperationCanceledException) when (lag.IsCancellationRequested)
        {
            // It lags: the answer is what it has, and says how far that goes.
        }
    }

    private static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>The query of <c>GET /log</c>; every part is optional.</summary>
internal sealed record LogQuery(string? Agent, string? Run, string? Host, string? Verdict, string? Kind, string? Label, string? Since, int? Limit, bool? Follow)
{
    public bool TryParse(DateTimeOffset now, out LedgerFilter filter, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Fault? fault)
    {
        filter = LedgerFilter.Any;
        AgentId? agent = null;
        RunId? run = null;
        Label? label = null;
        DateTimeOffset? since = null;
        fault = Agent is not null && !AgentId.TryParse(Agent, out agent) ? Bad("agent", $"a name of {Name.Form}")
            : Run is not null && !RunId.TryParse(Run, out run) ? Bad("run", "26 characters, as sallyport runs prints them")
            : Label is not null && !Flow.Label.TryParse(Label, out label) ? Bad("label", $"a word of {Name.Form}")
            : Verdict is not (null or "allow" or "deny") ? Bad("verdict", "allow or deny")
            : Kind is not null && !EntryKind.All.Contains(Kind, StringComparer.Ordinal) ? Bad("kind", $"one of {string.Join(", ", EntryKind.All)}")
            : Since is not null && !TrySince(Since, now, out since) ? Bad("since", "a time (2026-01-31T12:00:00Z) or a span (15m, 2h, 7d)")
            : Limit is < 1 or > LedgerFilter.LimitMax ? Bad("limit", $"1 to {LedgerFilter.LimitMax}")
            : null;
        filter = new LedgerFilter
        {
            Agent = agent,
            Run = run,
            Host = Host,
            Verdict = Verdict,
            Kind = Kind,
            Label = label,
            Since = since,
            Limit = Limit ?? LedgerFilter.LimitDefault,
        };
        return fault is null;
    }

    private static bool TrySince(string text, DateTimeOffset now, out DateTimeOffset? since)
    {
        since = null;
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            since = text[^1] switch
            {
                's' => now.AddSeconds(-count),
                'm' => now.AddMinutes(-count),
                'h' => now.AddHours(-count),
                'd' when count < 100_000 => now.AddDays(-count),
                _ => null,
            };
        }
        else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            since = at;
        }

        return since is not null;
    }

    private static Fault Bad(string name, string form) => new("api.query", $"The filter '{name}' does not parse.", $"It is {form}.");
}
