namespace Sallyport.Ledger;

/// <summary>What <c>index.db</c> is made of; <c>PRAGMA user_version</c> says of which version a file is.</summary>
/// <remarks>A file of another version is made anew: everything in it is in the log. So the schema is changed by editing
/// it and giving it the next number.</remarks>
internal static class IndexSchema
{
    /// <summary>Version of what is below.</summary>
    public const int Version = 2;

    /// <summary>Entries that one row of <c>span</c> is about: a time is found within so many.</summary>
    public const int SpanEntries = 4_096;

    /// <summary>Makes an empty index.</summary>
    public const string Script = """
        CREATE TABLE entry (
            position INTEGER PRIMARY KEY,
            time     INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
            kind     TEXT NOT NULL,
            run      TEXT,
            agent    TEXT,
            host     TEXT,
            verdict  TEXT,
            decision INTEGER, -- position of the decision that the entry follows from
            json     TEXT NOT NULL -- the entry's own bytes
        ) STRICT;
        -- Each is in the order of positions, so that a page begins where the one before has ended, however deep.
        CREATE INDEX entry_run ON entry (run, position) WHERE run IS NOT NULL;
        CREATE INDEX entry_allowed ON entry (run, position) WHERE kind = 'decision' AND verdict = 'allow'; -- for why
        CREATE INDEX entry_agent ON entry (agent, position) WHERE agent IS NOT NULL;
        CREATE INDEX entry_host ON entry (host, position) WHERE host IS NOT NULL;
        CREATE INDEX entry_verdict ON entry (verdict, position) WHERE verdict IS NOT NULL;
        CREATE INDEX entry_decision ON entry (decision, kind) WHERE decision IS NOT NULL;
        CREATE INDEX entry_kind ON entry (kind, position);

        CREATE TABLE entry_label (
            label    TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (label, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE entry_digest (
            digest   BLOB NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (digest, position)
        ) STRICT, WITHOUT ROWID;

        -- Words only: which entries have them. The texts themselves are in the entries.
        CREATE VIRTUAL TABLE entry_text USING fts5(
            words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

        -- The clock may jump: the earliest and the latest time among SpanEntries entries from a position on.
        CREATE TABLE span (
            first    INTEGER PRIMARY KEY,
            earliest INTEGER NOT NULL,
            latest   INTEGER NOT NULL
        ) STRICT;

        -- How far the index has come, and the leaf hash of the last entry in it: another hash there means another log.
        CREATE TABLE progress (
            one     INTEGER PRIMARY KEY CHECK (one = 1),
            entries INTEGER NOT NULL,
            hash    BLOB NOT NULL
        ) STRICT;
        """;
}
