namespace Sallyport.Ledger;

/// <summary>The questions of <see cref="ILedgerQuestions"/>, asked of an open index.</summary>
internal static class IndexAnswers
{
    /// <summary>A page.</summary>
    public static LedgerPage Page(IndexQueries queries, LedgerFilter filter)
    {
        var count = queries.Entries();
        var lines = queries.Find(filter);
        var hasMore = lines.Count > filter.Limit;
        return new LedgerPage([.. lines.Take(filter.Limit)], hasMore, count)
        {
            First = hasMore && filter.Order is LedgerOrder.NewestFirst ? null : queries.FirstWithin(filter),
        };
    }

    /// <summary>An action and what came before; null when the entry is none and follows from none.</summary>
    public static WhyAnswer? Why(IndexQueries queries, EntryId id, int limit)
    {
        var action = queries.At(id.Position);
        if (action?.Recorded.Id == id && EntryFacets.Of(action.Recorded.Entry).Decision is { } decision)
        {
            (id, action) = (decision, queries.At(decision.Position));
        }

        if (action?.Recorded.Id != id || action.Recorded.Entry is not LedgerEntry.Decided decided)
        {
            return null;
        }

        var run = decided.Run?.Text;
        return new WhyAnswer(
            action,
            queries.ObservationOf(id.Position),
            run is null ? [] : queries.AllowedBefore(run, id.Position, limit),
            run is null ? 0 : queries.CountAllowedBefore(run, id.Position))
        {
            First = run is null ? null : queries.FirstWithin(run),
        };
    }

    /// <summary>Decisions with what came of them.</summary>
    public static IReadOnlyList<WhyRead> Reads(IndexQueries queries, IEnumerable<EntryId> decisions) =>
    [
        .. decisions
            .Select(id => (id, line: queries.At(id.Position)))
            .Where(found => found.line?.Recorded.Id == found.id)
            .Select(found => new WhyRead(found.line!, queries.ObservationOf(found.id.Position))), // it has an id
    ];
}
