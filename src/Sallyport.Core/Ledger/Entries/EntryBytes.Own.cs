namespace Sallyport.Ledger;

/// <content>The kinds in which the ledger speaks of itself.</content>
public static partial class EntryBytes
{
    private static void Write(ref EntryWriter to, LedgerEntry.Gap entry)
    {
        to.Text(",\"code\":"u8, entry.Code);
        to.Time(",\"from\":"u8, entry.From);
        to.Number(",\"milliseconds\":"u8, entry.Milliseconds);
        to.Number(",\"carried\":"u8, entry.Carried);
        to.Number(",\"refused\":"u8, entry.Refused);
    }

    private static LedgerEntry.Gap ReadGap(ref EntryReader from) => new()
    {
        Code = from.Text(",\"code\":"u8),
        From = from.Time(",\"from\":"u8),
        Milliseconds = from.Number(",\"milliseconds\":"u8),
        Carried = from.Number(",\"carried\":"u8),
        Refused = from.Number(",\"refused\":"u8),
    };

    private static void Write(ref EntryWriter to, LedgerEntry.Counts entry)
    {
        to.Number(",\"dials\":"u8, entry.Dials);
        to.Number(",\"replies\":"u8, entry.Replies);
        to.Number(",\"open\":"u8, entry.Open);
    }

    private static LedgerEntry.Counts ReadCounts(ref EntryReader from) => new()
    {
        Dials = from.Number(",\"dials\":"u8),
        Replies = from.Number(",\"replies\":"u8),
        Open = from.Number(",\"open\":"u8),
    };

    private static void Write(ref EntryWriter to, LedgerEntry.PeriodBegan entry)
    {
        to.Text(",\"reason\":"u8, entry.Reason);
        to.Text(",\"before\":"u8, entry.Before);
        to.Number(",\"entries\":"u8, entry.Entries);
        to.Text(",\"root\":"u8, entry.Root);
    }

    private static LedgerEntry.PeriodBegan ReadPeriod(ref EntryReader from) => new()
    {
        Reason = from.Text(",\"reason\":"u8),
        Before = from.Text(",\"before\":"u8),
        Entries = from.Number(",\"entries\":"u8),
        Root = from.Text(",\"root\":"u8),
    };

    private static void Write(ref EntryWriter to, LedgerEntry.UnsignedFound entry)
    {
        to.Number(",\"from\":"u8, entry.From);
        to.Number(",\"entries\":"u8, entry.Entries);
        to.Number(",\"disbelieved\":"u8, entry.Disbelieved);
    }

    private static LedgerEntry.UnsignedFound ReadUnsigned(ref EntryReader from) => new()
    {
        From = from.Number(",\"from\":"u8),
        Entries = from.Number(",\"entries\":"u8),
        Disbelieved = from.Number(",\"disbelieved\":"u8),
    };

    private static void Write(ref EntryWriter to, LedgerEntry.PeriodArchived entry)
    {
        to.Number(",\"entries\":"u8, entry.Entries);
        to.Text(",\"root\":"u8, entry.Root);
        to.Number(",\"first\":"u8, entry.First);
        to.Number(",\"kept\":"u8, entry.Kept);
        to.Text(",\"keptDigest\":"u8, entry.KeptDigest);
        to.Text(",\"archive\":"u8, entry.Archive);
        to.Text(",\"author\":"u8, entry.Author);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
    }

    private static LedgerEntry.PeriodArchived ReadArchived(ref EntryReader from) => new()
    {
        Entries = from.Number(",\"entries\":"u8),
        Root = from.Text(",\"root\":"u8),
        First = from.Number(",\"first\":"u8),
        Kept = from.Number(",\"kept\":"u8),
        KeptDigest = from.Text(",\"keptDigest\":"u8),
        Archive = from.Text(",\"archive\":"u8),
        Author = from.Text(",\"author\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
    };
}
