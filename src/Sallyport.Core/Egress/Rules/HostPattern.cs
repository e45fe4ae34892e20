using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.Egress;

/// <summary>Which hosts a rule or a source names. Closed.</summary>
public abstract record HostPattern
{
    /// <summary>Shortest prefix of an IPv4 network in a rule: no operator owns more than 10.0.0.0/8.</summary>
    public const int PrefixMinV4 = 8;

    /// <summary>Shortest prefix of an IPv6 network in a rule: unique local is fc00::/7.</summary>
    public const int PrefixMinV6 = 7;

    private HostPattern()
    {
    }

    /// <summary>Whether the pattern names the host.</summary>
    public abstract bool Matches(Host host);

    /// <summary>Whether every host that <paramref name="other"/> names is named by this one too.</summary>
    public abstract bool Covers(HostPattern other);

    /// <summary>Parses <c>name</c>, <c>*.name</c>, <c>10.0.0.5</c>, <c>10.0.0.0/8</c>, <c>[fd00::1]</c> or
    /// <c>[fd00::/8]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="fault">What is wrong, and the mend.</param>
    public static bool TryParse(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out HostPattern? pattern, [NotNullWhen(false)] out Fault? fault)
    {
        if (text.StartsWith("*."))
        {
            return TryParseWildcard(text, out pattern, out fault);
        }

        var inner = text is ['[', .. var bracketed, ']'] ? bracketed : text;
        var slash = inner.IndexOf('/');
        if (slash >= 0 || inner.Length != text.Length || HostAddress.TryParseV4(text, out _))
        {
            return TryParseNetwork(text, inner, slash, out pattern, out fault);
        }

        fault = HostName.TryParse(text, out var name, out var flaw) ? null : RuleFault.Host(text, flaw);
        pattern = name is null ? null : new Exact(name);
        return name is not null;
    }

    private static bool TryParseWildcard(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out HostPattern? pattern, [NotNullWhen(false)] out Fault? fault)
    {
        pattern = null;
        if (!HostName.TryParse(text[2..], out var suffix, out var flaw))
        {
            fault = RuleFault.Host(text, flaw);
            return false;
        }

        if (PublicSuffixes.Contains(suffix))
        {
            fault = RuleFault.PublicSuffix(suffix);
            return false;
        }

        pattern = new Below(suffix);
        fault = null;
        return true;
    }

    private static bool TryParseNetwork(
        ReadOnlySpan<char> text,
        ReadOnlySpan<char> inner,
        int slash,
        [NotNullWhen(true)] out HostPattern? pattern,
        [NotNullWhen(false)] out Fault? fault)
    {
        pattern = null;
        var literal = slash < 0 ? inner : inner[..slash];
        var parsed = inner.Length == text.Length
            ? HostAddress.TryParseV4(literal, out var host)
            : HostAddress.TryParseV6(literal, out host);
        if (!parsed || host is null)
        {
            fault = RuleFault.Network(text);
            return false;
        }

        var (bitsMin, bitsMax) = host.Address.AddressFamily is AddressFamily.InterNetwork
            ? (PrefixMinV4, 32)
            : (PrefixMinV6, 128);
        var bits = bitsMax;
        if (slash >= 0
            && (!int.TryParse(inner[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out bits)
            || bits < bitsMin || bits > bitsMax))
        {
            fault = RuleFault.PrefixLength(text, bitsMin, bitsMax);
            return false;
        }

        var start = FirstOf(host.Address, bits);
        if (!start.Equals(host.Address))
        {
            fault = RuleFault.HostBits(text, new HostAddress(start).Address, bits);
            return false;
        }

        fault = AddressClass.Of(start) is { Permit: AddressPermit.Never } refused
            ? RuleFault.NeverDialled(text, refused)
            : null;
        pattern = fault is null ? new Network(new IPNetwork(start, bits)) : null;
        return fault is null;
    }

    private static IPAddress FirstOf(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }

    /// <summary>One name, and nothing below it.</summary>
    /// <param name="Name">The name.</param>
    public sealed record Exact(HostName Name) : HostPattern
    {
        /// <inheritdoc/>
        public override bool Matches(Host host) => host is HostName name && name.Text == Name.Text;

        /// <inheritdoc/>
        public override bool Covers(HostPattern other) => other is Exact exact && exact.Name.Text == Name.Text;

        /// <inheritdoc/>
        public override string ToString() => Name.Text;
    }

    /// <summary>Every name below a suffix, at any depth, and not the suffix itself.</summary>
    /// <param name="Suffix">What stands after <c>*.</c>.</param>
    public sealed record Below(HostName Suffix) : HostPattern
    {
        /// <inheritdoc/>
        public override bool Matches(Host host) => host is HostName name && IsBelow(name.Text);

        /// <inheritdoc/>
        public override bool Covers(HostPattern other) => other switch
        {
            Exact exact => IsBelow(exact.Name.Text),
            Below below => below.Suffix.Text == Suffix.Text || IsBelow(below.Suffix.Text),
            _ => false,
        };

        /// <inheritdoc/>
        public override string ToString() => $"*.{Suffix.Text}";

        // On a label boundary: evilexample.org is not below example.org.
        private bool IsBelow(string name) =>
            name.Length > Suffix.Text.Length
            && name[^(Suffix.Text.Length + 1)] == '.'
            && name.EndsWith(Suffix.Text, StringComparison.Ordinal);
    }

    /// <summary>Literal addresses: one, or a network of them. Never matches a name, whatever it resolves to.</summary>
    /// <param name="Addresses">The network; a single address has the full prefix.</param>
    public sealed record Network(IPNetwork Addresses) : HostPattern
    {
        /// <summary>Whether it names one address alone.</summary>
        public bool IsSingle => Addresses.PrefixLength == (IsV6 ? 128 : 32);

        /// <summary>Whether the addresses are IPv6.</summary>
        public bool IsV6 => Addresses.BaseAddress.AddressFamily is AddressFamily.InterNetworkV6;

        /// <inheritdoc/>
        public override bool Matches(Host host) => host is HostAddress { Address: var address }
            && address.AddressFamily == Addresses.BaseAddress.AddressFamily
            && Addresses.Contains(address);

        /// <summary>Whether an operator who wrote this has allowed the address, although it is not global.</summary>
        public bool Permits(AddressClass refused) => refused.Permit switch
        {
            AddressPermit.ByNetwork => true,
            AddressPermit.ByAddress => IsSingle,
            AddressPermit.Never => false,
        };

        /// <inheritdoc/>
        public override bool Covers(HostPattern other) => other is Network network
            && network.Addresses.PrefixLength >= Addresses.PrefixLength
            && Matches(new HostAddress(network.Addresses.BaseAddress));

        /// <inheritdoc/>
        public override string ToString()
        {
            var text = IsSingle ? $"{Addresses.BaseAddress}" : $"{Addresses}";
            return IsV6 ? $"[{text}]" : text;
        }
    }
}
