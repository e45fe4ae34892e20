using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sallyport.Cedar.Values;

/// <summary>
/// The extension type <c>ipaddr</c>: an address of IPv4 or IPv6, or a range in CIDR notation. A range keeps the address
/// it was written with, so <c>ip("10.0.0.1/8")</c> and <c>ip("10.0.0.0/8")</c> are different values of the same range.
/// </summary>
public sealed class IpAddress : ReferenceValue, IEquatable<IpAddress>
{
    // "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"
    private const int TextLengthMax = 43;

    private static readonly IpAddress s_loopbackV4 = new((UInt128)0x7F000000, 8, isV4: true);
    private static readonly IpAddress s_loopbackV6 = new(UInt128.One, 128, isV4: false);
    private static readonly IpAddress s_multicastV4 = new((UInt128)0xE0000000, 4, isV4: true);
    private static readonly IpAddress s_multicastV6 = new((UInt128)0xFF << 120, 8, isV4: false);

    private static readonly SearchValues<char> s_groupCharacters = SearchValues.Create("0123456789abcdefABCDEF:");

    private readonly UInt128 _address;

    private IpAddress(UInt128 address, int prefix, bool isV4)
        : base(ValueKind.IpAddress)
    {
        _address = address;
        Prefix = prefix;
        IsIpv4 = isV4;
    }

    /// <summary>Whether this is IPv4; an IPv4 address inside IPv6 is not.</summary>
    public bool IsIpv4 { get; }

    /// <summary>The number of leading bits that name the range: 32 or 128 for one address.</summary>
    public int Prefix { get; }

    /// <summary>Whether the whole range is in 127.0.0.0/8 or ::1/128.</summary>
    public bool IsLoopback => IsInRange(IsIpv4 ? s_loopbackV4 : s_loopbackV6);

    /// <summary>Whether the whole range is in 224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsInRange(IsIpv4 ? s_multicastV4 : s_multicastV6);

    private int Bits => IsIpv4 ? 32 : 128;

    /// <summary>
    /// Reads an address with an optional prefix length. No leading zeros in IPv4 parts or the prefix, no zone, no IPv4
    /// inside IPv6.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IpAddress? address)
    {
        address = null;
        if (text.Length > TextLengthMax)
        {
            return false;
        }

        var slash = text.IndexOf('/');
        var host = slash < 0 ? text : text[..slash];
        if (!TryReadV4(host, out var bits, out var isV4) && !TryReadV6(host, out bits))
        {
            return false;
        }

        var width = isV4 ? 32 : 128;
        var prefix = width;
        if (slash >= 0 && !TryReadPrefix(text[(slash + 1)..], width, out prefix))
        {
            return false;
        }

        address = new IpAddress(bits, prefix, isV4);
        return true;
    }

    /// <summary>Whether this address, or all of this range, lies in another range of the same family.</summary>
    public bool IsInRange(IpAddress range)
    {
        if (IsIpv4 != range.IsIpv4 || Prefix < range.Prefix)
        {
            return false;
        }

        // Shifting a UInt128 by its whole width shifts by nothing, so the range of everything is apart.
        return range.Prefix == 0 || (_address >> (Bits - range.Prefix)) == (range._address >> (Bits - range.Prefix));
    }

    /// <inheritdoc/>
    public bool Equals(IpAddress? other) =>
        other is not null && IsIpv4 == other.IsIpv4 && Prefix == other.Prefix && _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IpAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_address, Prefix, IsIpv4);

    /// <summary>The address as the constructor reads it; the prefix only where it is shorter than the whole.</summary>
    public override string ToString()
    {
        var host = IsIpv4
            ? string.Create(CultureInfo.InvariantCulture, $"{Part(24)}.{Part(16)}.{Part(8)}.{Part(0)}")
            : string.Join(':', Enumerable.Range(0, 8)
                .Select(i => ((ushort)(_address >> (112 - (16 * i)))).ToString("x", CultureInfo.InvariantCulture)));
        return Prefix == Bits ? host : string.Create(CultureInfo.InvariantCulture, $"{host}/{Prefix}");
    }

    private byte Part(int shift) => (byte)(_address >> shift);

    private static bool TryReadV4(ReadOnlySpan<char> text, out UInt128 address, out bool isV4)
    {
        address = 0;
        isV4 = false;
        for (var part = 0; part < 4; part++)
        {
            var length = text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length;
            if (length is 0 or > 3 || (length > 1 && text[0] == '0')
                || !byte.TryParse(text[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var octet)
                || (part < 3 && (text.Length == length || text[length] != '.')))
            {
                return false;
            }

            address = (address << 8) | octet;
            text = text[Math.Min(length + (part < 3 ? 1 : 0), text.Length)..];
        }

        isV4 = text.IsEmpty;
        return isV4;
    }

    private static bool TryReadV6(ReadOnlySpan<char> text, out UInt128 address)
    {
        address = 0;
        if (text.IndexOf(':') < 0 || text.ContainsAnyExcept(s_groupCharacters))
        {
            return false;
        }

        // RFC 4291, section 2.2: eight groups of one to four digits, one run of zero groups as "::".
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
        {
            return TryReadGroups(text, out address, out var all) && all == 8;
        }

        var tailText = text[(gap + 2)..];
        if (!TryReadGroups(text[..gap], out var head, out var before)
            || !TryReadGroups(tailText, out var tail, out var after)
            || before + after > 7)
        {
            return false;
        }

        address = (before == 0 ? 0 : head << (16 * (8 - before))) | tail;
        return true;
    }

    private static bool TryReadGroups(ReadOnlySpan<char> text, out UInt128 groups, out int count)
    {
        groups = 0;
        count = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        foreach (var range in text.Split(':'))
        {
            var group = text[range];
            if (group.Length is 0 or > 4 || ++count > 8)
            {
                return false;
            }

            groups = (groups << 16) | ushort.Parse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return true;
    }

    private static bool TryReadPrefix(ReadOnlySpan<char> text, int width, out int prefix)
    {
        prefix = 0;
        return text.Length is > 0 and <= 3 && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= width;
    }
}
