using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>Which entries are wanted. Null: any.</summary>
public sealed record LedgerFilter
{
    /// <summary>Most entries in one answer.</summary>
    public const int LimitMax = 1_000;

    /// <summary>Entries in an answer when nobody says otherwise.</summary>
    public const int LimitDefault = 100;

    /// <summary>Longest that one question is worked at; then it is refused and has to be narrowed.</summary>
    public const int SecondsMax = 5;

    /// <summary>Any entry.</summary>
    public static LedgerFilter Any { get; } = new();

    /// <summary>The agent.</summary>
    public AgentId? Agent { get; init; }

    /// <summary>The run.</summary>
    public RunId? Run { get; init; }

    /// <summary>The host, exactly.</summary>
    public string? Host { get; init; }

    /// <summary><c>allow</c>, <c>deny</c> or <c>held</c>.</summary>
    public string? Verdict { get; init; }

    /// <summary>One of <see cref="EntryKind.All"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>A label in the entry's set.</summary>
    public Label? Label { get; init; }

    /// <summary>A digest that the entry names (<see cref="EntryTerms.Digests"/>), or how it begins.</summary>
    public DigestPrefix? Digest { get; init; }

    /// <summary>Words in its texts (<see cref="EntryTerms.Text"/>).</summary>
    public SearchWords? Words { get; init; }

    /// <summary>From this time on, inclusive.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Up to this time, exclusive.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only positions above this one.</summary>
    public long? After { get; init; }

    /// <summary>Only positions below this one.</summary>
    public long? Before { get; init; }

    /// <summary>Which end of the log comes first.</summary>
    public LedgerOrder Order { get; init; } = LedgerOrder.NewestFirst;

    /// <summary>Most entries in the answer: 1 to <see cref="LimitMax"/>.</summary>
    public int Limit { get; init; } = LimitDefault;

    /// <summary>Whether an entry is wanted; order and limit aside.</summary>
    public bool Matches(RecordedEntry recorded)
    {
        if (recorded.Time < Since || recorded.Time >= Until
            || recorded.Id.Position <= After || recorded.Id.Position >= Before)
        {
            return false;
        }

        var facets = EntryFacets.Of(recorded.Entry);
        return (Agent is null || Agent == facets.Agent)
            && (Run is null || Run == facets.Run)
            && (Host is null || Host == facets.Host)
            && (Verdict is null || Verdict == facets.Verdict)
            && (Kind is null || Kind == facets.Kind)
            && (Label is null || facets.Labels.Contains(Label))
            && (Digest is null || EntryTerms.Digests(recorded.Entry).Any(Digest.Begins))
            && (Words is null || Words.StandIn(EntryTerms.Text(recorded.Entry)));
    }
}

/// <summary>Order of an answer.</summary>
public enum LedgerOrder
{
    /// <summary>From the end of the log backwards.</summary>
    NewestFirst,

    /// <summary>From the start of the log onwards.</summary>
    OldestFirst,
}
