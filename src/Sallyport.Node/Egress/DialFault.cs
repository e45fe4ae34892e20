using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.Egress;

/// <summary>The words for a dial that failed. The target's path and query are left out: they are the agent's
/// business.</summary>
internal static class DialFault
{
    public static Fault Unresolved(Target target, string why) => new(
        "egress.unresolved",
        $"The host {target.Host} does not resolve: {why}.",
        "See the spelling of the name, and the resolver of the gateway's machine. /etc/hosts is not read: "
        + "give such a host a source with an address: in perimeter/sallyport.yaml.");

    public static Fault RefusedAnswer(Target target, IReadOnlyList<string> refused) => new(
        "egress.refused-address",
        $"The host {target.Host} resolves only to addresses that are never dialled: "
        + $"{string.Join(", ", refused.Take(4))}{(refused.Count > 4 ? ", ..." : "")}.",
        "If this is a service of yours, name it: a source with this host and an address: in perimeter/sallyport.yaml.");

    public static Fault RefusedLiteral(Target target, AddressClass refused) => new(
        "egress.refused-address",
        $"The address {target.Host} is never dialled: it is {refused} ({refused.Source}).",
        "If this is a service of yours, name the address in an allow rule, or pin a host to it by a source.");

    public static Fault Unreachable(Target target, IPEndPoint peer, string why) => new(
        "egress.unreachable",
        $"No connection to {target.HostAndPort} at {peer}: {why}.",
        "Try again when the upstream is up.");

    public static Fault Timeout(Target target, string step, TimeSpan after) => new(
        "egress.timeout",
        string.Create(
            CultureInfo.InvariantCulture,
            $"No connection to {target.HostAndPort}: {step} took longer than {after.TotalSeconds:0.###} s."),
        "Try again when the upstream is up.");

    public static string Words(SocketError error) => error switch
    {
        SocketError.HostNotFound => "there is no such name",
        SocketError.NoData => "the name has no address",
        SocketError.TryAgain => "the resolver did not answer",
        SocketError.ConnectionRefused => "the connection was refused",
        SocketError.ConnectionReset => "the connection was reset",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no route",
        SocketError.TimedOut => "the peer did not answer",
        _ => error.ToString(),
    };
}
