using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>What entries of different kinds have in common, to filter and link by. Null: the kind has no such
/// member.</summary>
public sealed record EntryFacets
{
    /// <summary>Verdict of an act that waits for a person: its <c>hold</c> entry has it.</summary>
    public const string Held = "held";

    /// <summary>The kind's word.</summary>
    public required string Kind { get; init; }

    /// <summary>The run.</summary>
    public RunId? Run { get; init; }

    /// <summary>The agent.</summary>
    public AgentId? Agent { get; init; }

    /// <summary>Host of the target.</summary>
    public string? Host { get; init; }

    /// <summary>Canonical target.</summary>
    public string? Target { get; init; }

    /// <summary><c>allow</c>, <c>deny</c>, or <see cref="Held"/>.</summary>
    public string? Verdict { get; init; }

    /// <summary>Code of a denial or a cut.</summary>
    public string? Code { get; init; }

    /// <summary>Class of the act.</summary>
    public string? Class { get; init; }

    /// <summary>Method as sent.</summary>
    public string? Method { get; init; }

    /// <summary>Status of the response.</summary>
    public int? Status { get; init; }

    /// <summary>Labels of the run (decision, labels) or of the content (observation).</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>The decision that the entry follows from.</summary>
    public EntryId? Decision { get; init; }

    /// <summary>The facets of an entry.</summary>
    public static EntryFacets Of(LedgerEntry entry)
    {
        var kind = EntryKind.Of(entry);
        return entry switch
        {
            LedgerEntry.Decided it => new EntryFacets
            {
                Kind = kind,
                Run = it.Run,
                Agent = it.Agent,
                Host = it.Host,
                Target = it.Target,
                Verdict = it.Verdict,
                Code = it.Code,
                Class = it.Class,
                Method = it.Method,
                Labels = it.Labels,
            },
            LedgerEntry.Observed it => new EntryFacets
            {
                Kind = kind,
                Run = it.Run,
                Agent = it.Agent,
                Host = it.Host,
                Target = it.Target,
                Status = it.Status,
                Labels = it.Labels,
                Decision = it.Decision,
            },
            LedgerEntry.LabelsJoined it => new EntryFacets
            {
                Kind = kind,
                Run = it.Run,
                Agent = it.Agent,
                Labels = it.Labels,
                Decision = it.Decision,
            },
            LedgerEntry.ChannelCut it => new EntryFacets
            {
                Kind = kind,
                Run = it.Run,
                Agent = it.Agent,
                Target = it.Target,
                Code = it.Code,
                Decision = it.Decision,
            },
            LedgerEntry.RunStarted it => new EntryFacets { Kind = kind, Run = it.Run, Agent = it.Agent },
            LedgerEntry.RunEnded it => new EntryFacets { Kind = kind, Run = it.Run, Agent = it.Agent },
            LedgerEntry.HoldOpened it => new EntryFacets
            {
                Kind = kind,
                Run = it.Run,
                Agent = it.Agent,
                Host = it.Host,
                Target = it.Target,
                Verdict = Held,
                Class = it.Class,
                Method = it.Method,
                Labels = it.Labels,
            },
            LedgerEntry.ApprovalChanged it => new EntryFacets { Kind = kind, Run = it.Run, Agent = it.Agent },
            LedgerEntry.PlaceLabelled it => new EntryFacets
            {
                Kind = kind,
                Run = it.Run,
                Agent = it.Agent,
                Labels = it.Labels,
                Decision = it.Decision,
            },
            LedgerEntry.PlaceCleared it => new EntryFacets { Kind = kind, Labels = it.Labels },
            LedgerEntry.EntriesRefused it => new EntryFacets { Kind = kind, Agent = it.Agent, Code = it.Code },
            LedgerEntry.ActRefused it => new EntryFacets { Kind = kind, Code = it.Code },
            LedgerEntry.InputForeign it => new EntryFacets { Kind = kind, Run = it.Run, Agent = it.Agent },
            LedgerEntry.InstructionNoted it => new EntryFacets { Kind = kind, Run = it.Run, Agent = it.Agent },
            LedgerEntry.RunWoken it => new EntryFacets { Kind = kind, Run = it.Run, Agent = it.Agent },
            LedgerEntry.EndorsementChanged it => new EntryFacets
            {
                Kind = kind,
                Run = it.Run,
                Agent = it.Agent,
                Host = it.Host,
                Target = it.Target,
                Method = it.Method,
            },
            _ => new EntryFacets { Kind = kind },
        };
    }
}
