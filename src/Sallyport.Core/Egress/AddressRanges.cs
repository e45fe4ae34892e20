using System.Buffers.Binary;
using System.Net;

namespace Sallyport.Egress;

/// <summary>Where an IPv6 form carries an IPv4 address.</summary>
internal enum Embedding
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>In the low 32 bits, and the form means that very host.</summary>
    SameHost,

    /// <summary>In the low 32 bits.</summary>
    LowBits,

    /// <summary>In the low 32 bits, inverted (Teredo).</summary>
    LowBitsInverted,

    /// <summary>In the 32 bits after the first 16 (6to4).</summary>
    AfterPrefix16,
}

/// <summary>The tables of <see cref="AddressClass"/>. The first range that holds an address wins, so narrow ones stand
/// first.</summary>
internal static class AddressRanges
{
    private static readonly AddressClass Metadata = new("metadata", "cloud instance metadata", AddressPermit.ByAddress);
    private static readonly AddressClass Private = new("private", "RFC 1918", AddressPermit.ByNetwork);
    private static readonly AddressClass LoopbackV4 = new("loopback", "RFC 1122", AddressPermit.ByNetwork);
    private static readonly AddressClass DocumentationV4 = new("documentation", "RFC 5737", AddressPermit.ByNetwork);

    public static AddressClass Unallocated { get; } = new(
        "unallocated", "IANA IPv6 address space", AddressPermit.Never);

    public static AddressClass Isatap { get; } = new("isatap", "RFC 5214", AddressPermit.Never);

    public static (uint Network, int Bits, AddressClass Of)[] V4 { get; } =
    [
        V4Range("169.254.169.254/32", Metadata),  // AWS, Azure, Google, Oracle, DigitalOcean, ...
        V4Range("169.254.170.2/32", Metadata),    // AWS ECS task credentials
        V4Range("169.254.170.23/32", Metadata),   // AWS EKS pod identity
        V4Range("168.63.129.16/32", Metadata),    // Azure platform: looks public
        V4Range("100.100.100.200/32", Metadata),  // Alibaba Cloud
        V4Range("192.0.0.192/32", Metadata),      // Oracle Cloud, classic
        V4Range("0.0.0.0/8", new("this-network", "RFC 791", AddressPermit.Never)),
        V4Range("10.0.0.0/8", Private),
        V4Range("100.64.0.0/10", new("carrier-nat", "RFC 6598", AddressPermit.ByNetwork)),
        V4Range("127.0.0.0/8", LoopbackV4),
        V4Range("169.254.0.0/16", new("link-local", "RFC 3927", AddressPermit.ByNetwork)),
        V4Range("172.16.0.0/12", Private),
        V4Range("192.0.0.0/24", new("ietf-protocol", "RFC 6890", AddressPermit.ByNetwork)),
        V4Range("192.0.2.0/24", DocumentationV4),
        V4Range("192.88.99.0/24", new("6to4-relay", "RFC 7526", AddressPermit.Never)),
        V4Range("192.168.0.0/16", Private),
        V4Range("198.18.0.0/15", new("benchmarking", "RFC 2544", AddressPermit.ByNetwork)),
        V4Range("198.51.100.0/24", DocumentationV4),
        V4Range("203.0.113.0/24", DocumentationV4),
        V4Range("224.0.0.0/4", new("multicast", "RFC 5771", AddressPermit.Never)),
        V4Range("255.255.255.255/32", new("broadcast", "RFC 919", AddressPermit.Never)),
        V4Range("240.0.0.0/4", new("reserved", "RFC 1112", AddressPermit.Never)),
    ];

    public static (UInt128 Network, int Bits, AddressClass Of, Embedding Embedding)[] V6 { get; } =
    [
        V6Range("fd00:ec2::254/128", Metadata),   // AWS
        V6Range("fd00:ec2::23/128", Metadata),    // AWS EKS pod identity
        V6Range("fd20:ce::254/128", Metadata),    // Google
        V6Range("::/128", new("unspecified", "RFC 4291", AddressPermit.Never)),
        V6Range("::1/128", new("loopback", "RFC 4291", AddressPermit.ByNetwork)),
        V6Range("::ffff:0:0/96", new("v4-mapped", "RFC 4291", AddressPermit.Never), Embedding.SameHost),
        V6Range("::/96", new("v4-compatible", "RFC 4291", AddressPermit.Never), Embedding.LowBits),
        V6Range("::ffff:0:0:0/96", new("siit", "RFC 2765", AddressPermit.Never), Embedding.LowBits),
        V6Range("64:ff9b::/96", new("nat64", "RFC 6052", AddressPermit.Never), Embedding.SameHost),
        V6Range("64:ff9b:1::/48", new("nat64-local", "RFC 8215", AddressPermit.Never), Embedding.LowBits),
        V6Range("100::/64", new("discard", "RFC 6666", AddressPermit.Never)),
        V6Range("100:0:0:1::/64", new("dummy", "RFC 9780", AddressPermit.Never)),
        V6Range("2001::/32", new("teredo", "RFC 4380", AddressPermit.Never), Embedding.LowBitsInverted),
        V6Range("2001:2::/48", new("benchmarking", "RFC 5180", AddressPermit.ByNetwork)),
        V6Range("2001::/23", new("ietf-protocol", "RFC 2928", AddressPermit.Never)),
        V6Range("2001:db8::/32", new("documentation", "RFC 3849", AddressPermit.ByNetwork)),
        V6Range("2002::/16", new("6to4", "RFC 3056", AddressPermit.Never), Embedding.AfterPrefix16),
        V6Range("3fff::/20", new("documentation", "RFC 9637", AddressPermit.ByNetwork)),
        V6Range("5f00::/16", new("segment-routing", "RFC 9602", AddressPermit.Never)),
        V6Range("fc00::/7", new("unique-local", "RFC 4193", AddressPermit.ByNetwork)),
        V6Range("fe80::/10", new("link-local", "RFC 4291", AddressPermit.ByNetwork)),
        V6Range("fec0::/10", new("site-local", "RFC 3879", AddressPermit.ByNetwork)),
        V6Range("ff00::/8", new("multicast", "RFC 4291", AddressPermit.Never)),
    ];

    private static (uint Network, int Bits, AddressClass Of) V4Range(string text, AddressClass of)
    {
        var network = IPNetwork.Parse(text);
        Span<byte> quad = stackalloc byte[4];
        network.BaseAddress.TryWriteBytes(quad, out _);
        return (BinaryPrimitives.ReadUInt32BigEndian(quad), network.PrefixLength, of);
    }

    private static (UInt128 Network, int Bits, AddressClass Of, Embedding Embedding) V6Range(
        string text, AddressClass of, Embedding embedding = Embedding.None)
    {
        var network = IPNetwork.Parse(text);
        Span<byte> bytes = stackalloc byte[16];
        network.BaseAddress.TryWriteBytes(bytes, out _);
        return (BinaryPrimitives.ReadUInt128BigEndian(bytes), network.PrefixLength, of, embedding);
    }
}
