using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>The blocks in which something is to be found, gone through from one end of the log.</summary>
/// <param name="order">Which end.</param>
internal abstract class IndexBlocks(LedgerOrder order) : IDisposable
{
    private bool isUnderWay;

    /// <summary>The block that was reached.</summary>
    public long Block { get; private set; }

    /// <summary>What is to be found there.</summary>
    public BlockBits Bits { get; private set; } = new();

    /// <summary>Which end comes first.</summary>
    protected LedgerOrder Order { get; } = order;

    /// <summary>Goes on to a block, or to the first behind it that has something. Never back.</summary>
    /// <returns>False: there is none.</returns>
    public bool TryReach(long block)
    {
        if (isUnderWay && !IsBefore(Block, block))
        {
            return true;
        }

        var found = Next(block);
        isUnderWay = found is not null;
        (Block, Bits) = found ?? (block, Bits);
        return isUnderWay;
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The first at a block or behind it; null where there is none.</summary>
    protected abstract (long Block, BlockBits Bits)? Next(long block);

    /// <summary>Whether the one comes before the other.</summary>
    protected bool IsBefore(long one, long other) => Order is LedgerOrder.NewestFirst ? one > other : one < other;
}

/// <summary>The blocks with entries that have a facet.</summary>
internal sealed class FacetBlocks : IndexBlocks
{
    private const string Down =
        "SELECT block, bits FROM posting WHERE facet = $facet AND block <= $from ORDER BY block DESC";

    private const string Up = "SELECT block, bits FROM posting WHERE facet = $facet AND block >= $from ORDER BY block";

    private readonly SqliteCommand command;
    private SqliteDataReader? reader;

    public FacetBlocks(SqliteConnection connection, IndexFacet facet, LedgerOrder order)
        : base(order)
    {
        command = order is LedgerOrder.NewestFirst
            ? new SqliteCommand(Down, connection)
            : new SqliteCommand(Up, connection);
        command.Parameters.AddWithValue("$facet", facet.ToString());
    }

    public override void Dispose()
    {
        reader?.Dispose();
        command.Dispose();
    }

    // Rows are passed over rather than looked for: of one facet there is a row a block, side by side.
    protected override (long Block, BlockBits Bits)? Next(long block)
    {
        if (reader is null)
        {
            command.Parameters.AddWithValue("$from", block);
            reader = command.ExecuteReader();
        }

        while (reader.Read())
        {
            if (reader.GetInt64(0) is var at && !IsBefore(at, block))
            {
                return (at, BlockBits.Parse((byte[])reader.GetValue(1)));
            }
        }

        return null;
    }
}

/// <summary>The blocks with entries that have words.</summary>
internal sealed class WordBlocks : IndexBlocks
{
    private const string Down =
        "SELECT rowid FROM entry_text WHERE entry_text MATCH $words AND rowid <= $from ORDER BY rowid DESC";

    private const string Up =
        "SELECT rowid FROM entry_text WHERE entry_text MATCH $words AND rowid >= $from ORDER BY rowid";

    private readonly SqliteCommand command;
    private readonly SqliteParameter from;
    private SqliteDataReader? reader;
    private long? next;

    public WordBlocks(SqliteConnection connection, string words, LedgerOrder order)
        : base(order)
    {
        command = order is LedgerOrder.NewestFirst
            ? new SqliteCommand(Down, connection)
            : new SqliteCommand(Up, connection);
        command.Parameters.AddWithValue("$words", words);
        from = command.Parameters.AddWithValue("$from", 0L);
    }

    public override void Dispose()
    {
        reader?.Dispose();
        command.Dispose();
    }

    // A word may be in most entries: where a block is left out, the rest of it is not walked through.
    protected override (long Block, BlockBits Bits)? Next(long block)
    {
        if (reader is null || (next is { } ahead && IsBefore(BlockBits.Of(ahead), block)))
        {
            reader?.Dispose();
            from.Value = (block * BlockBits.Entries) + (Order is LedgerOrder.NewestFirst ? BlockBits.Entries - 1 : 0);
            reader = command.ExecuteReader();
            Step(reader);
        }

        if (next is not { } first)
        {
            return null;
        }

        var bits = new BlockBits();
        while (next is { } position && BlockBits.Of(position) == BlockBits.Of(first))
        {
            bits.Add((int)(position % BlockBits.Entries));
            Step(reader);
        }

        return (BlockBits.Of(first), bits);
    }

    private void Step(SqliteDataReader rows) => next = rows.Read() ? rows.GetInt64(0) : null;
}
