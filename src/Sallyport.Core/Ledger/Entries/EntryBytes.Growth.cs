namespace Sallyport.Ledger;

/// <content>The kinds that tell how the log grows, and of its keys.</content>
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

    private static void Write(ref EntryWriter to, LedgerEntry.KeyChanged entry)
    {
        to.Text(",\"key\":"u8, entry.Key);
        to.Text(",\"change\":"u8, entry.Change);
        to.Text(",\"before\":"u8, entry.Before);
        to.Text(",\"after\":"u8, entry.After);
        to.Text(",\"note\":"u8, entry.Note, EntryText.PhraseMax);
        to.Text(",\"author\":"u8, entry.Author);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
        to.Time(",\"effectiveAt\":"u8, entry.EffectiveAt);
    }

    private static LedgerEntry.KeyChanged ReadKeyChanged(ref EntryReader from) => new()
    {
        Key = from.Text(",\"key\":"u8),
        Change = from.Text(",\"change\":"u8),
        Before = from.Text(",\"before\":"u8),
        After = from.Text(",\"after\":"u8),
        Note = from.Text(",\"note\":"u8, EntryText.PhraseMax),
        Author = from.Text(",\"author\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
        EffectiveAt = from.Time(",\"effectiveAt\":"u8),
    };
}
