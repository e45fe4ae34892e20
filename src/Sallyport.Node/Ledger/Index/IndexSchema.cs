namespace Sallyport.Ledger;

/// <summary>What <c>index.db</c> is made of; <c>PRAGMA user_version</c> says of which version a file is.</summary>
/// <remarks>A file of another version is made anew: everything in it is in the log. So the schema is changed by editing
/// it and giving it the next number.</remarks>
internal static class IndexSchema
{
    /// <summary>Version of what is below.</summary>
    public const int Version = 4;

    /// <summary>Makes an empty index.</summary>
    public const string Script = """
        CREATE TABLE entry (
            position INTEGER PRIMARY KEY,
            time     INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
            bytes    BLOB NOT NULL     -- the entry's own
        ) STRICT;

        -- Which entries of a block have a facet (BlockBits). A row an entry and facet would cost some ten times as much
        -- to write, and to walk through when facets are asked for together.
        CREATE TABLE posting (
            facet TEXT NOT NULL, -- kind:..., run:..., agent:..., host:..., verdict:..., label:..., idle:
            block INTEGER NOT NULL,
            bits  BLOB NOT NULL,
            PRIMARY KEY (facet, block)
        ) STRICT, WITHOUT ROWID;

        -- What came of a decision.
        CREATE TABLE outcome (
            decision INTEGER PRIMARY KEY,
            position INTEGER NOT NULL
        ) STRICT;

        -- Words and digests: which entries have them. The texts themselves are in the entries.
        CREATE VIRTUAL TABLE entry_text USING fts5(
            words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

        -- The clock may jump: the earliest and the latest time in each block.
        CREATE TABLE block (
            number   INTEGER PRIMARY KEY,
            earliest INTEGER NOT NULL,
            latest   INTEGER NOT NULL
        ) STRICT;

        -- How far the index has come, and the leaf hash of the last entry in it: another hash there means another log.
        -- Entries before the first are in the log alone: the index has let go of them, or never had them.
        CREATE TABLE progress (
            one     INTEGER PRIMARY KEY CHECK (one = 1),
            entries INTEGER NOT NULL,
            hash    BLOB NOT NULL,
            first   INTEGER NOT NULL
        ) STRICT;
        """;
}
