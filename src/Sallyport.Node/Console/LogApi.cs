using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Ledger;
using Sallyport.Tlog;
using Sallyport.Tlog.Tiles;

namespace Sallyport.Console;

/// <summary>The part of the API that serves the log itself, as C2SP tlog-tiles: what a monitor or a mirror
/// reads.</summary>
internal sealed class LogApi(Sequencer sequencer, WitnessRounds? witnesses, TimeProvider time)
{
    private const string Octets = "application/octet-stream";
    private const string Text = "text/plain; charset=utf-8";

    // Who has just been answered wants the receipt at once: the checkpoint is given this long.
    private static readonly TimeSpan CheckpointLag = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CheckAgain = TimeSpan.FromMilliseconds(20);

    private readonly LedgerProver prover =
        new(sequencer.Tiles, () => sequencer.Checkpoint, () => witnesses?.Cosigned?.SignedCheckpoint)
        {
            Entries = () => sequencer.Written,
        };

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/ledger/key", () => TypedResults.Text($"{sequencer.Key}\n", Text));
        api.MapGet("/ledger/checkpoint", () => TypedResults.Bytes(sequencer.Checkpoint.ToBytes(), Text));
        api.MapGet("/ledger/tile/{**path}", TileAsync);
        api.MapGet("/ledger/proof/{id}", ProofAsync);
    }

    private async Task<IResult> TileAsync(string path, HttpContext context)
    {
        if (!TilePath.Parse($"tile/{path}").TryGet(out var tile, out var wrong))
        {
            return AdminApi.Problem(StatusCodes.Status404NotFound, NoTile($"{wrong}"));
        }

        var read = await sequencer.Tiles.ReadAsync(tile, context.RequestAborted);
        return read.TryGet(out var bytes, out wrong) ? TypedResults.Bytes(bytes, Octets)
            : AdminApi.Problem(
                wrong.Kind is FaultKind.Absent
                    ? StatusCodes.Status404NotFound
                    : StatusCodes.Status503ServiceUnavailable,
                NoTile($"{wrong}"));
    }

    private async Task<IResult> ProofAsync(string id, HttpContext context)
    {
        if (!EntryId.TryParse(id, out var entry))
        {
            return AdminApi.Problem(StatusCodes.Status400BadRequest, LedgerApi.NotAnId);
        }

        await SignedAsync(entry, context.RequestAborted);
        var (receipt, fault) = await prover.ProveAsync(entry, context.RequestAborted);
        return receipt is not null
            ? TypedResults.Bytes(receipt.ToBytes(), Text)
            : AdminApi.Problem(StatusCodes.Status404NotFound, fault!); // No receipt means a fault.
    }

    private async Task SignedAsync(EntryId entry, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (entry.Position < sequencer.Written && entry.Position >= sequencer.Checkpoint.Claim.Head.Size.Value
            && time.GetElapsedTime(began) < CheckpointLag)
        {
            await Task.Delay(CheckAgain, time, cancellation);
        }
    }

    private static Fault NoTile(string wrong) => new(
        "ledger.no-tile", $"There is no such tile: {wrong}",
        "What exists follows from the checkpoint's size (C2SP tlog-tiles).");
}
