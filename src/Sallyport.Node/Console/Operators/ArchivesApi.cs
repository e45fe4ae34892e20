using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Ledger;
using Sallyport.Limits;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Console;

/// <summary>The part of the API that ends a period of the ledger. Who asks has written the archive and verified
/// it.</summary>
internal sealed class ArchivesApi(ApiParts parts, OperatorDesk desk)
{
    /// <summary>What is said of a request that names no period.</summary>
    public static Fault NoPeriod { get; } = new(
        "archive.period", "That names no period, or no reason why it ends.",
        "sallyport ledger archive FOLDER --reason \"the third quarter\"");

    public void Map(IEndpointRouteBuilder api) => api.MapPost("/ledger/archives", ArchiveAsync);

    /// <summary>The act of taking what an archive has off the disk; null where it names no period.</summary>
    public static OperatorDeed? Deed(ApiParts parts, long entries, string root, string archive) =>
        entries > 0 && TryHead(entries, root, out _)
            ? OperatorDeeds.OfArchive(entries, root, archive, $"{parts.Sequencer.Key.Name}")
            : null;

    private static bool TryHead(long entries, string root, out TreeHead head)
    {
        var isHash = Hash.Parse(Encoding.ASCII.GetBytes(root)).TryGet(out var hash, out _);
        head = new TreeHead(new TreeSize(entries), hash);
        return isHash;
    }

    private async Task<IResult> ArchiveAsync(ArchiveRequest request, HttpContext context)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || string.IsNullOrWhiteSpace(request.Archive)
            || Deed(parts, request.Entries, request.Root, request.Archive) is not { } deed
            || !TryHead(request.Entries, request.Root, out var head))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, NoPeriod);
        }

        var (author, no) = desk.Ask(context, deed);
        if (author is null)
        {
            return AdminApi.Problem(StatusCodes.Status403Forbidden, no!); // no author: a fault
        }

        var since = parts.Time.GetUtcNow() - LimitHistory.Longest;
        var (archived, id, fault) = await parts.Sequencer.ArchiveAsync(
            new ArchivedPeriod(head, request.Archive, since, author, request.Reason), context.RequestAborted);
        return archived is null
            ? AdminApi.Problem(
                fault!.Code is LedgerFaults.NotThisLogCode // nothing archived: a fault
                    ? StatusCodes.Status409Conflict
                    : StatusCodes.Status503ServiceUnavailable,
                fault)
            : TypedResults.Ok(new ArchiveAnswer($"{id}", archived.First, archived.Kept));
    }
}

/// <summary>Ends a period: all before it is in an archive.</summary>
/// <param name="Entries">Size of the archive's checkpoint.</param>
/// <param name="Root">Its root, base64.</param>
/// <param name="Archive">Where it is, for people.</param>
/// <param name="Reason">Why.</param>
public sealed record ArchiveRequest(long Entries, string Root, string Archive, string Reason);

/// <summary>A period that has ended.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="First">Position of the first entry that is still on the disk.</param>
/// <param name="Kept">How many of those before it are, since a start needs them.</param>
public sealed record ArchiveAnswer(string Entry, long First, long Kept);
