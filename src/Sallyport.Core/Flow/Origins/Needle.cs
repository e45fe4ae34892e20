using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>How the neighbours of a match are judged.</summary>
internal enum Boundary
{
    /// <summary>No letter or digit may touch it.</summary>
    Word,

    /// <summary>No further digits either, across a point or a comma.</summary>
    Number,

    /// <summary>A derived value: it must end where its entry ends.</summary>
    Derived,
}

/// <summary>
/// One form of a value, prepared for the search: its rarest-looking token or run of three is the key.
/// </summary>
internal readonly struct Needle
{
    /// <summary>Longer ones could be cut by the end of a stretch.</summary>
    public const int LengthMax = 1000;

    private Needle(byte[] bytes, Boundary boundary, int keyAt, uint keyHash, bool keyIsRun) =>
        (Bytes, Boundary, KeyAt, KeyHash, KeyIsRun) = (bytes, boundary, keyAt, keyHash, keyIsRun);

    /// <summary>The folded form.</summary>
    public byte[] Bytes { get; }

    /// <summary>How its neighbours are judged.</summary>
    public Boundary Boundary { get; }

    /// <summary>Where in it the key begins.</summary>
    public int KeyAt { get; }

    /// <summary>The key.</summary>
    public uint KeyHash { get; }

    /// <summary>Whether the key is a run of three tokens.</summary>
    public bool KeyIsRun { get; }

    /// <summary>Whether it is the less likely reading of a value (2,000 as 2): no evidence for trust.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>
    /// Prepares a form. Null: it holds no letter or digit, or is too long to be looked up as a whole.
    /// </summary>
    public static Needle? Of(byte[] bytes, Boundary boundary, uint seed)
    {
        if (bytes.Length is 0 or > LengthMax)
        {
            return null;
        }

        var tokens = new Tokens(bytes, seed);
        var (first, second) = ((At: -1, Hash: 0u), (At: -1, Hash: 0u));
        var (word, wordLength, run, runLength) = ((At: -1, Hash: 0u), -1, (At: -1, Hash: 0u), -1);
        while (tokens.MoveNext())
        {
            var length = tokens.End - tokens.Start;
            length = StopWords.Contains(bytes.AsSpan(tokens.Start, length)) ? 0 : length;
            if (length > wordLength)
            {
                (word, wordLength) = ((tokens.Start, tokens.Hash), length);
            }

            if (first.At >= 0 && tokens.End - first.At > runLength)
            {
                (run, runLength) = ((first.At, Tokens.Run(first.Hash, second.Hash, tokens.Hash)),
                    tokens.End - first.At);
            }

            (first, second) = (second, (tokens.Start, tokens.Hash));
        }

        return word.At < 0 ? null
            : run.At >= 0 ? new Needle(bytes, boundary, run.At, run.Hash, keyIsRun: true)
            : new Needle(bytes, boundary, word.At, word.Hash, keyIsRun: false);
    }

    /// <summary>Prepares an ASCII form, behind its mark.</summary>
    public static Needle? Of(byte mark, string form, uint seed) =>
        Of([mark, .. Encoding.ASCII.GetBytes(form)], Boundary.Derived, seed);
}
