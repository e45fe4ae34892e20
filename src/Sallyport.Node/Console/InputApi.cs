using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>The part of the API that is told what a command is about to be given on its standard input.</summary>
internal sealed class InputApi(ApiParts parts)
{
    public void Map(IEndpointRouteBuilder api) => api.MapPost("/runs/{id}/input", TakeAsync);

    private async Task<IResult> TakeAsync(string id, HttpContext context)
    {
        if (!RunId.TryParse(id, out var known) || !parts.Runs.TryFind(known, out var run))
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, AdminApi.RunUnknown);
        }

        var piece = new ArrayBufferWriter<byte>();
        var body = context.Request.Body;
        int read;
        while ((read = await body.ReadAsync(piece.GetMemory(4_096), context.RequestAborted)) > 0)
        {
            piece.Advance(read);
            if (piece.WrittenCount > InputIntake.PieceMax)
            {
                return AdminApi.Problem(StatusCodes.Status400BadRequest, new Fault(
                    "identity.input", $"A piece of input is longer than {InputIntake.PieceMax / 1024} KiB.",
                    "Send it in pieces, in their order."));
            }
        }

        return await JoinAsync(run, piece.WrittenMemory) is { } answer
            ? TypedResults.Ok(answer)
            : AdminApi.Problem(StatusCodes.Status503ServiceUnavailable, parts.Sequencer.Fault ?? new Fault(
                "ledger.unavailable", "What the input brings could not be recorded, so it may not be passed on.",
                "See what the ledger lacks: sallyport status"));
    }

    private async Task<InputAnswer?> JoinAsync(RunState run, ReadOnlyMemory<byte> piece)
    {
        int foreign;
        lock (run.Input)
        {
            foreign = run.Input.Take(piece.Span, parts.Runs.TextsBeside(run));
        }

        if (foreign > 0 && !run.Labels.Set.IsUntrusted)
        {
            var appended = parts.Sequencer.Append(new LedgerEntry.InputForeign
            {
                Run = run.Id,
                Agent = run.Agent,
                Bytes = run.Input.Bytes,
                UntrustedLines = foreign,
            });
            if (!appended.IsAccepted || !await parts.Interlock.JoinAsync(run, appended.Id, LabelSet.Untrusted))
            {
                return null;
            }
        }

        return new InputAnswer(foreign, !run.Input.IsOver);
    }
}

/// <summary>A piece of input may be passed on.</summary>
/// <param name="UntrustedLines">Lines of it that some run has read as untrusted: the run carries that label
/// now.</param>
/// <param name="More">Whether what follows is compared too.</param>
public sealed record InputAnswer(int UntrustedLines, bool More);
