using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>
/// Folds UTF-8 as it arrives, in any pieces: case, compatibility forms, white space as one space, invisible characters
/// dropped. It keeps the way back to the original with a mark wherever the distance between the two changes.
/// </summary>
internal sealed class FoldedText(int reading)
{
    // Letters that fold to another length are frequent in some scripts: the place of a span is exact to this many bytes
    // there.
    private const int LetterMarkStep = 32;
    private const int DerivedWindow = 64;
    private const int CombiningMax = 32;
    private const int LengthLeast = 64;

    private static readonly byte[] Ascii = AsciiTable();

    private readonly List<Tape.Mark> marks = [];
    private readonly List<int> combining = [];
    private readonly byte[] partial = new byte[4];
    private byte[] bytes = [];
    private int length;
    private int partialLength;
    private long original;
    private long shift = long.MinValue;
    private bool afterSpace = true;

    /// <summary>The folded text.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    /// <summary>Where it stands in the body.</summary>
    public ReadOnlySpan<Tape.Mark> Marks => CollectionsMarshal.AsSpan(marks);

    /// <summary>Whether bytes came that are not UTF-8: others may read them as something else.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Bytes of the body so far.</summary>
    public long Original => original;

    /// <summary>Folds a whole text.</summary>
    public static byte[] Of(ReadOnlySpan<byte> utf8)
    {
        if (System.Text.Ascii.IsValid(utf8))
        {
            return OfAscii(utf8);
        }

        var folded = new FoldedText(reading: 0);
        folded.Append(utf8, utf8.Length);
        folded.Complete();
        return folded.Bytes.TrimEnd((byte)' ').ToArray();
    }

    /// <summary>Adds text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="originalLength">How many bytes of the body it stands for.</param>
    public void Append(ReadOnlySpan<byte> utf8, int originalLength)
    {
        Reserve(utf8.Length);
        var end = original + originalLength;
        if (partialLength > 0)
        {
            utf8 = utf8[Rejoin(utf8)..];
        }

        while (utf8.Length > 0)
        {
            var ascii = AppendAscii(utf8);
            utf8 = utf8[ascii..];
            if (utf8.Length > 0 && !AppendRune(ref utf8))
            {
                utf8.CopyTo(partial);
                partialLength = utf8.Length;
                break;
            }
        }

        original = end;
    }

    /// <summary>What is left over from an unfinished character is no character.</summary>
    public void Complete()
    {
        if (partialLength > 0)
        {
            partialLength = 0;
            IsMalformed = true;
        }

        FlushCombining();
    }

    /// <summary>Adds a byte that stands for itself, as derived values are written.</summary>
    public void AddDerived(ReadOnlySpan<byte> value, Tape.Mark place)
    {
        Reserve(value.Length + 1);
        if (marks.Count > 0 && marks[^1] is var last && place.Original >= last.Original
            && place.Original + place.Derived - last.Original <= DerivedWindow)
        {
            marks[^1] = last with { Derived = Math.Max(last.Derived, place.Original + place.Derived - last.Original) };
        }
        else
        {
            marks.Add(place with { At = length, Reading = reading });
        }

        value.CopyTo(bytes.AsSpan(length));
        length += value.Length;
        bytes[length++] = Tape.Divider;
    }

    /// <summary>Drops everything before a position.</summary>
    public void DropBefore(int position)
    {
        var kept = marks.FindLastIndex(mark => mark.At <= position);
        if (kept >= 0)
        {
            marks.RemoveRange(0, kept);
            var first = marks[0];
            marks[0] = first with { At = position, Original = first.Original + (position - first.At) };
        }

        for (var index = 0; index < marks.Count; index++)
        {
            marks[index] = marks[index] with { At = marks[index].At - position };
        }

        bytes.AsSpan(position, length - position).CopyTo(bytes);
        length -= position;
        shift += shift == long.MinValue ? 0 : position;
    }

    /// <summary>Where in the body the byte at a position stands: its start there, and its length.</summary>
    public (int Original, int Derived) PlaceOf(int position)
    {
        var (low, high) = (0, marks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = marks[middle].At <= position ? (middle, high) : (low, middle - 1);
        }

        return marks.Count == 0 ? (0, 1)
            : marks[low].Derived > 0 ? (marks[low].Original, marks[low].Derived)
            : (marks[low].Original + (position - marks[low].At), 1);
    }

    /// <summary>The text stands for one stretch of the body as a whole: it was decoded from there.</summary>
    public void DeriveFrom(Tape.Mark place)
    {
        marks.Clear();
        marks.Add(place with { At = 0 });
    }

    private int AppendAscii(ReadOnlySpan<byte> utf8)
    {
        if (utf8[0] < 0x80)
        {
            FlushCombining();
        }

        var index = 0;
        for (; index < utf8.Length && utf8[index] < 0x80; index++)
        {
            var folded = Ascii[utf8[index]];
            if (folded != ' ' || !afterSpace)
            {
                afterSpace = folded == ' ';
                Put(folded, original + index, markStep: 1);
            }
        }

        original += index;
        return index;
    }

    // False: the character is not complete yet.
    private bool AppendRune(ref ReadOnlySpan<byte> utf8)
    {
        var status = Rune.DecodeFromUtf8(utf8, out var rune, out var taken);
        if (status == System.Buffers.OperationStatus.NeedMoreData)
        {
            return false;
        }

        IsMalformed |= status != System.Buffers.OperationStatus.Done;
        AppendRune(rune);
        original += taken;
        utf8 = utf8[taken..];
        return true;
    }

    // A character that was cut by the end of a chunk; returns how many bytes of this one it took.
    private int Rejoin(ReadOnlySpan<byte> utf8)
    {
        for (var taken = 0; ; taken++)
        {
            var status = Rune.DecodeFromUtf8(partial.AsSpan(0, partialLength), out var rune, out var used);
            if (status != System.Buffers.OperationStatus.NeedMoreData)
            {
                var tooMany = partialLength - used;
                partialLength = 0;
                IsMalformed |= status != System.Buffers.OperationStatus.Done;
                AppendRune(rune);
                return Math.Max(0, taken - tooMany);
            }

            if (taken == utf8.Length)
            {
                return taken;
            }

            partial[partialLength++] = utf8[taken];
        }
    }

    private void AppendRune(Rune rune)
    {
        Span<byte> buffer = stackalloc byte[16];
        if (!Folding.TryFold(rune.Value, buffer, out var folded))
        {
            folded = buffer[..rune.EncodeToUtf8(buffer)];
        }

        while (folded.Length > 0)
        {
            Rune.DecodeFromUtf8(folded, out var part, out var width);
            if (part.Value >= 0x300 && Rune.GetUnicodeCategory(part) == UnicodeCategory.NonSpacingMark)
            {
                combining.Add(part.Value);
                if (combining.Count == CombiningMax)
                {
                    FlushCombining();
                }
            }
            else
            {
                FlushCombining();
                var isSpace = folded[0] == ' ';
                foreach (var value in isSpace && afterSpace ? default : folded[..width])
                {
                    Put(value, original, LetterMarkStep);
                }

                afterSpace = isSpace;
            }

            folded = folded[width..];
        }
    }

    // Marks on one letter are put in one order, whichever they came in; coarser than canonical order, and enough to
    // compare.
    private void FlushCombining()
    {
        if (combining.Count == 0)
        {
            return;
        }

        combining.Sort();
        Span<byte> buffer = stackalloc byte[4];
        foreach (var mark in combining)
        {
            foreach (var value in buffer[..new Rune(mark).EncodeToUtf8(buffer)])
            {
                Put(value, original, LetterMarkStep);
            }
        }

        combining.Clear();
        afterSpace = false;
    }

    private void Put(byte value, long from, int markStep)
    {
        if (from - length != shift && (marks.Count == 0 || length - marks[^1].At >= markStep))
        {
            marks.Add(new Tape.Mark(length, reading, (int)Math.Min(from, int.MaxValue), Derived: 0));
            shift = from - length;
        }

        if (length == bytes.Length)
        {
            Reserve(1);
        }

        bytes[length++] = value;
    }

    private void Reserve(int more)
    {
        if (length + more > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(Math.Max(bytes.Length * 2, LengthLeast), length + more));
        }
    }

    // The same as the long way; most values are short and plain.
    private static byte[] OfAscii(ReadOnlySpan<byte> ascii)
    {
        var folded = new byte[ascii.Length];
        var length = 0;
        foreach (var value in ascii)
        {
            var one = Ascii[value];
            if (one != ' ' || (length > 0 && folded[length - 1] != ' '))
            {
                folded[length++] = one;
            }
        }

        length -= length > 0 && folded[length - 1] == ' ' ? 1 : 0;
        return length == folded.Length ? folded : folded[..length];
    }

    private static byte[] AsciiTable() =>
    [
        .. Enumerable.Range(0, 128)
            .Select(code => (byte)(code is <= ' ' or 0x7F ? ' ' : code is >= 'A' and <= 'Z' ? code | 0x20 : code)),
    ];
}
