using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.Egress;

/// <summary>A host in its one canonical spelling: a <see cref="HostName"/> or a <see cref="HostAddress"/>.</summary>
public abstract record Host
{
    private protected Host(string text) => Text = text;

    /// <summary>The spelling used in URLs: IPv6 in brackets.</summary>
    public string Text { get; }

    /// <summary>Parses what stands between the slashes and the port: a name, a dotted quad, or IPv6 in
    /// brackets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Host? host) =>
        TryParse(text, out host, out _);

    /// <inheritdoc/>
    public sealed override string ToString() => Text;

    // The flaw is the end of a sentence that begins with "The host ...".
    internal static bool TryParse(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out Host? host, [NotNullWhen(false)] out string? flaw)
    {
        if (text.StartsWith('['))
        {
            host = null;
            flaw = "is not an IPv6 address in one pair of brackets";
            if (text.Length > 2 && text[^1] == ']' && HostAddress.TryParseV6(text[1..^1], out var address))
            {
                host = address;
                flaw = null;
            }

            return host is not null;
        }

        if (HostAddress.TryParseV4(text, out var quad))
        {
            host = quad;
            flaw = null;
            return true;
        }

        var named = HostName.TryParse(text, out var name, out flaw);
        host = name;
        return named;
    }
}

/// <summary>A literal address. Only the canonical spelling parses: no octal, hex, short or decimal IPv4, no zone
/// id.</summary>
public sealed record HostAddress : Host
{
    /// <summary>An address that is already a value.</summary>
    public HostAddress(IPAddress address)
        : base(address.AddressFamily is AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString()) =>
        Address = address;

    /// <summary>The address, without a zone id.</summary>
    public IPAddress Address { get; }

    /// <summary>Four decimal numbers without leading zeros. Every other spelling of IPv4 means something else
    /// somewhere.</summary>
    internal static bool TryParseV4(ReadOnlySpan<char> text, [NotNullWhen(true)] out HostAddress? address)
    {
        address = null;
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (count == 4
                || part.Length is 0 or > 3
                || (part.Length > 1 && part[0] == '0')
                || part.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            if (!byte.TryParse(part, out bytes[count++]))
            {
                return false;
            }
        }

        address = count == 4 ? new HostAddress(new IPAddress(bytes)) : null;
        return address is not null;
    }

    /// <summary>RFC 4291 text, 2.2, without brackets. The runtime's parser is more lenient, so its input is narrowed
    /// first.</summary>
    internal static bool TryParseV6(ReadOnlySpan<char> text, [NotNullWhen(true)] out HostAddress? address)
    {
        address = null;
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c) && c != ':' && c != '.')
            {
                return false;
            }
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0 || (text.Contains('.') && !TryParseV4(text[(colon + 1)..], out _)))
        {
            return false;
        }

        address = IPAddress.TryParse(text, out var parsed) && parsed.AddressFamily is AddressFamily.InterNetworkV6
            ? new HostAddress(parsed)
            : null;
        return address is not null;
    }
}
