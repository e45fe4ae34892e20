namespace Sallyport.Ledger;

/// <summary>What entries have in common and are asked for by: one value of few, each of many entries.</summary>
/// <param name="Name">What it is of an entry.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct IndexFacet(string Name, string Value)
{
    /// <summary>Of decisions that brought nothing: neither a status line nor a byte came back, so that the run cannot
    /// have read anything there.</summary>
    public static readonly IndexFacet Idle = new("idle", "");

    /// <summary>How the index writes it.</summary>
    public override string ToString() => $"{Name}:{Value}";

    /// <summary>The run.</summary>
    public static IndexFacet Run(string run) => new("run", run);

    /// <summary>The agent.</summary>
    public static IndexFacet Agent(string agent) => new("agent", agent);

    /// <summary>The verdict.</summary>
    public static IndexFacet Verdict(string verdict) => new("verdict", verdict);

    /// <summary>The kind.</summary>
    public static IndexFacet Kind(string kind) => new("kind", kind);

    /// <summary>Those of an entry.</summary>
    public static IEnumerable<IndexFacet> Of(EntryFacets entry)
    {
        yield return Kind(entry.Kind);
        if (entry.Run is { } run)
        {
            yield return Run(run.Text);
        }

        if (entry.Agent is { } agent)
        {
            yield return Agent(agent.Value);
        }

        if (entry.Host is { } host)
        {
            yield return new("host", host);
        }

        if (entry.Verdict is { } verdict)
        {
            yield return Verdict(verdict);
        }

        foreach (var label in entry.Labels.Labels)
        {
            yield return new("label", label.Value);
        }
    }

    /// <summary>Those that a filter asks for together.</summary>
    public static IReadOnlyList<IndexFacet> Of(LedgerFilter filter) =>
    [
        .. filter.Run is { } run ? [Run(run.Text)] : (IndexFacet[])[],
        .. filter.Label is { } label ? [new("label", label.Value)] : (IndexFacet[])[],
        .. filter.Host is { } host ? [new("host", host)] : (IndexFacet[])[],
        .. filter.Agent is { } agent ? [Agent(agent.Value)] : (IndexFacet[])[],
        .. filter.Verdict is { } verdict ? [Verdict(verdict)] : (IndexFacet[])[],
        .. filter.Kind is { } kind ? [Kind(kind)] : (IndexFacet[])[],
    ];
}
