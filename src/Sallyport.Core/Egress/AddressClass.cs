using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.Egress;

/// <summary>Why an address is not a place on the public internet.</summary>
/// <remarks>Ranges and names: IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and its updates), IANA
/// IPv6
/// address space (global unicast is 2000::/3), and the fixed addresses at which clouds serve credentials.</remarks>
/// <param name="Name">One word: <c>private</c>, <c>loopback</c>, <c>metadata</c>.</param>
/// <param name="Source">RFC or vendor.</param>
/// <param name="Permit">What it takes for an operator to allow it all the same.</param>
public sealed record AddressClass(string Name, string Source, AddressPermit Permit)
{
    /// <summary>For a form that carries an IPv4 address: that address and its class.</summary>
    public string Inner { get; private init; } = "";

    /// <summary>The class of an address; null for one that is global and may be dialled.</summary>
    public static AddressClass? Of(IPAddress address)
    {
        if (address.AddressFamily is AddressFamily.InterNetwork)
        {
            Span<byte> quad = stackalloc byte[4];
            address.TryWriteBytes(quad, out _);
            return OfV4(BinaryPrimitives.ReadUInt32BigEndian(quad));
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return OfV6(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>As denials and ledger print it: <c>private</c>, <c>nat64 of 10.0.0.1 (private)</c>.</summary>
    public override string ToString() => Inner.Length == 0 ? Name : $"{Name} of {Inner}";

    private static AddressClass? OfV4(uint address)
    {
        foreach (var (network, bits, of) in AddressRanges.V4)
        {
            if ((address ^ network) >> (32 - bits) == 0)
            {
                return of;
            }
        }

        return null;
    }

    private static AddressClass? OfV6(UInt128 address)
    {
        foreach (var (network, bits, of, embedding) in AddressRanges.V6)
        {
            if ((address ^ network) >> (128 - bits) == UInt128.Zero)
            {
                return Judge(address, of, embedding);
            }
        }

        // ISATAP (RFC 5214, 6.1) hides an IPv4 address in the interface identifier of any prefix.
        if (((uint)(address >> 32) & 0xfdff_ffff) == 0x0000_5efe)
        {
            return AddressRanges.Isatap with { Inner = Describe((uint)address) };
        }

        return address >> 125 == UInt128.One ? null : AddressRanges.Unallocated;
    }

    private static AddressClass? Judge(UInt128 address, AddressClass of, Embedding embedding) => embedding switch
    {
        Embedding.None => of,
        // These two are the same IPv4 host by definition, and DNS64 answers with the second: the inner address decides.
        Embedding.SameHost => OfV4((uint)address) is null ? null : of with { Inner = Describe((uint)address) },
        Embedding.LowBits => of with { Inner = Describe((uint)address) },
        Embedding.LowBitsInverted => of with { Inner = Describe(~(uint)address) },
        Embedding.AfterPrefix16 => of with { Inner = Describe((uint)(address >> 80)) },
    };

    private static string Describe(uint address)
    {
        Span<byte> quad = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(quad, address);
        return $"{new IPAddress(quad)} ({OfV4(address)?.Name ?? "global"})";
    }
}

/// <summary>What it takes for an operator to allow an address that is not global.</summary>
public enum AddressPermit
{
    /// <summary>A rule that names it or a network that it is in.</summary>
    ByNetwork,

    /// <summary>A rule that names this very address: a network that happens to hold it is not enough.</summary>
    ByAddress,

    /// <summary>Nothing: it names no single host, or hides one.</summary>
    Never,
}
