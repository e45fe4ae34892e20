using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.Egress;

/// <summary>Buckets of rules by host: one look-up for the name itself, and one for each suffix or prefix
/// length.</summary>
internal sealed class RuleIndex
{
    private readonly FrozenDictionary<string, RuleBucket> exact;
    private readonly FrozenDictionary<string, RuleBucket> below;
    private readonly (AddressFamily Family, int Bits, FrozenDictionary<UInt128, RuleBucket> Buckets)[] networks;

    public RuleIndex(IReadOnlyList<EgressRule> rules, RuleSide side)
    {
        var buckets = new Dictionary<HostPattern, RuleBucket>();
        for (var order = 0; order < rules.Count; order++)
        {
            var host = rules[order].Pattern.Host;
            if (!buckets.TryGetValue(host, out var bucket))
            {
                buckets.Add(host, bucket = new RuleBucket(side));
            }

            bucket.Add(new OrderedRule(order, rules[order]));
        }

        exact = buckets.Where(pair => pair.Key is HostPattern.Exact).ToFrozenDictionary(
            pair => $"{pair.Key}", pair => pair.Value);
        below = buckets.Where(pair => pair.Key is HostPattern.Below)
            .ToFrozenDictionary(pair => ((HostPattern.Below)pair.Key).Suffix.Text, pair => pair.Value);
        networks =
        [
            .. buckets.Where(pair => pair.Key is HostPattern.Network)
                .Select(pair => (((HostPattern.Network)pair.Key).Addresses, pair.Value))
                .GroupBy(pair => (pair.Addresses.BaseAddress.AddressFamily, pair.Addresses.PrefixLength))
                .Select(group => (
                    group.Key.AddressFamily,
                    group.Key.PrefixLength,
                    group.ToFrozenDictionary(
                        pair => Prefix(pair.Addresses.BaseAddress, group.Key.PrefixLength), pair => pair.Value))),
        ];
    }

    /// <summary>The buckets whose pattern names the host.</summary>
    public Walk Of(Host host) => host is HostAddress address
        ? new Walk(this, address.Address, 128)
        : new Walk(this, host.Text, withExact: true);

    /// <summary>The buckets whose pattern covers the pattern.</summary>
    public Walk Around(HostPattern pattern) => pattern switch
    {
        HostPattern.Exact named => new Walk(this, named.Name.Text, withExact: true),
        HostPattern.Below suffix => new Walk(this, $"*.{suffix.Suffix.Text}", withExact: false),
        HostPattern.Network network => new Walk(this, network.Addresses.BaseAddress, network.Addresses.PrefixLength),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // The top bits of an address: 128 bits for IPv6, 32 for IPv4.
    private static UInt128 Prefix(IPAddress address, int bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return bits == 0
            ? 0
            : BinaryPrimitives.ReadUInt128BigEndian(bytes) >> (128 - bits) << (128 - bits) >> ((16 - written) * 8);
    }

    /// <summary>Steps over the buckets of one host. Allocates nothing.</summary>
    internal ref struct Walk
    {
        private readonly RuleIndex index;
        private readonly IPAddress? address;
        private readonly int bitsMax;
        private ReadOnlySpan<char> name;
        private bool atExact;
        private int network;

        public Walk(RuleIndex index, ReadOnlySpan<char> name, bool withExact)
        {
            this.index = index;
            this.name = name;
            atExact = withExact;
        }

        public Walk(RuleIndex index, IPAddress address, int bitsMax)
        {
            this.index = index;
            this.address = address;
            this.bitsMax = bitsMax;
        }

        public RuleBucket Current { get; private set; } = null!; // set by every MoveNext that returns true

        public readonly Walk GetEnumerator() => this;

        public bool MoveNext() => address is null ? NextByName() : NextByAddress(address);

        private bool NextByName()
        {
            if (atExact)
            {
                atExact = false;
                if (index.exact.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var bucket))
                {
                    Current = bucket;
                    return true;
                }
            }

            while (name.IndexOf('.') is var dot and >= 0)
            {
                name = name[(dot + 1)..];
                if (index.below.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var bucket))
                {
                    Current = bucket;
                    return true;
                }
            }

            return false;
        }

        private bool NextByAddress(IPAddress of)
        {
            while (network < index.networks.Length)
            {
                var (family, bits, buckets) = index.networks[network++];
                if (family == of.AddressFamily
                    && bits <= bitsMax
                    && buckets.TryGetValue(Prefix(of, bits), out var bucket))
                {
                    Current = bucket;
                    return true;
                }
            }

            return false;
        }
    }
}
