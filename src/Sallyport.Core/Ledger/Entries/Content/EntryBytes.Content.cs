namespace Sallyport.Ledger;

/// <content>The kinds that tell what became of bodies.</content>
public static partial class EntryBytes
{
    // The order of members is part of the format, as in the other kinds.
    private static void Write(ref EntryWriter to, LedgerEntry.ContentChanged entry)
    {
        to.Text(",\"change\":"u8, entry.Change);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
        to.Text(",\"author\":"u8, entry.Author);
        to.Number(",\"bodies\":"u8, entry.Bodies);
        to.Number(",\"bytes\":"u8, entry.Bytes);
        to.Text(",\"digests\":"u8, entry.Digests, EntryText.TargetMax);
    }

    private static LedgerEntry.ContentChanged ReadContentChanged(ref EntryReader from) => new()
    {
        Change = from.Text(",\"change\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
        Author = from.Text(",\"author\":"u8),
        Bodies = from.Number(",\"bodies\":"u8),
        Bytes = from.Number(",\"bytes\":"u8),
        Digests = from.Text(",\"digests\":"u8, EntryText.TargetMax),
    };

    private static void Write(ref EntryWriter to, LedgerEntry.ContentHeld entry)
    {
        to.Text(",\"change\":"u8, entry.Change);
        to.Text(",\"hold\":"u8, entry.Hold);
        to.Text(",\"scope\":"u8, entry.Scope);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
        to.Text(",\"author\":"u8, entry.Author);
    }

    private static LedgerEntry.ContentHeld ReadContentHeld(ref EntryReader from) => new()
    {
        Change = from.Text(",\"change\":"u8),
        Hold = from.Text(",\"hold\":"u8),
        Scope = from.Text(",\"scope\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
        Author = from.Text(",\"author\":"u8),
    };
}
