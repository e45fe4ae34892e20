using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>
/// Traces values against what a run has read. One for each index, which locks; the steps that it has are those of one
/// whole argument.
/// </summary>
internal sealed class Tracer(TextIndex index)
{
    private const int InnerValuesMax = 64;
    private const int InnerLengthMin = 3;

    private static readonly TextTrust[] Order = [TextTrust.Untrusted, TextTrust.Brief, TextTrust.Trusted];

    private readonly List<Needle> needles = [];
    private readonly List<TextSpan> foreign = [];
    private readonly List<TextSpan> own = [];
    private readonly List<TextSpan> spans = [];
    private readonly List<ValueToken> tokens = [];
    private TextExposure exposure;

    /// <summary>Bounds of the index.</summary>
    public TextIndexLimits Limits => index.Limits;

    /// <summary>The steps that it has.</summary>
    public Work Work { get; private set; } = new(index.Limits.WorkMax);

    /// <summary>Begins another argument.</summary>
    /// <param name="now">What the run was exposed to.</param>
    public Tracer Begin(TextExposure now)
    {
        (exposure, Work) = (now, new Work(index.Limits.WorkMax));
        return this;
    }

    /// <summary>Traces a text.</summary>
    public ValueTrace Text(string value) => Text(Encoding.UTF8.GetBytes(value));

    /// <summary>Traces a text.</summary>
    public ValueTrace Text(ReadOnlySpan<byte> utf8)
    {
        var isLong = utf8.Length > Limits.ValueBytesMax;
        utf8 = isLong ? utf8[..Limits.ValueBytesMax] : utf8;
        var folded = ValueForms.Fold(utf8);
        var shape = Shapes.Of(folded);
        if (shape == ValueShape.Empty && !isLong)
        {
            return new ValueTrace
            {
                Shape = shape,
                Whole = default,
                Shared = default,
                Standing = Standing.Composed,
                Spans = [],
            };
        }

        foreign.Clear();
        own.Clear();
        needles.Clear();
        ValueForms.Collect(utf8, folded, index.Seed, needles);
        var whole = Whole();
        var shared = Shared(folded, ref whole);
        if (ValueForms.Decode(utf8) is { } decoded)
        {
            shared |= Shared(ValueForms.Fold(decoded), ref whole) & ~TextOrigins.Composed;
        }

        var bound = Work.IsSpent ? TraceBound.Work : isLong ? TraceBound.ValueBytes : TraceBound.None;
        return new ValueTrace
        {
            Shape = shape,
            Whole = whole,
            Shared = shared,
            Standing = bound == TraceBound.None ? Standings.Of(whole, shared, exposure) : Standing.Untrusted,
            Spans = Spans(),
            Bound = bound,
        };
    }

    // A few, the untrusted ones first.
    private TextSpan[] Spans()
    {
        spans.Clear();
        foreach (var found in (ReadOnlySpan<List<TextSpan>>)[foreign, own])
        {
            for (var at = 0; at < found.Count && spans.Count < Limits.SpansMax; at++)
            {
                if (!spans.Contains(found[at]))
                {
                    spans.Add(found[at]);
                }
            }
        }

        return spans.Count == 0 ? [] : [.. spans];
    }

    private TextOrigins Whole()
    {
        var whole = TextOrigins.None;
        foreach (var trust in Order)
        {
            foreach (var needle in needles)
            {
                if (needle.IsDoubtful && trust != TextTrust.Untrusted)
                {
                    continue;
                }

                if (Search(trust).Find(needle, strict: trust != TextTrust.Untrusted, SpansOf(trust), Limits.SpansMax))
                {
                    whole |= FlagOf(trust);
                    break;
                }
            }
        }

        return whole;
    }

    // Runs of words, long pieces and single values that the text shares with what was read.
    private TextOrigins Shared(byte[] folded, ref TextOrigins whole)
    {
        Tokenize(folded);
        var isText = tokens.Count >= 3;
        if (!isText && folded.Length < TapeSearch.RunBytesMin)
        {
            return TextOrigins.None;
        }

        var runs = SharedRuns(folded, out var isForeign);
        if (tokens.Count > 0 && folded.Length > Needle.LengthMax)
        {
            whole |= runs.Covered;
        }

        var shared = runs.Shared;
        shared |= Pieces(folded, ref isForeign);
        var known = new bool[tokens.Count];
        shared |= InnerValues(folded, known, ref isForeign);
        return isText && !isForeign && IsComposed(folded, known) ? shared | TextOrigins.Composed : shared;
    }

    private (TextOrigins Shared, TextOrigins Covered) SharedRuns(byte[] folded, out bool isForeign)
    {
        var (shared, covered) = (TextOrigins.None, TextOrigins.None);
        isForeign = false;
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens);
        var untrustedTo = 0;
        for (var first = 0; first < all.Length && !Work.IsSpent; first++)
        {
            if (first + 2 >= untrustedTo || first == 0)
            {
                var length = Search(TextTrust.Untrusted).FindRun(folded, all, first, out var span);
                if (length > 0)
                {
                    foreign.Add(span);
                    shared |= TextOrigins.Untrusted;
                    covered |= length == all.Length ? TextOrigins.Untrusted : TextOrigins.None;
                    untrustedTo = first + length;
                }
            }

            // Within an untrusted run each three words must be known from elsewhere too.
            var isUntrusted = first < untrustedTo && !isForeign;
            if (isUntrusted || !shared.HasFlag(TextOrigins.Brief) || !shared.HasFlag(TextOrigins.Trusted))
            {
                var known = OwnRun(folded, all, first, ref covered);
                shared |= known;
                isForeign |= isUntrusted && known == TextOrigins.None
                    && (first + 2 < untrustedTo || untrustedTo - first == untrustedTo);
            }
        }

        return (shared, covered);
    }

    private TextOrigins OwnRun(byte[] folded, ReadOnlySpan<ValueToken> all, int first, ref TextOrigins covered)
    {
        var found = TextOrigins.None;
        foreach (var trust in (ReadOnlySpan<TextTrust>)[TextTrust.Brief, TextTrust.Trusted])
        {
            var length = Search(trust).FindRun(folded, all, first, out var span);
            if (length > 0)
            {
                found |= FlagOf(trust);
                covered |= length == all.Length ? FlagOf(trust) : TextOrigins.None;
                own.Add(span);
            }
        }

        return found;
    }

    private TextOrigins Pieces(byte[] folded, ref bool isForeign)
    {
        var shared = TextOrigins.None;
        foreach (var token in tokens)
        {
            if (token.Length < TapeSearch.RunBytesMin)
            {
                continue;
            }

            var found = TextOrigins.None;
            foreach (var trust in Order)
            {
                if (Search(trust).FindPiece(folded, token, out var span) > 0)
                {
                    found |= FlagOf(trust);
                    SpansOf(trust).Add(span);
                }
            }

            isForeign |= found == TextOrigins.Untrusted;
            shared |= found;
        }

        return shared;
    }

    // Numbers, dates, addresses and ids inside a longer text.
    private TextOrigins InnerValues(byte[] folded, bool[] known, ref bool isForeign)
    {
        var (shared, count) = (TextOrigins.None, 0);
        for (var start = 0; start < folded.Length;)
        {
            var length = folded.AsSpan(start).IndexOf((byte)' ') is >= 0 and var space ? space : folded.Length - start;
            var word = folded.AsSpan(start, length).Trim(".,;:!?()[]{}<>\"'`"u8);
            var isValue = word.Length is >= InnerLengthMin and < Needle.LengthMax && word.Length < folded.Length
                && (word.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0 || word.Contains((byte)'@'));
            if (isValue && ++count > InnerValuesMax)
            {
                isForeign = true;
                return shared | TextOrigins.Untrusted;
            }

            if (isValue)
            {
                var found = InnerValue(word);
                isForeign |= found == TextOrigins.Untrusted;
                shared |= found;
                if ((found & (TextOrigins.Brief | TextOrigins.Trusted)) != TextOrigins.None)
                {
                    Know(known, start, start + length);
                }
            }

            start += length + 1;
        }

        return shared;
    }

    private TextOrigins InnerValue(ReadOnlySpan<byte> word)
    {
        needles.Clear();
        ValueForms.Collect(word, word.ToArray(), index.Seed, needles);
        return Whole();
    }

    private void Know(bool[] known, int from, int to)
    {
        for (var at = 0; at < known.Length; at++)
        {
            known[at] |= tokens[at].Start >= from && tokens[at].End <= to;
        }
    }

    private bool IsComposed(byte[] folded, bool[] known)
    {
        for (var at = 0; at < tokens.Count; at++)
        {
            var word = folded.AsSpan(tokens[at].Start, tokens[at].Length);
            if (!known[at] && !StopWords.Contains(word)
                && !Search(TextTrust.Brief).HasWord(folded, tokens[at])
                && !Search(TextTrust.Trusted).HasWord(folded, tokens[at]))
            {
                return false;
            }
        }

        return !Work.IsSpent;
    }

    private void Tokenize(byte[] folded)
    {
        tokens.Clear();
        var reader = new Tokens(folded, index.Seed);
        while (reader.MoveNext())
        {
            tokens.Add(new ValueToken(reader.Start, reader.End, reader.Hash));
        }
    }

    private List<TextSpan> SpansOf(TextTrust trust) => trust == TextTrust.Untrusted ? foreign : own;

    private TapeSearch Search(TextTrust trust) => new(index.TapeOf(trust), Work, index.Seed);

    private static TextOrigins FlagOf(TextTrust trust) => trust switch
    {
        TextTrust.Brief => TextOrigins.Brief,
        TextTrust.Trusted => TextOrigins.Trusted,
        TextTrust.Untrusted => TextOrigins.Untrusted,
    };
}
