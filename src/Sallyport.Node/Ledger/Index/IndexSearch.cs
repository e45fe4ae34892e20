using Dapper;
using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>Finds entries by what they have together.</summary>
/// <remarks>Each part of a question goes through its blocks, and waits at the block that another has reached: what no
/// entry of a block has is passed over by the block. Entries are read last, and asked themselves.</remarks>
/// <param name="connection">The index.</param>
/// <param name="overdue">When to give up: the question is then a <see cref="SqliteException"/> of
/// <see cref="Interrupted"/>.</param>
internal sealed class IndexSearch(SqliteConnection connection, CancellationToken overdue)
{
    /// <summary>SQLITE_INTERRUPT.</summary>
    public const int Interrupted = 9;

    /// <summary>Entries that the filter wants, one more than its limit if there are more.</summary>
    public IReadOnlyList<LedgerLine> Find(LedgerFilter filter)
    {
        var (after, before) = Bounds(filter);
        var lines = Plain(filter) ? Between(filter, after, before) : Together(filter, after, before);
        return [.. lines.Take(filter.Limit + 1)];
    }

    /// <summary>Positions below one, newest first, of entries that have all of some facets and one not.</summary>
    public IEnumerable<long> Positions(IReadOnlyList<IndexFacet> facets, IndexFacet without, long before) =>
        Blocks(facets, words: null, without, LedgerOrder.NewestFirst, after: -1, before)
            .SelectMany(block => Numbers(block, LedgerOrder.NewestFirst));

    /// <summary>How many there are of those.</summary>
    public long Count(IReadOnlyList<IndexFacet> facets, IndexFacet without, long before) =>
        Blocks(facets, words: null, without, LedgerOrder.NewestFirst, after: -1, before)
            .Sum(block => (long)block.Bits.Count());

    private static bool Plain(LedgerFilter filter) =>
        IndexFacet.Of(filter).Count == 0 && IndexWords.Wanted(filter) is null;

    private static IEnumerable<long> Numbers((long Block, BlockBits Bits) block, LedgerOrder order)
    {
        var positions = block.Bits.Numbers().Select(number => (block.Block * BlockBits.Entries) + number);
        return order is LedgerOrder.NewestFirst ? positions.Reverse() : positions;
    }

    private IEnumerable<LedgerLine> Between(LedgerFilter filter, long after, long before)
    {
        var order = filter.Order is LedgerOrder.NewestFirst ? "DESC" : "ASC";
        return connection.Query<byte[]>(
            $"""
            SELECT bytes FROM entry
            WHERE position > @after AND position < @before AND time >= @since AND time < @until
            ORDER BY position {order} LIMIT @limit
            """,
            new { after, before, since = Since(filter), until = Until(filter), limit = filter.Limit + 1 })
            .Select(IndexQueries.Line);
    }

    private IEnumerable<LedgerLine> Together(LedgerFilter filter, long after, long before)
    {
        using var read = connection.CreateCommand();
        read.CommandText = "SELECT bytes FROM entry WHERE position = $position";
        var at = read.Parameters.AddWithValue("$position", 0L);
        var blocks = Blocks(
            IndexFacet.Of(filter), IndexWords.Wanted(filter), without: null, filter.Order, after, before);
        foreach (var position in blocks.SelectMany(block => Numbers(block, filter.Order)))
        {
            GiveUpIfOverdue();
            at.Value = position;
            if (read.ExecuteScalar() is byte[] bytes && IndexQueries.Line(bytes) is var line
                && filter.Matches(line.Recorded))
            {
                yield return line;
            }
        }
    }

    private IEnumerable<(long Block, BlockBits Bits)> Blocks(
        IReadOnlyList<IndexFacet> facets, string? words, IndexFacet? without, LedgerOrder order, long after,
        long before)
    {
        List<IndexBlocks> parts =
        [
            .. facets.Select(facet => new FacetBlocks(connection, facet, order)),
            .. words is null ? [] : (IndexBlocks[])[new WordBlocks(connection, words, order)],
        ];
        using var excepted = without is { } facet ? new FacetBlocks(connection, facet, order) : null;
        try
        {
            var block = BlockBits.Of(order is LedgerOrder.NewestFirst ? Math.Max(before - 1, 0) : after + 1);
            for (; TryReach(parts, ref block); block += order is LedgerOrder.NewestFirst ? -1 : 1)
            {
                GiveUpIfOverdue();
                var (low, high) = (after - (block * BlockBits.Entries), before - (block * BlockBits.Entries));
                if (order is LedgerOrder.NewestFirst ? low >= BlockBits.Entries - 1 : high <= 0)
                {
                    yield break;
                }

                var bits = parts[0].Bits;
                parts.ForEach(part => bits.And(part.Bits));
                if (excepted?.TryReach(block) is true && excepted.Block == block)
                {
                    bits.Except(excepted.Bits);
                }

                bits.Clip(low, high);
                yield return (block, bits);
            }
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    private void GiveUpIfOverdue()
    {
        if (overdue.IsCancellationRequested)
        {
            throw new SqliteException("The question takes too long.", Interrupted);
        }
    }

    // The first block, from this one on, that all of them have.
    private static bool TryReach(List<IndexBlocks> parts, ref long block)
    {
        for (var agreed = 0; agreed < parts.Count;)
        {
            foreach (var part in parts)
            {
                if (!part.TryReach(block))
                {
                    return false;
                }

                agreed = part.Block == block ? agreed + 1 : 1;
                block = part.Block;
            }
        }

        return true;
    }

    // Times are not in the order of positions where the clock was set back: the bounds are those of whole blocks that
    // may hold what is wanted, and each entry is still asked.
    private (long After, long Before) Bounds(LedgerFilter filter)
    {
        var (after, before) = (filter.After ?? -1, filter.Before ?? long.MaxValue);
        if (filter.Since is null && filter.Until is null)
        {
            return (after, before);
        }

        var (first, last) = connection.QuerySingle<(long? First, long? Last)>(
            "SELECT min(number), max(number) FROM block WHERE latest >= @since AND earliest < @until",
            new { since = Since(filter), until = Until(filter) });
        return first is null || last is null
            ? (0, 0)
            : (Math.Max(after, (first.Value * BlockBits.Entries) - 1),
                Math.Min(before, (last.Value + 1) * BlockBits.Entries));
    }

    private static long Since(LedgerFilter filter) =>
        filter.Since is { } since ? IndexTime.Ceiling(since) : long.MinValue;

    private static long Until(LedgerFilter filter) =>
        filter.Until is { } until ? IndexTime.Ceiling(until) : long.MaxValue;
}
