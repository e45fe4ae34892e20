namespace Sallyport.Ledger;

public static partial class EntryBytes
{
    // Property initializers run in the order they are written: the order of members in the bytes.
    private static LedgerEntry? ReadMembers(ref EntryReader from, string kind)
    {
        switch (kind)
        {
            case EntryKind.Decision:
                return ReadDecided(ref from);
            case EntryKind.Observation:
                return ReadObserved(ref from);
            case EntryKind.Labels:
                return ReadLabelsJoined(ref from);
            case EntryKind.Cut:
                return ReadChannelCut(ref from);
            case EntryKind.RunStart:
                return ReadRunStarted(ref from);
            case EntryKind.RunEnd:
                return ReadRunEnded(ref from);
            case EntryKind.Freeze:
                return ReadFreezeChanged(ref from);
            case EntryKind.NodeStart:
                return new LedgerEntry.NodeStarted
                {
                    Version = from.Text(",\"version\":"u8),
                    Snapshot = from.Text(",\"snapshot\":"u8),
                    TornBytesCut = from.Number(",\"tornBytesCut\":"u8),
                };
            case EntryKind.NodeStop:
                return new LedgerEntry.NodeStopped { Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax) };
            case EntryKind.Hold:
                return ReadHoldOpened(ref from);
            case EntryKind.Approval:
                return ReadApprovalChanged(ref from);
            case EntryKind.Perimeter:
                return ReadPerimeterChanged(ref from);
            case EntryKind.Gap:
                return ReadGap(ref from);
            case EntryKind.Counts:
                return ReadCounts(ref from);
            case EntryKind.Period:
                return ReadPeriod(ref from);
            case EntryKind.Place:
                return ReadPlaceLabelled(ref from);
            case EntryKind.PlaceClear:
                return ReadPlaceCleared(ref from);
            case EntryKind.Refused:
                return ReadRefused(ref from);
            case EntryKind.UnsignedTail:
                return ReadUnsigned(ref from);
            case EntryKind.Key:
                return ReadKeyChanged(ref from);
            case EntryKind.ActRefused:
                return ReadActRefused(ref from);
            case EntryKind.Endorsement:
                return ReadEndorsementChanged(ref from);
            case EntryKind.Wake:
                return ReadRunWoken(ref from);
            case EntryKind.Input:
                return ReadInputForeign(ref from);
            case EntryKind.Instruction:
                return ReadInstructionNoted(ref from);
            case EntryKind.Archive:
                return ReadArchived(ref from);
            case EntryKind.Content:
                return ReadContentChanged(ref from);
            case EntryKind.ContentHold:
                return ReadContentHeld(ref from);
            default:
                from.Fail("kind"u8, $"one of {string.Join(", ", EntryKind.All)}");
                return null;
        }
    }

    private static LedgerEntry.Decided ReadDecided(ref EntryReader from) => new()
    {
        Run = from.RunOrNull(",\"run\":"u8),
        Agent = from.AgentOrNull(",\"agent\":"u8),
        Gateway = from.Text(",\"gateway\":"u8),
        Class = from.Text(",\"class\":"u8),
        Method = from.Text(",\"method\":"u8),
        Target = from.Text(",\"target\":"u8, EntryText.TargetMax),
        Host = from.Text(",\"host\":"u8),
        Verdict = from.Text(",\"verdict\":"u8),
        Code = from.Text(",\"code\":"u8),
        Rule = from.Text(",\"rule\":"u8, EntryText.PhraseMax),
        Policies = from.Text(",\"policies\":"u8, EntryText.PhraseMax),
        BytesReserved = from.Number(",\"bytesReserved\":"u8),
        Source = from.Text(",\"source\":"u8),
        Labels = from.Labels(",\"labels\":"u8),
        LabelVersion = from.Number(",\"labelVersion\":"u8, long.MinValue),
        FreezeEpoch = from.Number(",\"freezeEpoch\":"u8, long.MinValue),
        Snapshot = from.Text(",\"snapshot\":"u8),
        Facts = from.Json(",\"facts\":"u8),
    };

    private static LedgerEntry.Observed ReadObserved(ref EntryReader from) => new()
    {
        Decision = from.Id(",\"decision\":"u8),
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Target = from.Text(",\"target\":"u8, EntryText.TargetMax),
        Host = from.Text(",\"host\":"u8),
        Status = (int)from.Number(",\"status\":"u8, int.MinValue, int.MaxValue),
        BytesSent = from.Number(",\"bytesSent\":"u8, long.MinValue),
        BytesReceived = from.Number(",\"bytesReceived\":"u8, long.MinValue),
        DigestSent = from.Text(",\"digestSent\":"u8),
        DigestReceived = from.Text(",\"digestReceived\":"u8),
        Labels = from.Labels(",\"labels\":"u8),
        End = from.Text(",\"end\":"u8),
        Dials = (int)from.Number(",\"dials\":"u8, 0, int.MaxValue),
    };

    private static LedgerEntry.LabelsJoined ReadLabelsJoined(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Decision = from.Id(",\"decision\":"u8),
        Labels = from.Labels(",\"labels\":"u8),
        LabelVersion = from.Number(",\"labelVersion\":"u8, long.MinValue),
    };

    private static LedgerEntry.ChannelCut ReadChannelCut(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Decision = from.Id(",\"decision\":"u8),
        Target = from.Text(",\"target\":"u8, EntryText.TargetMax),
        Code = from.Text(",\"code\":"u8),
    };

    private static LedgerEntry.RunStarted ReadRunStarted(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Role = from.Role(",\"role\":"u8),
        Program = from.Text(",\"program\":"u8),
        CommandDigest = from.Text(",\"commandDigest\":"u8),
        Confinement = from.Text(",\"confinement\":"u8),
        BriefDigest = from.Text(",\"briefDigest\":"u8),
        UntrustedLines = (int)from.Number(",\"untrustedLines\":"u8, 0, int.MaxValue),
    };

    private static LedgerEntry.RunEnded ReadRunEnded(ref EntryReader from) => new()
    {
        Run = from.Run(",\"run\":"u8),
        Agent = from.Agent(",\"agent\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
        ExitCode = (int?)from.NumberOrNull(",\"exitCode\":"u8, int.MinValue, int.MaxValue),
    };

    private static LedgerEntry.FreezeChanged ReadFreezeChanged(ref EntryReader from) => new()
    {
        Change = from.Text(",\"change\":"u8),
        FreezeId = from.Text(",\"freezeId\":"u8),
        Scope = from.Text(",\"scope\":"u8),
        Reason = from.Text(",\"reason\":"u8, EntryText.PhraseMax),
        Author = from.Text(",\"author\":"u8),
        FreezeEpoch = from.Number(",\"freezeEpoch\":"u8, long.MinValue),
        EffectiveAt = from.Time(",\"effectiveAt\":"u8),
        ChannelsCut = (int)from.Number(",\"channelsCut\":"u8, int.MinValue, int.MaxValue),
    };

    private static LedgerEntry.PerimeterChanged ReadPerimeterChanged(ref EntryReader from) => new()
    {
        Change = from.Text(",\"change\":"u8),
        Before = from.Text(",\"before\":"u8),
        After = from.Text(",\"after\":"u8),
        Direction = from.Text(",\"direction\":"u8),
        Author = from.Text(",\"author\":"u8),
        Confirmer = from.TextOrNull(",\"confirmer\":"u8),
        Summary = from.Text(",\"summary\":"u8, EntryText.PhraseMax),
        SummaryDigest = from.Text(",\"summaryDigest\":"u8),
        EffectiveAt = from.Time(",\"effectiveAt\":"u8),
    };
}
