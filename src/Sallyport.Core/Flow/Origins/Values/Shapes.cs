using System.Buffers;
using System.Text;

namespace Sallyport.Flow.Origins;

/// <summary>Tells what a value looks like. A guess for policies to use; matching does not depend on it.</summary>
internal static class Shapes
{
    private static readonly SearchValues<byte> HostLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_"u8);

    /// <summary>The shape of a value.</summary>
    /// <param name="folded">The value folded.</param>
    public static ValueShape Of(ReadOnlySpan<byte> folded)
    {
        if (folded.IsEmpty)
        {
            return ValueShape.Empty;
        }

        if (ValueForms.DateOf(folded) is not null)
        {
            return ValueShape.Date;
        }

        if (IsAccount(folded))
        {
            return ValueShape.Account;
        }

        if (Numbers.ReadingsOfValue(folded) is { Count: > 0 })
        {
            return ValueShape.Number;
        }

        return folded.Contains((byte)' ') ? IsRooted(folded) ? ValueShape.Path : ValueShape.Text : OfWord(folded);
    }

    private static ValueShape OfWord(ReadOnlySpan<byte> word)
    {
        if (word.IndexOf("://"u8) > 0 || word.StartsWith("www."u8) || word.StartsWith("mailto:"u8)
            || word.StartsWith("data:"u8))
        {
            return ValueShape.Url;
        }

        var at = word.IndexOf((byte)'@');
        if (at > 0 && IsHost(word[(at + 1)..]))
        {
            return ValueShape.Mail;
        }

        if (IsRooted(word) || word.IndexOfAny((byte)'/', (byte)'\\') >= 0)
        {
            return ValueShape.Path;
        }

        var hasDigit = word.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0;
        if (IsHost(word))
        {
            return IsFileName(word) ? ValueShape.Path : ValueShape.Host;
        }

        return hasDigit && word.Length >= 4 ? ValueShape.Identifier : ValueShape.Text;
    }

    private static bool IsRooted(ReadOnlySpan<byte> text) =>
        text[0] == '/' || text.StartsWith("./"u8) || text.StartsWith("../"u8) || text.StartsWith("~/"u8)
        || text.StartsWith("\\\\"u8) || (text.Length > 2 && text[1] == ':' && text[2] is (byte)'\\' or (byte)'/');

    private static bool IsHost(ReadOnlySpan<byte> text)
    {
        var dot = text.LastIndexOf((byte)'.');
        return dot > 0 && text.Length - dot > 2 && text[(dot + 1)..].IndexOfAnyInRange((byte)'a', (byte)'z') >= 0
            && text.IndexOfAnyExcept(HostLetters) < 0;
    }

    private static bool IsFileName(ReadOnlySpan<byte> text) =>
        Encoding.ASCII.GetString(text[(text.LastIndexOf((byte)'.') + 1)..]) is
            "txt" or "csv" or "pdf" or "json" or "yaml" or "yml" or "md" or "xml" or "html" or "doc" or "docx" or "xls"
            or "xlsx" or "ppt" or "pptx" or "zip" or "gz" or "tar" or "png" or "jpg" or "jpeg" or "gif" or "svg"
            or "log" or "py" or "js" or "ts" or "cs" or "c" or "h" or "go" or "rs" or "java" or "sql" or "db" or "exe"
            or "dll" or "conf" or "ini" or "env" or "pem" or "key" or "toml" or "lock";

    // An IBAN (two letters, two digits, 11 to 30 more), or seven and more digits in groups or behind a plus.
    private static bool IsAccount(ReadOnlySpan<byte> folded)
    {
        if (ValueForms.CompactOf(folded) is not { } compact)
        {
            return false;
        }

        var isDigits = compact.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
        return isDigits
            ? folded[0] == '+' || compact.Length >= 12
                || (folded.IndexOfAny((byte)' ', (byte)'-', (byte)'(') > 0 && compact.Length >= 7)
            : compact.Length >= 15 && char.IsAsciiLetter(compact[0]) && char.IsAsciiLetter(compact[1])
                && char.IsAsciiDigit(compact[2]) && char.IsAsciiDigit(compact[3]);
    }
}
