using System.CommandLine;
using Sallyport.Console;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport ledger archive</c>: ends a period. Writes it out, verifies what was written, and only then has
/// the node let go of it.</summary>
internal static class LedgerArchiveVerb
{
    public static Command Create()
    {
        var target = new Argument<string>("folder")
        {
            Description = "Where to. One that holds an archive of this log already is verified and taken.",
        };
        var reason = new Option<string>("--reason") { Description = "Why, for the ledger.", Required = true };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(
            "archive",
            "End a period of the log: write it to a folder as export does, verify that, record its final checkpoint, "
            + "and take the whole segments in it off the disk (none with an entry of the last two days). Needs the "
            + "node.")
        { target, reason, state, json };
        var signing = Signing.On(verb);
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = parsed.GetValue(state)!; // has a default
            using var node = new NodeClient(place);
            await node.GetAsync("status", ApiJson.Default.StatusView, cancellation); // Before hours of copying.

            var folder = Path.GetFullPath(parsed.GetRequiredValue(target));
            var period = await PeriodAsync(LedgerVerb.Folder(place), folder, cancellation);
            var act = $"{OperatorDeeds.Archive}?entries={period.Size}&root={Uri.EscapeDataString(period.Root)}"
                + $"&archive={Uri.EscapeDataString(folder)}";
            if (!await signing.TrySignAsync(parsed, node, act, cancellation))
            {
                return (int)ExitCode.Yes;
            }

            var answer = await node.PostAsync(
                "ledger/archives",
                new ArchiveRequest(period.Size, period.Root, folder, parsed.GetRequiredValue(reason)),
                ApiJson.Default.ArchiveRequest, ApiJson.Default.ArchiveAnswer, cancellation);
            Show(folder, period, answer, parsed.GetValue(json));
            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static async Task<ExportReport> PeriodAsync(
        LedgerFolder folder, string target, CancellationToken cancellation)
    {
        if (!LedgerKey.TryReadPublic(folder, new LocalDisk(), out var key, out var missing))
        {
            throw new FaultException(missing, ExitCode.Configuration);
        }

        var log = LedgerVerb.Audit(folder, new AuditOptions(), out _);
        var from = log.Archives is [.., var (_, last)] ? last.Entries : 0;
        if (!Directory.Exists(target))
        {
            var (written, fault) = await LedgerExport.WriteAsync(
                log, from, log.Checkpoint.Claim.Head.Size.Value, target, cancellation);
            if (written is null)
            {
                throw new FaultException(fault!, LedgerExportVerb.Exit(fault!)); // nothing written: a fault
            }

            LedgerExportVerb.CopyCosigned(folder, target, written.Size);
        }

        var (report, wrong) = await LedgerExport.VerifyAsync(target, key, cancellation);
        return report is null ? throw new FaultException(wrong!, ExitCode.No) // no report: a fault
            : LedgerExport.Missing(target, from, report.Size) is { } lacks
                ? throw new FaultException(lacks, ExitCode.No)
            : report;
    }

    private static void Show(string folder, ExportReport period, ArchiveAnswer answer, bool json)
    {
        if (json)
        {
            Print.Json(
                new ArchiveView(answer.Entry, folder, period.Size, period.Root, answer.First, answer.Kept),
                VerbJson.Default.ArchiveView);
            return;
        }

        Print.Line($"{folder}: a period that ends with {period.Size} entries, verified; entry {answer.Entry} names it");
        Print.Line(answer.First == 0
            ? $"nothing has left the disk: whole segments of {LedgerFolder.SegmentEntries} entries do, after two days"
            : $"entries before {answer.First} are in archives alone now; "
                + $"{answer.Kept} of them stay, which a start needs");
        Print.Line("keep the folder, and see now and then that it is whole: sallyport ledger verify --archive FOLDER");
    }
}
