using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Ledger;

/// <summary>A SHA-256 digest, or how it begins: 8 to 64 lower-case hex digits.</summary>
public sealed record DigestPrefix
{
    /// <summary>Fewest digits: fewer would be one in a few of a large log.</summary>
    public const int LengthMin = 8;

    /// <summary>Digits of a whole digest.</summary>
    public const int LengthMax = 64;

    /// <summary>What it is, for people.</summary>
    public static readonly string Form = $"{LengthMin} to {LengthMax} hex digits, as SHA-256 is printed";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private DigestPrefix(string text) => Text = text;

    /// <summary>The digits.</summary>
    public string Text { get; }

    /// <summary>Parses digits of either case, with or without <c>sha256:</c> before them.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DigestPrefix? prefix)
    {
        var digits = (text ?? "").ToLowerInvariant();
        digits = digits.StartsWith("sha256:", StringComparison.Ordinal) ? digits["sha256:".Length..] : digits;
        prefix = digits.Length is >= LengthMin and <= LengthMax && !digits.AsSpan().ContainsAnyExcept(Digits)
            ? new DigestPrefix(digits) : null;
        return prefix is not null;
    }

    /// <summary>Whether a digest begins with it.</summary>
    public bool Begins(string digest) => digest.StartsWith(Text, StringComparison.Ordinal);
}
