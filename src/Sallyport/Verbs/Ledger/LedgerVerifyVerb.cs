using System.CommandLine;
using System.Text;
using System.Text.Json;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport ledger verify</c>: offline, from the bytes of the entries up.</summary>
internal static class LedgerVerifyVerb
{
    public static Command Create()
    {
        var (state, json, key) = (Places.State(), Places.Json(), LedgerVerb.KeyOption());
        var from = new Option<string[]>("--from")
        { Description = "A checkpoint file that was kept: the log must extend it." };
        var receipt = new Option<string?>("--receipt")
        { Description = "Verify this receipt instead, with the key alone." };
        var folder = new Option<string?>("--export") { Description = "Verify this exported folder instead." };
        var witness = new Option<string[]>("--witness")
        { Description = "The public key of a witness (its vkey) that must have cosigned. May be given several times." };
        var quorum = new Option<int?>("--quorum")
        { Description = "How many of the given witnesses are enough; without it, all." };
        var archive = GivenArchives.Option();
        var verb = new Command(
            "verify",
            "Read every entry and hold it to the leaf hashes and the signed checkpoint. While a node is "
            + "writing: as far as it "
            + "has signed. Exit code 1 at the first fault, with its place; 5 where all that is signed is good, "
            + "and entries follow it that are not, though the node stopped in good order.")
        { from, receipt, folder, archive, key, witness, quorum, state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var own = LedgerVerb.Given(parsed.GetValue(key));
            var place = parsed.GetValue(state)!; // has a default
            if (parsed.GetValue(receipt) is { } file)
            {
                Receipt(
                    LedgerVerb.Read(file), own, place,
                    new Cosigners(parsed.GetValue(witness), parsed.GetValue(quorum)), parsed.GetValue(json));
            }
            else if (parsed.GetValue(folder) is { } exported)
            {
                await ExportAsync(
                    exported, own, new Cosigners(parsed.GetValue(witness), parsed.GetValue(quorum)),
                    parsed.GetValue(json), cancellation);
            }
            else
            {
                Whole(
                    LedgerVerb.Folder(place), await GivenArchives.ReadAsync(parsed.GetValue(archive), cancellation),
                    new Cosigners(parsed.GetValue(witness), parsed.GetValue(quorum)),
                    new AuditOptions
                    {
                        Key = own,
                        Remembered = [.. (parsed.GetValue(from) ?? []).Select(path => new RememberedCheckpoint(path,
                            LedgerVerb.Read(path)))],
                    },
                    parsed.GetValue(json));
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static async Task ExportAsync(
        string folder, Tlog.Notes.VerifierKey? key, Cosigners cosigners, bool json, CancellationToken cancellation)
    {
        var (report, fault) = await LedgerExport.VerifyAsync(folder, key, cancellation);
        if (report is null)
        {
            throw new FaultException(fault!, ExitCode.No); // no report: a fault
        }

        var witnessed = await cosigners.ExportAsync(folder, key, cancellation);
        LedgerExportVerb.Show(report, json, witnessed);
        if (witnessed is { } seen && !json)
        {
            Print.Line($"{seen} entries cosigned by {cosigners.Quorum} of {cosigners.Count} given witnesses or more; "
                + $"{report.Size - seen} since are not witnessed");
        }
    }

    private static void Whole(
        LedgerFolder folder, GivenArchives archives, Cosigners cosigners, AuditOptions options, bool json)
    {
        var witnessed = cosigners.Checkpoint(folder, ref options);
        var log = archives.Audit(folder, options, out var live);
        var claim = log.Checkpoint.Claim;
        if (json)
        {
            Print.Json(
                new VerifyView($"{claim.Origin}", log.Entries, claim.Head.Size.Value, $"{log.Root}", log.TornBytes,
                    log.NotSigned, log.Found, live, options.Remembered.Count, witnessed, log.First, log.NotRead,
                    [.. log.Archives.Select(it => new ArchiveLine(
                        $"{it.Id}", it.Entry.Entries, it.Entry.Root, it.Entry.Archive))]),
                VerbJson.Default.VerifyView);
            return;
        }

        Print.Line($"{log.Entries} entries, all whole; {claim.Head.Size} of them signed as {claim.Origin}"
            + (options.Remembered.Count > 0 ? $"; extends {options.Remembered.Count} kept checkpoints" : ""));
        Periods(log, archives);
        if (witnessed is { } seen)
        {
            Print.Line($"{seen} entries cosigned by {cosigners.Quorum} of {cosigners.Count} given witnesses or more; "
                + $"{log.Entries - seen} since are not witnessed");
        }

        if (live)
        {
            Print.Line($"a node is writing: {log.NotSigned} entries after the last checkpoint are not yet signed, and "
                + "were not read");
        }
        else if (log.NotSigned > 0)
        {
            Print.Line($"{log.NotSigned} entries after the last checkpoint are not yet signed: the node died before it "
                + "could; the next start names them");
        }

        if (log.Found > 0)
        {
            Print.Line($"{log.Found} entries were found unsigned at a start: sallyport log --kind unsigned");
        }

        if (log.TornBytes > 0)
        {
            Print.Line($"{log.TornBytes} bytes of a torn entry follow, which the next start will cut");
        }

        if (options.Key is null)
        {
            Print.Note("the key is the one beside the log: compare it with one that was kept elsewhere, "
                + "or give that with --key");
        }
    }

    private static void Periods(AuditedLog log, GivenArchives archives)
    {
        if (log.First > 0 && log.NotRead == 0)
        {
            Print.Line($"the {log.First} entries that have left the disk were read from {archives.Count} of the "
                + $"{Print.Count(log.Archives.Count, "archive")} that the log names");
        }
        else if (log.NotRead > 0)
        {
            var also = archives.Count > 0 ? " too" : "";
            Print.Line($"{log.NotRead} entries are archived, and were not verified here: their leaf hashes lead to the "
                + $"signed root. With --archive FOLDER for each of these{also} they are:");
            foreach (var (id, period) in log.Archives.Where(it => !archives.Has(it.Entry)))
            {
                Print.Line($"  {id}: ends with {period.Entries} entries, {period.Archive}");
            }
        }
    }

    private static void Receipt(
        byte[] bytes, Tlog.Notes.VerifierKey? key, string state, Cosigners cosigners, bool json)
    {
        if (key is null && !LedgerKey.TryReadPublic(LedgerVerb.Folder(state), new LocalDisk(), out key,
            out var missing))
        {
            throw new FaultException(missing, ExitCode.Configuration);
        }

        var (proven, fault) = LedgerProver.Verify(bytes, cosigners.Policy(key));
        if (proven is null)
        {
            throw new FaultException(fault!, ExitCode.No); // nothing proven: a fault
        }

        var buffer = new byte[EntryBytes.LengthMax];
        var length = EntryBytes.Write(proven.Recorded.Id, proven.Recorded.Time, proven.Recorded.Entry, buffer);
        var text = Encoding.ASCII.GetString(buffer, 0, length);
        using var entry = JsonDocument.Parse(text);
        var head = proven.Checkpoint.Head;
        if (json)
        {
            Print.Json(
                new ReceiptView($"{proven.Recorded.Id}", $"{proven.Checkpoint.Origin}", head.Size.Value,
                    $"{head.Root}", entry.RootElement.Clone()),
                VerbJson.Default.ReceiptView);
            return;
        }

        Print.Line($"entry {proven.Recorded.Id} is in {proven.Checkpoint.Origin} of size {head.Size}:");
        Print.Line(EntryLine.Of(entry.RootElement, Width.Columns));
    }
}
