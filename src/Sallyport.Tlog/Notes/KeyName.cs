using System.Text;
using System.Text.Unicode;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Notes;

/// <summary>
/// The name of a key in a signed note: not empty, without Unicode spaces, without a plus, without controls.
/// </summary>
public sealed record KeyName
{
    /// <summary>
    /// Bytes of UTF-8. A limit of ours; a name in a ML-DSA-44 cosignature has 255 at most (tlog-cosignature).
    /// </summary>
    public const int BytesMax = 255;

    private KeyName(string value) => Value = value;

    /// <summary>The name as it is printed.</summary>
    public string Value { get; }

    /// <summary>The only way in.</summary>
    public static Result<KeyName> Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public override string ToString() => Value;

    internal static Result<KeyName> Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > BytesMax || !Utf8.IsValid(utf8))
        {
            return TlogFault.Malformed(
                "key.name", $"A key name is 1 to {BytesMax} bytes of UTF-8: {Strict.Show(utf8)}.");
        }

        var text = Encoding.UTF8.GetString(utf8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || rune.Value is '+' or < 0x20)
            {
                return TlogFault.Malformed(
                    "key.name", $"A key name has no spaces, plus signs or controls: {Strict.Show(utf8)}.");
            }
        }

        return new KeyName(text);
    }
}
