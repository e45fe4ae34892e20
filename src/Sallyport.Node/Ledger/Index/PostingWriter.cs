using Microsoft.Data.Sqlite;

namespace Sallyport.Ledger;

/// <summary>Fills the table <c>posting</c>: the blocks that are being filled are held here, and a row is written once a
/// transaction, however many entries have its facet.</summary>
/// <remarks>What it holds is right until a transaction fails: then it is of no use any more.</remarks>
internal sealed class PostingWriter(SqliteCommand find, SqliteCommand put) : IDisposable
{
    /// <summary>The statements that it is given.</summary>
    public const string Find = "SELECT bits FROM posting WHERE facet = $facet AND block = $block";

    /// <inheritdoc cref="Find"/>
    public const string Put = """
        INSERT INTO posting (facet, block, bits) VALUES ($facet, $block, $bits)
        ON CONFLICT (facet, block) DO UPDATE SET bits = $bits
        """;

    // A run or a host that is not seen again soon is read again when it is.
    private const int HeldMax = 8_192;

    private readonly Dictionary<(IndexFacet Facet, long Block), BlockBits> held = [];
    private readonly HashSet<(IndexFacet Facet, long Block)> changed = [];

    /// <summary>Says that the entry at a position has a facet.</summary>
    public void Add(IndexFacet facet, long position)
    {
        var key = (facet, BlockBits.Of(position));
        if (!held.TryGetValue(key, out var bits))
        {
            bits = Read(key);
            held.Add(key, bits);
        }

        bits.Add((int)(position % BlockBits.Entries));
        changed.Add(key);
    }

    /// <summary>Writes what has changed.</summary>
    public void Write()
    {
        foreach (var key in changed)
        {
            put.Parameters[0].Value = key.Facet.ToString();
            put.Parameters[1].Value = key.Block;
            put.Parameters[2].Value = held[key].ToBytes();
            put.ExecuteNonQuery();
        }

        changed.Clear();
        if (held.Count > HeldMax)
        {
            held.Clear();
        }
    }

    /// <summary>What follows belongs to this transaction.</summary>
    public void Begin(SqliteTransaction transaction) => find.Transaction = put.Transaction = transaction;

    /// <inheritdoc/>
    public void Dispose()
    {
        find.Dispose();
        put.Dispose();
    }

    private BlockBits Read((IndexFacet Facet, long Block) key)
    {
        find.Parameters[0].Value = key.Facet.ToString();
        find.Parameters[1].Value = key.Block;
        return find.ExecuteScalar() is byte[] bytes ? BlockBits.Parse(bytes) : new BlockBits();
    }
}
