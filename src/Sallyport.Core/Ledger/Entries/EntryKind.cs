namespace Sallyport.Ledger;

/// <summary>The stable words for the kinds of entries: in the bytes, in the index and in filters.</summary>
public static class EntryKind
{
    /// <summary><see cref="LedgerEntry.Decided"/>.</summary>
    public const string Decision = "decision";

    /// <summary><see cref="LedgerEntry.Observed"/>.</summary>
    public const string Observation = "observation";

    /// <summary><see cref="LedgerEntry.LabelsJoined"/>.</summary>
    public const string Labels = "labels";

    /// <summary><see cref="LedgerEntry.ChannelCut"/>.</summary>
    public const string Cut = "cut";

    /// <summary><see cref="LedgerEntry.RunStarted"/>.</summary>
    public const string RunStart = "run-start";

    /// <summary><see cref="LedgerEntry.RunEnded"/>.</summary>
    public const string RunEnd = "run-end";

    /// <summary><see cref="LedgerEntry.FreezeChanged"/>.</summary>
    public const string Freeze = "freeze";

    /// <summary><see cref="LedgerEntry.NodeStarted"/>.</summary>
    public const string NodeStart = "node-start";

    /// <summary><see cref="LedgerEntry.NodeStopped"/>.</summary>
    public const string NodeStop = "node-stop";

    /// <summary><see cref="LedgerEntry.HoldOpened"/>.</summary>
    public const string Hold = "hold";

    /// <summary><see cref="LedgerEntry.ApprovalChanged"/>.</summary>
    public const string Approval = "approval";

    /// <summary><see cref="LedgerEntry.PerimeterChanged"/>.</summary>
    public const string Perimeter = "perimeter";

    /// <summary><see cref="LedgerEntry.Gap"/>.</summary>
    public const string Gap = "gap";

    /// <summary><see cref="LedgerEntry.Counts"/>.</summary>
    public const string Counts = "counts";

    /// <summary><see cref="LedgerEntry.PeriodBegan"/>.</summary>
    public const string Period = "period";

    /// <summary><see cref="LedgerEntry.PlaceLabelled"/>.</summary>
    public const string Place = "place";

    /// <summary><see cref="LedgerEntry.PlaceCleared"/>.</summary>
    public const string PlaceClear = "place-clear";

    /// <summary><see cref="LedgerEntry.EntriesRefused"/>.</summary>
    public const string Refused = "refused";

    /// <summary><see cref="LedgerEntry.EndorsementChanged"/>.</summary>
    public const string Endorsement = "endorsement";

    /// <summary><see cref="LedgerEntry.UnsignedFound"/>.</summary>
    public const string UnsignedTail = "unsigned";

    /// <summary><see cref="LedgerEntry.KeyChanged"/>.</summary>
    public const string Key = "key";

    /// <summary><see cref="LedgerEntry.RunWoken"/>.</summary>
    public const string Wake = "wake";

    /// <summary><see cref="LedgerEntry.InputForeign"/>.</summary>
    public const string Input = "input";

    /// <summary><see cref="LedgerEntry.InstructionNoted"/>.</summary>
    public const string Instruction = "instruction";

    /// <summary><see cref="LedgerEntry.ActRefused"/>.</summary>
    public const string ActRefused = "act-refused";

    /// <summary><see cref="LedgerEntry.PeriodArchived"/>.</summary>
    public const string Archive = "archive";

    /// <summary><see cref="LedgerEntry.ContentChanged"/>.</summary>
    public const string Content = "content";

    /// <summary><see cref="LedgerEntry.ContentHeld"/>.</summary>
    public const string ContentHold = "content-hold";

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Decision, Observation, Labels, Cut, RunStart, RunEnd, Freeze, NodeStart, NodeStop, Hold, Approval, Perimeter,
        Gap, Counts, Period, Place, PlaceClear, Refused, UnsignedTail, Key, ActRefused,
        Endorsement, Wake, Input, Instruction, Archive, Content, ContentHold,
    ];

    /// <summary>The word for an entry's kind.</summary>
    public static string Of(LedgerEntry entry) => entry switch
    {
        LedgerEntry.Decided => Decision,
        LedgerEntry.Observed => Observation,
        LedgerEntry.LabelsJoined => Labels,
        LedgerEntry.ChannelCut => Cut,
        LedgerEntry.RunStarted => RunStart,
        LedgerEntry.RunEnded => RunEnd,
        LedgerEntry.FreezeChanged => Freeze,
        LedgerEntry.NodeStarted => NodeStart,
        LedgerEntry.NodeStopped => NodeStop,
        LedgerEntry.HoldOpened => Hold,
        LedgerEntry.ApprovalChanged => Approval,
        LedgerEntry.PerimeterChanged => Perimeter,
        LedgerEntry.Gap => Gap,
        LedgerEntry.Counts => Counts,
        LedgerEntry.PeriodBegan => Period,
        LedgerEntry.PlaceLabelled => Place,
        LedgerEntry.PlaceCleared => PlaceClear,
        LedgerEntry.EntriesRefused => Refused,
        LedgerEntry.UnsignedFound => UnsignedTail,
        LedgerEntry.KeyChanged => Key,
        LedgerEntry.ActRefused => ActRefused,
        LedgerEntry.EndorsementChanged => Endorsement,
        LedgerEntry.RunWoken => Wake,
        LedgerEntry.InputForeign => Input,
        LedgerEntry.InstructionNoted => Instruction,
        LedgerEntry.PeriodArchived => Archive,
        LedgerEntry.ContentChanged => Content,
        LedgerEntry.ContentHeld => ContentHold,
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry, "A kind without a word."),
    };
}
