using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sallyport.Decisions;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>The part of the API that reads the ledger: <c>log</c> and <c>why</c>.</summary>
internal sealed class LedgerApi(
    LedgerIndex index, LedgerReader reader, Sequencer sequencer, SnapshotSource snapshots, Runs runs,
    ContentAnswers bodies, TimeProvider time)
{
    // Who has just been denied asks why at once: the index is given this long to catch up.
    internal static readonly TimeSpan IndexLag = TimeSpan.FromSeconds(3);

    /// <summary>Header of a page that is not the last: the entry to go on before (or after).</summary>
    internal const string MoreHeader = "Sallyport-More";

    /// <summary>Header of a page: entries that are indexed. Fewer than are written while the index lags.</summary>
    internal const string IndexedHeader = "Sallyport-Indexed";

    /// <summary>Header of a page that may lack older entries: the entry that the index begins with.</summary>
    internal const string FirstHeader = "Sallyport-First";

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
        await index.TryCatchUpAsync(next - 1, IndexLag, context.RequestAborted);
        if (!index.TryQuery(filter, out var page, out fault))
        {
            return AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, fault);
        }

        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers[IndexedHeader] = page.Indexed.ToString(CultureInfo.InvariantCulture);
        if (page.First is { } first)
        {
            context.Response.Headers[FirstHeader] = $"{first}";
        }

        if (page is { HasMore: true, Lines: [.., { Recorded.Id: var last }] })
        {
            context.Response.Headers[MoreHeader] = $"{last}";
        }

        var isBackwards = filter.Order is LedgerOrder.NewestFirst;
        foreach (var line in isBackwards ? page.Lines.Reverse() : page.Lines)
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

        var most = limit ?? 10;
        if (most is < 1 or > LedgerFilter.LimitMax)
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, LogQuery.BadLimit);
        }

        await index.TryCatchUpAsync(
            Math.Min(entry.Position, sequencer.Written - 1), IndexLag, context.RequestAborted);
        var current = snapshots.Current;
        return WhyDocument.Of(
            index, entry, most, hash => hash == current.Hash ? current : null, out var fault, bodies) is { } why
            ? TypedResults.Ok(why with { IsRunOpen = IsOpen(why.Action) })
            : AdminApi.Problem(StatusCodes.Status404NotFound, fault!); // No answer means a fault.
    }

    private bool IsOpen(JsonElement action) =>
        action.TryGetProperty("run", out var run) && run.ValueKind is JsonValueKind.String
        && RunId.TryParse(run.GetString(), out var id) && runs.TryFind(id, out _);
}
