using Sallyport.Console;
using Sallyport.Host;
using Sallyport.Ledger;

namespace Sallyport.Verbs;

/// <summary>The decisions of a ledger on the disk; a node may be writing to it.</summary>
internal static class RecordedDecisions
{
    /// <summary>Every decision since then, in the order of the log.</summary>
    /// <param name="state">The state folder.</param>
    /// <param name="since">An age or a time; null for all.</param>
    /// <exception cref="FaultException">The time is none, or the ledger cannot be read.</exception>
    public static IEnumerable<(EntryId Id, LedgerEntry.Decided Decided)> Since(string state, string? since)
    {
        var query = new LogQuery(null, null, null, null, null, null, since, null, null);
        if (!query.TryParse(TimeProvider.System.GetUtcNow(), out var filter, out var fault))
        {
            throw new FaultException(fault, ExitCode.Usage);
        }

        return Read(new LedgerReader(new StateFolder(state).Ledger, new LocalDisk(), live: null), filter.Since);
    }

    private static IEnumerable<(EntryId Id, LedgerEntry.Decided Decided)> Read(
        LedgerReader reader, DateTimeOffset? since)
    {
        for (long next = 0; ;)
        {
            if (!reader.TryRead(next, LedgerReader.EntriesMax, out var entries, out var fault))
            {
                throw new FaultException(fault, ExitCode.No);
            }

            foreach (var recorded in entries)
            {
                if (recorded.Entry is LedgerEntry.Decided decided && (since is not { } from || recorded.Time >= from))
                {
                    yield return (recorded.Id, decided);
                }
            }

            if (entries.Count < LedgerReader.EntriesMax)
            {
                yield break;
            }

            next += entries.Count;
        }
    }
}
