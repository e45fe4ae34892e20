using System.Text;

namespace Sallyport.Egress;

/// <summary>Why servers could read a path differently from what a rule was compared with.</summary>
public enum PathFlaw
{
    /// <summary>None: every server reads this path alike.</summary>
    None,

    /// <summary><c>.</c> or <c>..</c> as a segment, in any spelling (<c>%2e</c>, <c>..;x</c>, <c>..%2f</c>,
    /// <c>%252e</c>).</summary>
    DotSegment,

    /// <summary>A backslash: a separator for some servers.</summary>
    Backslash,

    /// <summary><c>%2f</c> or <c>%5c</c>: a separator for some servers.</summary>
    EncodedSeparator,

    /// <summary>Two slashes in a row: one for some servers.</summary>
    EmptySegment,

    /// <summary>A <c>;</c>, plain or encoded: some servers cut the segment there.</summary>
    Parameter,

    /// <summary>A <c>%</c> without two hexadecimal digits.</summary>
    BrokenEncoding,

    /// <summary>A control character, percent-encoded.</summary>
    EncodedControl,

    /// <summary>A percent-encoded percent sign before two hexadecimal digits: servers that decode twice see something
    /// else.</summary>
    DoubleEncoding,

    /// <summary>More than <see cref="RequestPath.SegmentsMax"/> segments.</summary>
    TooDeep,
}

/// <summary>Reads a path as a server would, and says where servers would not agree.</summary>
internal static class RequestPath
{
    /// <summary>Most segments that a path rule looks at.</summary>
    public const int SegmentsMax = 256;

    private const int OnStack = 512;
    private const int DecodingsMax = 8;

    /// <summary>The form that rules are compared with: printable ASCII decoded, all other octets as %XX in upper
    /// case.</summary>
    /// <remarks>Of two paths that are equivalent by RFC 3986, 6.2.2, both have the same form. A climbing path is the
    /// worst flaw, so it is told before any other. A path is never better than its normal form.</remarks>
    public static string Normalise(string path, out PathFlaw flaw)
    {
        var normal = Read(path, out flaw);
        if (flaw is PathFlaw.None && normal.Contains("%25", StringComparison.Ordinal))
        {
            Read(normal, out flaw); // The digits after an encoded percent sign may have been encoded themselves.
        }

        if (flaw is not (PathFlaw.None or PathFlaw.DotSegment) && ClimbsBelow(normal))
        {
            flaw = PathFlaw.DotSegment;
        }

        return normal;
    }

    private static string Read(string path, out PathFlaw flaw)
    {
        Span<char> buffer = path.Length <= OnStack ? stackalloc char[OnStack] : new char[path.Length];
        var reader = new Reader(path, buffer);
        reader.ReadAll();
        flaw = reader.Climbs ? PathFlaw.DotSegment : reader.Flaw;
        return path.Contains('%') ? new string(reader.Normal) : path;
    }

    // Decoding has one end, whatever is decoded first, so this sees what the most eager server sees. A text that is
    // wrapped more often than anybody wraps is taken for the worst.
    private static bool ClimbsBelow(string normal)
    {
        for (var round = 0; round < DecodingsMax; round++)
        {
            var text = Unwrap(normal);
            var again = Read(text, out var flaw);
            if (flaw is PathFlaw.DotSegment || again == normal)
            {
                return flaw is PathFlaw.DotSegment;
            }

            normal = again;
        }

        return true;
    }

    // An encoded percent sign, however often it was encoded, is a percent sign.
    private static string Unwrap(string text)
    {
        var unwrapped = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            unwrapped.Append(text[at]);
            if (text[at] == '%')
            {
                while (text.AsSpan(at + 1).StartsWith("25", StringComparison.Ordinal))
                {
                    at += 2;
                }
            }
        }

        return unwrapped.ToString();
    }

    private ref struct Reader(ReadOnlySpan<char> path, Span<char> normal)
    {
        private readonly ReadOnlySpan<char> path = path;
        private readonly Span<char> normal = normal;
        private int position;
        private int written;
        private int segments;
        private int dots;
        private bool other;
        private bool cut;

        public bool Climbs { get; private set; }

        public PathFlaw Flaw { get; private set; }

        public readonly ReadOnlySpan<char> Normal => normal[..written];

        public void ReadAll()
        {
            position = 1;
            normal[written++] = '/';
            while (position < path.Length)
            {
                var start = position;
                var c = path[position++];
                if (c == '%')
                {
                    ReadEncoded(start);
                    continue;
                }

                normal[written++] = c;
                if (c == '/' && path[start - 1] == '/')
                {
                    Note(PathFlaw.EmptySegment);
                }

                Meet(c, plain: true);
            }

            EndSegment();
        }

        // Decoded once it is what the path means; decoded until nothing is left it is what the worst server sees.
        private void ReadEncoded(int start)
        {
            if (!TryHex(position, out var octet))
            {
                Note(PathFlaw.BrokenEncoding);
                normal[written++] = '%';
                other |= !cut;
                return;
            }

            position += 2;
            if (octet is > ' ' and < '\x7f' and not ('%' or '/' or '\\' or ';' or '?' or '#'))
            {
                normal[written++] = octet;
            }
            else
            {
                normal[written++] = '%';
                normal[written++] = char.ToUpperInvariant(path[start + 1]);
                normal[written++] = char.ToUpperInvariant(path[start + 2]);
            }

            while (octet == '%' && TryHex(position, out var inner))
            {
                Note(PathFlaw.DoubleEncoding);
                normal[written++] = path[position];
                normal[written++] = path[position + 1];
                octet = inner;
                position += 2;
            }

            Meet(octet, plain: false);
        }

        private void Meet(char c, bool plain)
        {
            switch (c)
            {
                case '/' when plain:
                    EndSegment();
                    break;
                case '/' or '\\':
                    Note(plain ? PathFlaw.Backslash : PathFlaw.EncodedSeparator);
                    EndSegment();
                    break;
                case ';':
                    Note(PathFlaw.Parameter);
                    cut = true;
                    break;
                case '.' when !cut:
                    dots++;
                    break;
                case < ' ' or '\x7f':
                    Note(PathFlaw.EncodedControl);
                    break;
                default:
                    other |= !cut;
                    break;
            }
        }

        private void EndSegment()
        {
            Climbs |= !other && dots is 1 or 2;
            dots = 0;
            other = false;
            cut = false;
            if (++segments > SegmentsMax)
            {
                Note(PathFlaw.TooDeep);
            }
        }

        private void Note(PathFlaw flaw) => Flaw = Flaw is PathFlaw.None ? flaw : Flaw;

        private readonly bool TryHex(int at, out char octet)
        {
            octet = '\0';
            if (at + 2 > path.Length || !char.IsAsciiHexDigit(path[at]) || !char.IsAsciiHexDigit(path[at + 1]))
            {
                return false;
            }

            octet = (char)((Hex(path[at]) << 4) | Hex(path[at + 1]));
            return true;
        }

        private static int Hex(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    }
}
