using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <summary>What can go wrong with the ledger, in words, with the mend.</summary>
internal static class LedgerFaults
{
    /// <summary>The one failure that no disk mends.</summary>
    public const string ForkedCode = "ledger.forked";

    /// <summary>An archive of another log.</summary>
    public const string NotThisLogCode = "ledger.archive-invalid";

    /// <summary>What has an exit code of its own.</summary>
    public const string UnsignedCode = "ledger.unsigned";

    private const int NoSpace = 28; // ENOSPC
    private const int NoQuota = 122; // EDQUOT
    private const string ByItself =
        "the node goes on by itself then, and nothing acknowledged is lost.";

    /// <summary>After a graceful stop.</summary>
    public static Fault Closed { get; } = new(
        "ledger.closed", "The ledger is closed: the node is stopping.", "Start the node: sallyport up");

    /// <summary>Too much waits for the disk.</summary>
    public static Fault Backlog(long bytes, long max) => new(
        "ledger.backlog",
        $"The ledger has {bytes} bytes that the disk has not yet synced, and the limit is {max}.",
        "It heals by itself when the disk keeps up; look for what else writes there, or give the ledger its own disk.");

    /// <summary>Another process writes this ledger.</summary>
    public static Fault Locked(string path) => new(
        "ledger.locked",
        $"Another process owns the ledger: {path} is locked.",
        "Stop the other node (sallyport status shows it), or give this one a folder of its own.");

    /// <summary>The folder cannot be opened or read.</summary>
    public static Fault CannotOpen(string path, Exception cause) => new(
        "ledger.cannot-open",
        $"The ledger at {path} cannot be opened: {cause.Message}",
        "See that the folder exists, is on a disk that works and belongs to the user that runs the node (mode 0700).");

    /// <summary>A write failed or was short. Its outcome is unknown, so nothing more is written.</summary>
    public static Fault WriteFailed(string path, Exception cause) => IsFull(cause)
        ? new(
            "ledger.disk-full",
            $"The disk is full: writing {path} failed: {cause.Message}",
            $"Free space on the disk (a whole segment is written anew: up to a few ten MB): {ByItself}")
        : new(
            "ledger.write-failed",
            $"Writing {path} failed: {cause.Message}",
            $"See what the disk reports (dmesg), mend it: {ByItself}");

    /// <summary>An fsync failed. The kernel may have dropped the bytes, so it is never tried again on that
    /// file.</summary>
    public static Fault SyncFailed(string path, Exception cause) => IsFull(cause)
        ? WriteFailed(path, cause) // Room is given out late: an fsync may be the first to find none.
        : new(
            "ledger.sync-failed",
            $"Syncing {path} failed, and what it covers may be lost: {cause.Message}",
            $"See what the disk reports (dmesg), mend it: {ByItself}");

    /// <summary>An entry that is wrong where only a whole one can be.</summary>
    public static Fault Damaged(string path, long offset, long position, string wrong) => new(
        "ledger.damaged",
        $"The ledger is damaged: {path}, byte {offset}, position {position}: {wrong}.",
        "Nothing was changed. Restore the ledger folder from a backup, or move it aside as evidence and let the node "
        + "begin a new one.");

    /// <summary>What stays of archived entries, and nothing says that it is that.</summary>
    public static Fault KeptNotNamed(string path) => new(
        "ledger.damaged",
        $"The ledger is damaged: {path}: no entry 'archive' of the log has its digest.",
        "Nothing was changed. Restore the segments folder from a backup; the archives have the entries, and this file "
        + "says what of them a start needs.");

    /// <summary>An entry that has left the disk.</summary>
    public static Fault Archived(long position, long first) => new(
        "ledger.archived",
        $"The entry at position {position} is in an archive: the entries before {first} have left this disk.",
        "Find the archive: sallyport log --kind archive. Then: sallyport ledger prove ID --archive FOLDER, or make the "
        + "index anew with it: sallyport ledger reindex --archive FOLDER");

    /// <summary>Entries that have left the disk, and are in no archive that was given.</summary>
    public static Fault NotLookedAt(string positions) => new(
        "ledger.archived",
        $"The entries at {positions} are archived, and were not looked at.",
        "Add --archive FOLDER for each archive that has some of them: sallyport log --kind archive lists the folders.");

    /// <summary>What stays of archived entries is not what had to.</summary>
    public static Fault KeptWrong(string path) => new(
        "ledger.damaged",
        $"The ledger is damaged: {path} is not what a start needs of the entries in the archives.",
        "Nothing was changed. Whoever wrote it had the log's key: keep ledger folder and archives as evidence.");

    /// <summary>A copy of the log that ends no period.</summary>
    public static Fault ArchiveNotNamed(string checkpoint, long size) => new(
        NotThisLogCode,
        $"No entry 'archive' names {checkpoint}, of {size} entries: it is a copy of this log, and ends no period.",
        "Give the folders that the log names: sallyport log --kind archive");

    /// <summary>An archive that is none of this log's.</summary>
    public static Fault NotThisLog(long size, string wrong) => new(
        NotThisLogCode,
        $"What ends with a checkpoint of {size} entries is no archive of this log: {wrong}.",
        "Nothing was moved. Write it anew: sallyport ledger archive FOLDER --reason WHY");

    /// <summary>The checkpoint is not one of this log.</summary>
    public static Fault CheckpointWrong(string path, string wrong) => new(
        "ledger.damaged",
        $"The ledger is damaged: the checkpoint {path}: {wrong}.",
        "Nothing was changed. Restore the ledger folder from a backup, or move it aside as evidence and let the node "
        + "begin a new one.");

    /// <summary>The entries do not lead to what a checkpoint says.</summary>
    public static Fault NotExtended(string checkpoint, long size, string wrong) => new(
        "ledger.damaged",
        $"The ledger is damaged: {checkpoint} was signed over {size} entries, and {wrong}.",
        "Nothing was changed. Restore the ledger folder from a backup, or move it aside as evidence and let the node "
        + "begin a new one.");

    /// <summary>Somebody else has signed.</summary>
    public static Fault Forked(string path, string wrong) => new(
        ForkedCode,
        $"Another process writes this ledger: {path} changed under this node, {wrong}.",
        "Stop every node that uses this folder, verify it (sallyport ledger verify), and start one. Nothing more is "
        + "written until then.");

    /// <summary>The disk is back with another log than the one that was written to it.</summary>
    public static Fault NotWhatWasWritten(string path, long entries) => new(
        "ledger.damaged",
        $"The ledger is damaged: {path} no longer holds the {entries} entries that were synced.",
        "Put back the disk or folder that was there: the node goes on by itself then. Or restart it, to have the log "
        + "read anew.");

    /// <summary>What was counted and what was recorded do not agree.</summary>
    public static Fault Incomplete(string path, EntryId id, string wrong) => new(
        "ledger.incomplete",
        $"The ledger is incomplete: {path}, entry {id}: {wrong}.",
        "The program that wrote it is not one that records everything it does: see what was installed, and when.");

    /// <summary>Entries that no checkpoint covers, where one has to.</summary>
    public static Fault Unsigned(string path, long signed, long entries) => new(
        UnsignedCode,
        $"{entries} entries in {path} from position {signed} on are not signed, and the node stopped in good order, "
        + "which signs everything.",
        "Either the disk refused the last checkpoint, and the node said so when it stopped, or something else has "
        + "appended them: read them. The next start records them (sallyport log --kind unsigned), and does not believe "
        + "those of them that loosen.");

    /// <summary>What witnesses should have cosigned, and have not.</summary>
    public static Fault NotWitnessed(string path, string wrong) => new(
        "ledger.not-witnessed",
        $"Not enough of the given witnesses have cosigned {path}: {wrong}",
        "See how each of them stands: sallyport status. Compare the keys with what the witnesses publish.");

    /// <summary>A remembered checkpoint that is none of this log's.</summary>
    public static Fault NotACheckpoint(string from, string wrong) => new(
        "ledger.checkpoint-invalid",
        $"{from} is no checkpoint of this log: {wrong}",
        "See that it is the file that was kept, and that the key is this log's: sallyport ledger key");

    /// <summary>Too new.</summary>
    public static Fault NotSigned(EntryId id, long signed) => new(
        "ledger.not-signed",
        $"Entry {id} is not signed yet: the last checkpoint covers {signed} entries.",
        "If the entry is new, ask again in a moment.");

    /// <summary>A position that the log has not come to.</summary>
    public static Fault Unknown(EntryId id, long entries) => new(
        "ledger.entry-unknown",
        $"There is no entry {id}: the ledger has {entries} entries.",
        "Find the entry with: sallyport log");

    /// <summary>Another epoch.</summary>
    public static Fault NoEntry(EntryId id, EntryId found) => new(
        "ledger.no-entry",
        $"There is no entry {id}: at its position is {found}.",
        "Find the entry with: sallyport log");

    /// <summary>The log cannot prove what it holds.</summary>
    public static Fault NotProven(EntryId id, string wrong) => new(
        "ledger.not-proven",
        $"Entry {id} cannot be proven: {wrong}",
        "Verify the log: sallyport ledger verify");

    /// <summary>A receipt that proves nothing.</summary>
    public static Fault ReceiptWrong(string wrong) => new(
        "ledger.receipt-invalid",
        $"The receipt does not show that its entry is in the log: {wrong}",
        "See that the key is the log's, got from whoever runs it: sallyport ledger key");

    /// <summary>A range that the log does not have.</summary>
    public static Fault Range(long from, long to, long signed) => new(
        "ledger.range",
        $"The positions {from} to {to} are not in the log, of which {signed} entries are signed.",
        "Ask for 0 <= from <= to <= the signed entries.");

    /// <summary>Nothing is overwritten.</summary>
    public static Fault ExportExists(string target) => new(
        "ledger.export-exists", $"{target} is there already.", "Name a folder that is not there yet.");

    /// <summary>An export that did not come to its end.</summary>
    public static Fault ExportFailed(string target, string wrong) => new(
        "ledger.export-failed", $"The log could not be written to {target}: {wrong}",
            "Free the disk, or choose another.");

    /// <summary>An exported folder that is not what was signed.</summary>
    public static Fault ExportWrong(string folder, string wrong) => new(
        "ledger.export-invalid",
        $"{folder} is not the log that was signed: {wrong}",
        "Get it again from whoever exported it; if that is the same, keep it as evidence.");

    /// <summary>An exported folder without entries that it was to have.</summary>
    public static Fault ExportLacks(string path, long from, long count) => new(
        "ledger.export-invalid",
        $"The entries {from} to {from + count - 1} are not there: {path} is missing.",
        "Get the folder again from another copy. The hashes of those entries stay, so what is put there is verified.");

    /// <summary>A log without its key.</summary>
    public static Fault KeyMissing(string path) => new(
        "ledger.key-missing",
        $"The ledger has entries and no key: {path} is missing.",
        "Restore it from a backup, or move the ledger folder aside, keep it, and begin another: sallyport up "
        + "--new-ledger");

    /// <summary>A file that is no key.</summary>
    public static Fault KeyWrong(string path, string wrong) => new(
        "ledger.key-invalid", $"{path} is not a ledger key: {wrong}", "Restore it from a backup.");

    /// <summary>An entry that changes the key, and may not.</summary>
    public static Fault KeyChangeWrong(EntryId id, string wrong) => new(
        "ledger.key-change",
        $"Entry {id} changes the key of the log, and is not to be believed: {wrong}.",
        "Keep the ledger folder as evidence: somebody who could write it did. See docs/guide/keys.md.");

    /// <summary>The key that is at hand is none of the log's.</summary>
    public static Fault KeyNotInChain(VerifierKey anchor, VerifierKey last) => new(
        "ledger.key-invalid",
        $"The key {anchor.Name}+{anchor.Id} is none that this log has had; its last is {last.Name}+{last.Id}.",
        "See that it is the key that was kept, and that this is its log: sallyport ledger key");

    /// <summary>No signatures on this machine.</summary>
    public static Fault NoEd25519 { get; } = new(
        "ledger.no-ed25519",
        "The ledger cannot be signed: the system's libcrypto (OpenSSL 3 or 1.1.1) was not found.",
        "Install OpenSSL, then start again.");

    /// <summary>The query index cannot be used; the ledger itself goes on.</summary>
    public static Fault IndexFailed(string path, Exception cause) => new(
        "ledger.index-unavailable",
        $"The query index {path} cannot be used: {cause.Message}",
        "The ledger is not affected. The node mends the index by itself; ask again in a moment, or stop the node and "
        + "run: sallyport ledger reindex");

    /// <summary>A question that would walk through much of the log.</summary>
    public static Fault TooSlow { get; } = new(
        "ledger.query-slow",
        $"The question was given up after {LedgerFilter.SecondsMax} seconds: what it asks for is too seldom together.",
        "Narrow it: --since and --until, --before or --after an entry, or a run instead of an agent.");

    /// <summary>A limit outside its bounds.</summary>
    public static Fault Limit(int limit) => new(
        "ledger.limit",
        $"A limit of {limit} entries is not possible.",
        $"Ask for 1 to {LedgerFilter.LimitMax}, and for the next page after or before the last position.");

    /// <summary>Nothing to explain.</summary>
    public static Fault NoDecision(EntryId id, long indexed) => new(
        "ledger.no-decision",
        $"There is no decision {id}, and no entry {id} that follows from one, among the {indexed} indexed entries.",
        "List the decisions: sallyport log --kind decision");

    /// <summary>Too old for the index.</summary>
    public static Fault NotIndexed(EntryId id, long first) => new(
        "ledger.not-indexed",
        $"Entry {id} is older than the index, which begins at position {first} (ledger.index in the configuration).",
        $"Have it read from the log: sallyport why {id} --from-log");

    /// <summary>Nothing to explain, in a log that was read without its node.</summary>
    public static Fault NotInLog(EntryId id) => new(
        "ledger.no-decision",
        $"There is no decision {id}, and no entry {id} that follows from one, in the log as far as it can be read.",
        "List the decisions: sallyport log --kind decision");

    private static bool IsFull(Exception cause) =>
        cause is IOException && (cause.HResult & 0xffff) is NoSpace or NoQuota;
}
