namespace Sallyport.Ledger;

public static partial class EntryBytes
{
    // The order of members is part of the format, as in the other kinds.
    private static void Write(ref EntryWriter to, LedgerEntry.RunWoken entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Text(",\"series\":"u8, entry.Series.Text);
        to.Number(",\"round\":"u8, entry.Round);
        to.Number(",\"everySeconds\":"u8, entry.EverySeconds);
    }

    private static LedgerEntry.RunWoken ReadRunWoken(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Series = from.Run(",\"series\":"u8),
        Round = (int)from.Number(",\"round\":"u8, 0, int.MaxValue),
        EverySeconds = from.Number(",\"everySeconds\":"u8),
    };

    private static void Write(ref EntryWriter to, LedgerEntry.InputForeign entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Number(",\"bytes\":"u8, entry.Bytes);
        to.Number(",\"untrustedLines\":"u8, entry.UntrustedLines);
    }

    private static LedgerEntry.InputForeign ReadInputForeign(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Bytes = from.Number(",\"bytes\":"u8),
        UntrustedLines = (int)from.Number(",\"untrustedLines\":"u8, 0, int.MaxValue),
    };

    private static void Write(ref EntryWriter to, LedgerEntry.InstructionNoted entry)
    {
        to.Text(",\"run\":"u8, entry.Run.Text);
        to.Text(",\"agent\":"u8, entry.Agent.Value);
        to.Text(",\"change\":"u8, entry.Change);
        to.Text(",\"path\":"u8, entry.Path, EntryText.TargetMax);
        to.Text(",\"program\":"u8, entry.Program);
        to.Text(",\"what\":"u8, entry.What);
        to.Text(",\"before\":"u8, entry.Before);
        to.Text(",\"after\":"u8, entry.After);
    }

    private static LedgerEntry.InstructionNoted ReadInstructionNoted(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Change = from.Text(",\"change\":"u8),
        Path = from.Text(",\"path\":"u8, EntryText.TargetMax),
        Program = from.Text(",\"program\":"u8),
        What = from.Text(",\"what\":"u8),
        Before = from.Text(",\"before\":"u8),
        After = from.Text(",\"after\":"u8),
    };
}
