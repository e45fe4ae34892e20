using System.CommandLine;
using System.Text;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport ledger prove</c>: a receipt for one entry.</summary>
internal static class LedgerProveVerb
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The entry (1-42)." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Write the receipt to this file, which must not be there.",
        };
        var (state, json, archive) = (Places.State(), Places.Json(), GivenArchives.Option());
        var verb = new Command(
            "prove",
            "Print a receipt: who has it and the log's public key can show, without the ledger, that the "
            + "entry is in it.")
        { id, output, archive, state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            if (!EntryId.TryParse(parsed.GetValue(id), out var entry))
            {
                throw new FaultException(Console.LedgerApi.NotAnId, ExitCode.Usage);
            }

            var place = parsed.GetValue(state)!; // has a default
            var archives = await GivenArchives.ReadAsync(parsed.GetValue(archive), cancellation);
            var receipt = await ReceiptAsync(entry, place, archives, cancellation);
            var file = parsed.GetValue(output);
            if (file is not null)
            {
                Write(file, receipt);
            }

            if (parsed.GetValue(json))
            {
                Print.Json(new ProveView($"{entry}", file, receipt), VerbJson.Default.ProveView);
            }
            else if (file is null)
            {
                Print.Raw(receipt.TrimEnd('\n'));
            }
            else
            {
                Print.Line($"wrote {file}; verify it with: "
                    + $"sallyport ledger verify --receipt {file} --key \"$(sallyport ledger key)\"");
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    // A node that writes has the tree in memory; else the log is read, and audited on the way.
    private static async Task<string> ReceiptAsync(
        EntryId id, string state, GivenArchives archives, CancellationToken cancellation)
    {
        var folder = LedgerVerb.Folder(state);
        bool live;
        using (LedgerVerb.Lock(folder, out live))
        {
        }

        if (live && archives.Count == 0)
        {
            using var node = new NodeClient(state);
            var lines = new StringBuilder();
            await foreach (var line in node.LinesAsync($"ledger/proof/{id}", cancellation))
            {
                lines.Append(line).Append('\n');
            }

            return $"{lines}";
        }

        var log = archives.Audit(folder, new AuditOptions(), out _);
        var prover = new LedgerProver(log.Tiles, () => log.Checkpoint) { Entries = () => log.Entries + log.NotSigned };
        var (receipt, fault) = await prover.ProveAsync(id, cancellation);
        return receipt?.ToString() ?? throw new FaultException(fault!, ExitCode.No); // no receipt: a fault
    }

    private static void Write(string file, string receipt)
    {
        try
        {
            using var stream = new StreamWriter(new FileStream(file, FileMode.CreateNew, FileAccess.Write));
            stream.Write(receipt);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                new Fault("ledger.export-failed", $"{file} cannot be written: {e.Message}",
                    "Name a file that is not there yet."),
                ExitCode.Usage);
        }
    }
}
