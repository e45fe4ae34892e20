using System.Text.Json;

namespace Sallyport.Verbs;

/// <summary>The log's public key.</summary>
/// <param name="Origin">Whose log.</param>
/// <param name="Key">The vkey.</param>
internal sealed record KeyView(string Origin, string Key);

/// <summary>A whole log, verified.</summary>
/// <param name="Origin">Whose log.</param>
/// <param name="Entries">Entries read.</param>
/// <param name="Signed">Entries that the checkpoint covers.</param>
/// <param name="Root">Root of the entries read, base64.</param>
/// <param name="TornBytes">Bytes after them that the next start will cut.</param>
/// <param name="NotSigned">Whole entries behind the checkpoint.</param>
/// <param name="Found">Entries that a start found unsigned, and recorded as that.</param>
/// <param name="Live">Whether a node is writing: then only what is signed was read.</param>
/// <param name="Kept">Checkpoints, kept or cosigned, that it extends.</param>
/// <param name="Witnessed">Entries that enough of the given witnesses have cosigned; null where none was given.</param>
/// <param name="First">Position of the first entry that is on the disk.</param>
/// <param name="NotRead">Entries before it whose archive was not given: only their hashes were verified.</param>
/// <param name="Archives">Periods that have ended.</param>
internal sealed record VerifyView(
    string Origin, long Entries, long Signed, string Root, long TornBytes, long NotSigned, long Found, bool Live,
    int Kept, long? Witnessed, long First, long NotRead, IReadOnlyList<ArchiveLine> Archives);

/// <summary>A period that has ended.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="Entries">Size of its final checkpoint.</param>
/// <param name="Root">Its root, base64.</param>
/// <param name="Archive">Where it was written.</param>
internal sealed record ArchiveLine(string Entry, long Entries, string Root, string Archive);

/// <summary>A receipt, verified.</summary>
/// <param name="Id">The entry's name.</param>
/// <param name="Origin">Whose log.</param>
/// <param name="Size">Size of the tree that it is in.</param>
/// <param name="Root">Its root, base64.</param>
/// <param name="Entry">The entry.</param>
internal sealed record ReceiptView(string Id, string Origin, long Size, string Root, JsonElement Entry);

/// <summary>A receipt, made.</summary>
/// <param name="Id">The entry's name.</param>
/// <param name="File">Where it was written; absent when it was not.</param>
/// <param name="Receipt">The tlog-proof.</param>
internal sealed record ProveView(string Id, string? File, string Receipt);

/// <summary>An exported folder.</summary>
/// <param name="Origin">Whose log.</param>
/// <param name="Size">Entries that the checkpoint covers.</param>
/// <param name="Root">Its root, base64.</param>
/// <param name="Entries">Entries whose bytes are there.</param>
/// <param name="Witnessed">Entries that enough of the given witnesses have cosigned; null where none was given.</param>
internal sealed record ExportView(string Origin, long Size, string Root, long Entries, long? Witnessed = null);

/// <summary>A period that has ended.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="Archive">The folder.</param>
/// <param name="Entries">Size of its final checkpoint.</param>
/// <param name="Root">Its root, base64.</param>
/// <param name="First">Position of the first entry that is still on the disk.</param>
/// <param name="Kept">How many of those before it are.</param>
internal sealed record ArchiveView(
    string Entry, string Archive, long Entries, string Root, long First, long Kept);

/// <summary>An index, made anew.</summary>
/// <param name="Entries">Entries in it.</param>
internal sealed record ReindexView(long Entries);
