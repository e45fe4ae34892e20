using System.Net;

namespace Sallyport.Egress;

/// <summary>The addresses of one answer, judged.</summary>
/// <param name="Dialable">Global ones, in the order of the answer, at most
/// <see cref="AddressCheck.DialableMax"/>.</param>
/// <param name="Refused">All others, each with its class.</param>
internal sealed record JudgedAddresses(IReadOnlyList<IPAddress> Dialable, IReadOnlyList<string> Refused);

/// <summary>Judges every address that a name resolved to.</summary>
internal sealed class AddressCheck(Func<IReadOnlySet<IPAddress>> readOwnAddresses, TimeProvider time)
{
    /// <summary>Most addresses that are tried for one connection.</summary>
    public const int DialableMax = 8;

    /// <summary>How long the list of this machine's addresses is believed: an interface seldom changes, and reading it
    /// is slow.</summary>
    public static readonly TimeSpan OwnAddressesAge = TimeSpan.FromSeconds(10);

    private volatile OwnAddresses own = new(0, null);

    public JudgedAddresses Judge(IReadOnlyList<IPAddress> answer)
    {
        var dialable = new List<IPAddress>();
        var refused = new List<string>();
        foreach (var address in answer)
        {
            // The mapped form is the IPv4 host itself: it is judged and dialled as that, so that both are one address.
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            if (AddressClass.Of(plain) is { } of)
            {
                refused.Add($"{plain} ({of})");
            }
            else if (IsOwn(plain))
            {
                refused.Add($"{plain} (own-address)");
            }
            else if (dialable.Count < DialableMax && !dialable.Contains(plain))
            {
                dialable.Add(plain);
            }
        }

        return new JudgedAddresses(dialable, refused);
    }

    private bool IsOwn(IPAddress address)
    {
        var known = own;
        if (known.Addresses is null || time.GetElapsedTime(known.ReadAt) >= OwnAddressesAge)
        {
            known = new OwnAddresses(time.GetTimestamp(), readOwnAddresses());
            own = known;
        }

        return known.Addresses!.Contains(address); // not null: just read, or tested above
    }

    private sealed record OwnAddresses(long ReadAt, IReadOnlySet<IPAddress>? Addresses);
}
