using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Tlog.Tiles;

/// <summary>A range that is one of several, such as a segment file of a log.</summary>
/// <param name="Start">Where its first byte stands in the whole.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record RangePart(long Start, IByteRange Bytes);

/// <summary>Several ranges end to end as one. Safe for concurrent use if the parts are.</summary>
public sealed class JoinedByteRange : IByteRange
{
    private readonly RangePart[] _parts;

    /// <summary>Joins ranges.</summary>
    /// <param name="parts">In their order; each ends where the next one starts, and only the last may grow.</param>
    /// <exception cref="ArgumentException">
    /// The first does not start at 0, or one starts before the one that precedes it.
    /// </exception>
    public JoinedByteRange(IEnumerable<RangePart> parts)
    {
        _parts = [.. parts];
        for (var i = 0; i < _parts.Length; i++)
        {
            if (i == 0 ? _parts[i].Start != 0 : _parts[i].Start < _parts[i - 1].Start)
            {
                throw new ArgumentException($"Part {i} cannot start at {_parts[i].Start}.", nameof(parts));
            }
        }
    }

    /// <inheritdoc/>
    public bool TryGetLength(out long length, [NotNullWhen(false)] out TlogFault? fault)
    {
        (length, fault) = (0, null);
        if (_parts.Length > 0 && _parts[^1].Bytes.TryGetLength(out length, out fault))
        {
            length += _parts[^1].Start;
        }

        return fault is null;
    }

    /// <inheritdoc/>
    public TlogFault? Read(long offset, Span<byte> destination)
    {
        for (var i = PartAt(offset); !destination.IsEmpty; i++)
        {
            if (i < 0 || i >= _parts.Length)
            {
                return new TlogFault(
                    FaultKind.Absent, "range", $"There are no {destination.Length} bytes at {offset}.");
            }

            var end = i + 1 < _parts.Length ? _parts[i + 1].Start : long.MaxValue;
            var here = destination[..(int)Math.Min(destination.Length, end - offset)];
            if (_parts[i].Bytes.Read(offset - _parts[i].Start, here) is { } fault)
            {
                return fault;
            }

            offset += here.Length;
            destination = destination[here.Length..];
        }

        return null;
    }

    // The last part that starts at or before the offset; -1 if there is none.
    private int PartAt(long offset)
    {
        var (low, high) = (0, _parts.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = _parts[middle].Start <= offset ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }
}
