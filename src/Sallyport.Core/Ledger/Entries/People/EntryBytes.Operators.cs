namespace Sallyport.Ledger;

public static partial class EntryBytes
{
    // The order of members is part of the format, as in the other kinds.
    private static void Write(ref EntryWriter to, LedgerEntry.ActRefused entry)
    {
        to.Text(",\"act\":"u8, entry.Act);
        to.Text(",\"what\":"u8, entry.What, EntryText.TargetMax);
        to.Text(",\"author\":"u8, entry.Author);
        to.Text(",\"code\":"u8, entry.Code);
    }

    private static LedgerEntry.ActRefused ReadActRefused(ref EntryReader from) => new()
    {
        Act = from.Text(",\"act\":"u8),
        What = from.Text(",\"what\":"u8, EntryText.TargetMax),
        Author = from.Text(",\"author\":"u8),
        Code = from.Text(",\"code\":"u8),
    };
}
