using System.CommandLine;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport ledger export</c>: the log as files that other programs verify.</summary>
internal static class LedgerExportVerb
{
    public static Command Create()
    {
        var target = new Argument<string>("folder") { Description = "Where to; must not be there." };
        var from = new Option<long?>("--first")
        {
            Description = "First position whose entry is written; without it, the first that is on the disk.",
        };
        var to = new Option<long?>("--end")
        {
            Description = "Position after the last; without it, all that is signed.",
        };
        var (state, json) = (Places.State(), Places.Json());
        var verb = new Command(
            "export",
            "Audit the log and write it as C2SP tlog-tiles: checkpoint, all hashes, and the entries of a "
            + "range (whole bundles of 256).")
        { target, from, to, state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            // Has a default.
            var log = LedgerVerb.Audit(LedgerVerb.Folder(parsed.GetValue(state)!), new AuditOptions(), out _);
            var end = parsed.GetValue(to) ?? log.Checkpoint.Claim.Head.Size.Value;
            var (report, fault) = await LedgerExport.WriteAsync(
                log, parsed.GetValue(from) ?? log.First, end, parsed.GetValue(target)!, cancellation); // required
            var cosigned = LedgerVerb.Folder(parsed.GetValue(state)!).Cosigned;
            if (report is not null && File.Exists(cosigned))
            {
                File.Copy(cosigned, Path.Combine(parsed.GetValue(target)!, Path.GetFileName(cosigned)));
            }

            Show(
                // No report: a fault.
                report ?? throw new FaultException(fault!, Exit(fault!)), // No report means a fault.
                parsed.GetValue(json));
            return (int)ExitCode.Yes;
        });
        return verb;
    }

    internal static ExitCode Exit(Fault fault) =>
        fault.Code is "ledger.export-failed" ? ExitCode.Unavailable : ExitCode.Usage;

    internal static void Show(ExportReport report, bool json)
    {
        if (json)
        {
            Print.Json(new ExportView(report.Origin, report.Size, report.Root, report.Entries),
                VerbJson.Default.ExportView);
        }
        else
        {
            Print.Line($"{report.Origin}, size {report.Size}, root {report.Root}: "
                + $"the hashes of all, the bytes of {report.Entries} entries");
        }
    }
}
