using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>One filter, asked of the index.</summary>
/// <remarks>Every part of a filter has an index in the order of positions. One of them leads, and the others are looked
/// at entry by entry: that which has the fewest entries, as far as that is worth counting. Without it a rare host among
/// the many entries of a busy agent would cost a walk through all of them.</remarks>
internal sealed class IndexSearch(SqliteConnection connection, LedgerFilter filter)
{
    // Beyond this it does not matter which leads: a page is filled long before.
    private const int CountedMax = 2_000;

    /// <summary>The bytes of the entries, one more than the limit if there are more.</summary>
    public IEnumerable<string> Find()
    {
        var (after, before) = Bounds();
        var values = Values(after, before);
        var parts = Parts();
        var lead = parts.Count < 2 ? parts.FirstOrDefault() ?? Part.Any : parts.MinBy(part => Count(part, values));
        var sql = new StringBuilder(lead!.IsTable // one of at least two parts
            ? $"SELECT e.json FROM {lead.From} CROSS JOIN entry e ON e.position = {lead.Position} WHERE {lead.Where}"
            : $"SELECT e.json FROM {lead.From} WHERE {lead.Where}");
        foreach (var other in parts.Where(part => part != lead))
        {
            sql.Append(" AND ").Append(other.Test);
        }

        sql.Append(filter.Since is null ? "" : " AND e.time >= @since");
        sql.Append(filter.Until is null ? "" : " AND e.time < @until");
        sql.Append(Between(lead));
        var order = filter.Order is LedgerOrder.NewestFirst ? "DESC" : "ASC";
        sql.Append($" ORDER BY {lead.Position} {order} LIMIT @limit");
        return connection.Query<string>(sql.ToString(), values);
    }

    private static string Between(Part part) => $" AND {part.Position} > @after AND {part.Position} < @before";

    private long Count(Part part, object values) => connection.ExecuteScalar<long>(
        $"SELECT count(*) FROM (SELECT 1 FROM {part.From} WHERE {part.Where}{Between(part)} LIMIT {CountedMax})",
        values);

    // The part that is cheapest to follow stands first: among equals it leads.
    private List<Part> Parts() =>
    [
        .. filter.Digest is not { Text.Length: var digits } ? []
            : (Part[])[Part.Digest(digits == DigestPrefix.LengthMax)],
        .. filter.Run is null ? [] : (Part[])[Part.Of("run")],
        .. filter.Words is null ? [] : (Part[])[Part.Words],
        .. filter.Label is null ? [] : (Part[])[Part.Label],
        .. filter.Host is null ? [] : (Part[])[Part.Of("host")],
        .. filter.Agent is null ? [] : (Part[])[Part.Of("agent")],
        .. filter.Verdict is null ? [] : (Part[])[Part.Of("verdict")],
        .. filter.Kind is null ? [] : (Part[])[Part.Of("kind")],
    ];

    // Times are not in the order of positions where the clock was set back: the bounds are those of whole spans that
    // may hold what is wanted, and each entry is still asked.
    private (long After, long Before) Bounds()
    {
        var (after, before) = (filter.After ?? -1, filter.Before ?? long.MaxValue);
        if (filter.Since is null && filter.Until is null)
        {
            return (after, before);
        }

        var (first, last) = connection.QuerySingle<(long? First, long? Last)>(
            "SELECT min(first), max(first) FROM span WHERE latest >= @since AND earliest < @until",
            new { since = Since, until = Until });
        return first is null || last is null
            ? (0, 0)
            : (Math.Max(after, first.Value - 1), Math.Min(before, last.Value + IndexSchema.SpanEntries));
    }

    private long Since => filter.Since is { } since ? IndexTime.Ceiling(since) : long.MinValue;

    private long Until => filter.Until is { } until ? IndexTime.Ceiling(until) : long.MaxValue;

    private object Values(long after, long before) => new
    {
        label = filter.Label?.Value,
        agent = filter.Agent?.Value,
        run = filter.Run?.Text,
        host = filter.Host,
        verdict = filter.Verdict,
        kind = filter.Kind,
        digest = Whole('0'),
        digestLast = Whole('f'),
        words = string.Join(" AND ", (filter.Words?.Words ?? []).Select(word => $"\"{word}\"")), // no quote in a word
        since = Since,
        until = Until,
        after,
        before,
        limit = filter.Limit + 1,
    };

    private byte[]? Whole(char fill) => filter.Digest is { } digest
        ? Convert.FromHexString(digest.Text.PadRight(DigestPrefix.LengthMax, fill)) : null;

    /// <summary>A part of a filter.</summary>
    /// <param name="From">Where it leads from.</param>
    /// <param name="Where">What it asks there.</param>
    /// <param name="Position">The position there.</param>
    /// <param name="Test">What it asks of an entry when another leads.</param>
    private sealed record Part(string From, string Where, string Position, string Test)
    {
        public static Part Any { get; } = new("entry e", "true", "e.position", "true");

        // A whole digest is one value, in the order of positions; a prefix may be of several, and is sorted.
        public static Part Digest(bool isWhole)
        {
            var test = isWhole ? "digest = @digest" : "digest BETWEEN @digest AND @digestLast";
            return new(
                "entry_digest d", $"d.{test}", "d.position",
                $"EXISTS (SELECT 1 FROM entry_digest x WHERE x.{test} AND x.position = e.position)");
        }

        public static Part Words { get; } = new(
            "entry_text t", "entry_text MATCH @words", "t.rowid",
            "EXISTS (SELECT 1 FROM entry_text x WHERE x.entry_text MATCH @words AND x.rowid = e.position)");

        public static Part Label { get; } = new(
            "entry_label l", "l.label = @label", "l.position",
            "EXISTS (SELECT 1 FROM entry_label x WHERE x.label = @label AND x.position = e.position)");

        /// <summary>Whether it is a table of its own.</summary>
        public bool IsTable => !From.StartsWith("entry e", StringComparison.Ordinal);

        public static Part Of(string column) => new(
            $"entry e INDEXED BY entry_{column}", $"e.{column} = @{column}", "e.position", $"e.{column} = @{column}");
    }
}
