namespace Sallyport.Ledger;

/// <content>The kinds that tell how the log grows.</content>
public static partial class EntryBytes
{
    // The order of members is part of the format, as in the other kinds.
    private static void Write(ref EntryWriter to, LedgerEntry.EntriesRefused entry)
    {
        to.Text(",\"agent\":"u8, entry.Agent?.Value);
        to.Text(",\"code\":"u8, entry.Code);
        to.Text(",\"limit\":"u8, entry.Limit);
        to.Time(",\"from\":"u8, entry.From);
        to.Number(",\"refused\":"u8, entry.Refused);
    }

    private static LedgerEntry.EntriesRefused ReadRefused(ref EntryReader from) => new()
    {
        Agent = from.AgentOrNull(",\"agent\":"u8),
        Code = from.Text(",\"code\":"u8),
        Limit = from.Text(",\"limit\":"u8),
        From = from.Time(",\"from\":"u8),
        Refused = from.Number(",\"refused\":"u8),
    };
}
