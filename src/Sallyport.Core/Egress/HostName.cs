using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Egress;

/// <summary>A DNS name in lower case, A-labels as they are, without the trailing dot.</summary>
/// <remarks>
/// <para>Letters, digits and hyphens (RFC 1123, 2.1), and the underscore: names with it exist and every resolver takes
/// them.</para>
/// <para>Names are never converted: U-labels are refused, A-labels (<c>xn--</c>) are opaque, so nothing after this
/// check
/// can fold one name into another (UTS 46 would turn full-width digits into an address).</para>
/// <para>A last label that is a number (WHATWG URL, "ends in a number") is refused: resolvers read <c>127.1</c>,
/// <c>0177.0.0.1</c>, <c>2130706433</c> and <c>0x7f000001</c> as addresses.</para>
/// </remarks>
public sealed record HostName : Host
{
    /// <summary>Longest name in characters, without the trailing dot (RFC 1035, 2.3.4).</summary>
    public const int LengthMax = 253;

    /// <summary>Longest label in characters (RFC 1035, 2.3.4).</summary>
    public const int LabelLengthMax = 63;

    private HostName(string text)
        : base(text)
    {
    }

    /// <summary>The only way in: what does not parse never becomes a <see cref="HostName"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out HostName? name) =>
        TryParse(text, out name, out _);

    internal static bool TryParse(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out HostName? name, [NotNullWhen(false)] out string? flaw)
    {
        // Exactly one trailing dot means "absolute" and is the same name.
        var bare = text.EndsWith('.') ? text[..^1] : text;
        flaw = Flaw(bare);
        name = flaw is null
            ? new HostName(string.Create(bare.Length, bare, static (lower, source) => source.ToLowerInvariant(lower)))
            : null;
        return flaw is null;
    }

    private static string? Flaw(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > LengthMax)
        {
            return name.Length == 0 ? "is empty" : "is longer than 253 characters";
        }

        var last = default(ReadOnlySpan<char>);
        foreach (var range in name.Split('.'))
        {
            last = name[range];
            if (LabelFlaw(last) is { } flaw)
            {
                return flaw;
            }
        }

        return IsNumber(last) ? "ends in a number without being an IPv4 address of four decimal parts" : null;
    }

    private static string? LabelFlaw(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > LabelLengthMax)
        {
            return label.Length == 0 ? "has an empty label" : "has a label longer than 63 characters";
        }

        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return CharacterFlaw(c);
            }
        }

        return label[0] == '-' || label[^1] == '-' ? "has a label that begins or ends with '-'" : null;
    }

    private static string CharacterFlaw(char c) => c switch
    {
        '@' => "has user information before it ('@')",
        '\\' => "holds a backslash",
        '%' => "holds a percent sign; names are not percent-encoded",
        '#' => "holds a fragment ('#')",
        '\0' => "holds a NUL character",
        '[' or ']' => "holds a bracket",
        '*' => "holds a '*'",
        > '\x7f' => "holds a character outside ASCII; write its A-label form (xn--...)",
        <= ' ' or '\x7f' => "holds white space or a control character",
        _ => $"holds '{c}'",
    };

    private static bool IsNumber(ReadOnlySpan<char> label)
    {
        if (!label.ContainsAnyExceptInRange('0', '9'))
        {
            return true;
        }

        if (label is not ['0', 'x' or 'X', .. var digits])
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit))
            {
                return false;
            }
        }

        return true;
    }
}
