using System.CommandLine;
using Sallyport.Console;
using Sallyport.Decisions;
using Sallyport.Host;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary><c>sallyport why</c>: an action, what it carries, and what its run had read before it.</summary>
internal static class WhyVerb
{
    public static Command Create()
    {
        var id = new Argument<string>("id")
        {
            Description = "The entry of the action, as the denial or the log names it (1-42), or one that follows "
                + "from it.",
        };
        var limit = Places.Limit("At most so many other reads.", WhyLines.ReadsUsual);
        var (state, json) = (Places.State(), Places.Json());
        var (fromLog, archive) = (ClosedState.FromLogOption(), GivenArchives.Option());
        var verb = new Command(
            "why",
            "Show an action, the reads in which its text stands, and the others of its run before it, newest first.")
        { id, limit, fromLog, archive, state, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            if (!EntryId.TryParse(parsed.GetValue(id), out var entry))
            {
                // Here and not only at the node: "" and ".." would be another address.
                throw new FaultException(LedgerApi.NotAnId, ExitCode.Usage);
            }

            var (most, place, asJson) = (parsed.GetValue(limit), parsed.GetValue(state)!, parsed.GetValue(json));
            var archives = await GivenArchives.ReadAsync(parsed.GetValue(archive), cancellation);
            var why = parsed.GetValue(fromLog) || archives.Count > 0
                ? Read(ClosedState.FromLog(place, archives), place, entry, most, asJson)
                : await AskAsync(place, entry, most, asJson, cancellation);
            if (asJson)
            {
                Print.Json(why, ApiJson.Default.WhyView);
            }
            else
            {
                WhyLines.Show(why, parsed.GetResult(limit) is { Implicit: false });
            }

            return (int)ExitCode.Yes;
        });
        return verb;
    }

    private static async Task<WhyView> AskAsync(
        string state, EntryId entry, int limit, bool json, CancellationToken cancellation)
    {
        try
        {
            using var node = new NodeClient(state);
            return await node.GetAsync($"why/{entry}?limit={limit}", ApiJson.Default.WhyView, cancellation);
        }
        catch (FaultException failed) when (ClosedState.IsDown(failed, state))
        {
            return Read(ClosedState.Open(state, json), state, entry, limit, json);
        }
    }

    private static WhyView Read(ClosedLedger ledger, string state, EntryId entry, int limit, bool json)
    {
        var why = WhyDocument.Of(ledger, entry, limit, hash => Kept(state, hash), out var fault);
        if (why is not null || fault != ledger.NotLookedAt) // It is not told twice.
        {
            ClosedState.TellLacking(ledger, json);
        }

        return why ?? throw new FaultException(fault!, ExitCode.No); // no answer: a fault
    }

    // The rules that were in force then, as the state folder has kept them.
    private static Snapshot? Kept(string state, string hash) =>
        new StateFolder(state).Snapshots.TryLoad(hash, out var kept, out _) ? kept.Snapshot : null;
}
