namespace Sallyport.Ledger;

/// <summary>The numbered scripts that make <c>index.db</c>; <c>PRAGMA user_version</c> says how many have
/// run.</summary>
/// <remarks>A change is a new script at the end, never an edit. An index from a later version is made anew: nothing is
/// lost by that.</remarks>
internal static class IndexSchema
{
    /// <summary>Script N brings an index from version N to N + 1.</summary>
    public static IReadOnlyList<string> Scripts { get; } =
    [
        """
        CREATE TABLE entry (
            position INTEGER PRIMARY KEY,
            epoch    INTEGER NOT NULL,
            time     INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
            kind     TEXT NOT NULL,
            run      TEXT,
            agent    TEXT,
            host     TEXT,
            target   TEXT,
            verdict  TEXT,
            code     TEXT,
            class    TEXT,
            method   TEXT,
            status   INTEGER,
            decision INTEGER, -- position of the decision that the entry follows from
            json     TEXT NOT NULL -- the entry's own bytes
        ) STRICT;
        CREATE INDEX entry_run ON entry (run, position) WHERE run IS NOT NULL;
        CREATE INDEX entry_allowed ON entry (run, position) WHERE kind = 'decision' AND verdict = 'allow'; -- for why
        CREATE INDEX entry_agent ON entry (agent, position) WHERE agent IS NOT NULL;
        CREATE INDEX entry_host ON entry (host, position) WHERE host IS NOT NULL;
        CREATE INDEX entry_verdict ON entry (verdict, position) WHERE verdict IS NOT NULL;
        CREATE INDEX entry_decision ON entry (decision, kind) WHERE decision IS NOT NULL;
        CREATE INDEX entry_kind ON entry (kind, position);
        CREATE INDEX entry_time ON entry (time);

        CREATE TABLE entry_label (
            label    TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (label, position)
        ) STRICT, WITHOUT ROWID;

        -- How far the index has come, and the leaf hash of the last entry in it: another hash there means another log.
        CREATE TABLE progress (
            one     INTEGER PRIMARY KEY CHECK (one = 1),
            entries INTEGER NOT NULL,
            hash    BLOB NOT NULL
        ) STRICT;
        """,
    ];
}
