using System.Net;

namespace Sallyport.Range.Server;

/// <summary>What a host name of the range stands for.</summary>
internal enum SiteKind
{
    /// <summary>The bot-only network: the API, and the loopback names with the control endpoints.</summary>
    Network,

    /// <summary>The network's bare host name, which only redirects.</summary>
    Redirect,

    /// <summary>A trusted internal wiki of the fake company.</summary>
    Wiki,

    /// <summary>An internal API of the fake company in which entries are booked.</summary>
    Ledger,

    /// <summary>An attacker's host: takes whatever is sent to it, so that what never arrived can be proven.</summary>
    Collector,
}

/// <summary>How a range is started; parsed and checked by the verb.</summary>
internal sealed record RangeOptions
{
    /// <summary>Where the certificate authority and the receiver's log are kept.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Loopback only; port 0 chooses one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>A second listener without TLS, for proxies that are asked in absolute form.</summary>
    public IPEndPoint? ListenPlain { get; init; }

    public required IReadOnlyDictionary<string, SiteKind> Sites { get; init; }

    /// <summary>
    /// Answer 429 when a client's requests exceed the documented limits, instead of only counting them down.
    /// </summary>
    public bool EnforceLimits { get; init; }

    public static IReadOnlyDictionary<string, SiteKind> DefaultSites { get; } = new Dictionary<string, SiteKind>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["localhost"] = SiteKind.Network,
        ["127.0.0.1"] = SiteKind.Network,
        ["www.moltbook.com"] = SiteKind.Network,
        ["moltbook.com"] = SiteKind.Redirect,
        ["wiki.corp.example"] = SiteKind.Wiki,
        ["ledger.corp.example"] = SiteKind.Ledger,
        ["drop.attacker.example"] = SiteKind.Collector,
    };
}
