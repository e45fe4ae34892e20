using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Sallyport.Ledger;

/// <summary>Reads entries from the segment files, each verified (form, CRC, position). Never past what is
/// written.</summary>
/// <param name="folder">The ledger.</param>
/// <param name="disk">The disk.</param>
/// <param name="live">The open ledger; null to read one that no process writes: it then ends at the last whole
/// entry.</param>
public sealed class LedgerReader(LedgerFolder folder, IDisk disk, Sequencer? live)
{
    /// <summary>Most entries of one read.</summary>
    public const int EntriesMax = 10_000;

    /// <summary>Reads entries in order.</summary>
    /// <param name="from">First position.</param>
    /// <param name="count">Most entries: 1 to <see cref="EntriesMax"/>.</param>
    /// <param name="entries">The entries; fewer at the end of the log.</param>
    /// <param name="fault">Where the log is not what it should be.</param>
    public bool TryRead(
        long from, int count, out IReadOnlyList<RecordedEntry> entries, [NotNullWhen(false)] out Fault? fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, EntriesMax);
        var read = new List<RecordedEntry>();
        entries = read;
        try
        {
            using var cursor = new LogCursor(folder, disk, from);
            fault = null;
            while (read.Count < count && cursor.TryNext(live?.Written, out var recorded, out _, out fault))
            {
                read.Add(recorded);
            }

            return fault is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = LedgerFaults.CannotOpen(folder.Root, e);
            return false;
        }
    }

    /// <summary>The entries from a position on as they become written, for as long as the ledger is open.</summary>
    /// <param name="from">First position.</param>
    /// <param name="filter">Which; its limit and order do not apply.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidDataException">A segment file was changed from outside while it was
    /// followed.</exception>
    public async IAsyncEnumerable<RecordedEntry> FollowAsync(
        long from, LedgerFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var cursor = new LogCursor(folder, disk, from);
        do
        {
            while (Next(cursor) is { } recorded)
            {
                cancellation.ThrowIfCancellationRequested();
                if (filter.Matches(recorded))
                {
                    yield return recorded;
                }
            }
        }
        while (live is not null && await live.WhenGrownAsync(cursor.Position, cancellation));
    }

    private RecordedEntry? Next(LogCursor cursor) =>
        cursor.TryNext(live?.Written, out var recorded, out _, out var fault) ? recorded
        : fault is null ? null
        : throw new InvalidDataException(fault.Detail);
}
