namespace Sallyport.Ledger;

public static partial class EntryBytes
{
    // The order of members is part of the format, as in the other kinds.
    private static void Write(ref EntryWriter to, LedgerEntry.PlaceLabelled entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Id(",\"decision\":"u8, entry.Decision);
        to.Text(",\"place\":"u8, entry.Place);
        to.Text(",\"path\":"u8, entry.Path, EntryText.TargetMax);
        to.Labels(",\"labels\":"u8, entry.Labels);
    }

    private static void Write(ref EntryWriter to, LedgerEntry.PlaceCleared entry)
    {
        to.Text(",\"place\":"u8, entry.Place);
        to.Text(",\"path\":"u8, entry.Path, EntryText.TargetMax);
        to.Labels(",\"labels\":"u8, entry.Labels);
        to.Text(",\"author\":"u8, entry.Author);
        to.Text(",\"reason\":"u8, entry.Reason, EntryText.PhraseMax);
    }

    private static LedgerEntry.PlaceLabelled ReadPlaceLabelled(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Decision = from.Id(",\"decision\":"u8),
        Place = from.Text(",\"place\":"u8),
        Path = from.Text(",\"path\":"u8, EntryText.TargetMax),
        Labels = from.Labels(",\"labels\":"u8),
    };

    private static LedgerEntry.PlaceCleared ReadPlaceCleared(ref EntryReader from) => new()
    {
        Place = from.Text(",\"place\":"u8),
        Path = from.Text(",\"path\":"u8, EntryText.TargetMax),
        Labels = from.Labels(",\"labels\":"u8),
        Author = from.Text(",\"author\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
    };
}
