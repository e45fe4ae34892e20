using System.Net;
using System.Net.Sockets;

namespace Sallyport.Egress;

/// <summary>How a dial ended. Closed.</summary>
public abstract record DialResult
{
    private DialResult()
    {
    }

    /// <summary>Connected. The caller owns the socket.</summary>
    /// <param name="Socket">The connection, with Nagle's algorithm off.</param>
    /// <param name="Peer">The very address that was judged.</param>
    public sealed record Connected(Socket Socket, IPEndPoint Peer) : DialResult;

    /// <summary>Not connected.</summary>
    /// <param name="Fault"><c>egress.unresolved</c>, <c>egress.refused-address</c>, <c>egress.unreachable</c> or
    /// <c>egress.timeout</c>.</param>
    public sealed record Failed(Fault Fault) : DialResult;
}

/// <summary>How long the steps of a dial may take.</summary>
/// <param name="Resolve">One resolution.</param>
/// <param name="Connect">One address.</param>
/// <param name="Whole">The whole dial, all addresses together.</param>
public sealed record DialLimits(TimeSpan Resolve, TimeSpan Connect, TimeSpan Whole)
{
    /// <summary>5 s to resolve, 5 s for an address, 15 s in all.</summary>
    public static DialLimits Default { get; } = new(
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
}

/// <summary>Dials what was decided, at an address that was judged. To be called only after an allow.</summary>
public sealed class CheckedDialler
{
    private readonly Network network;
    private readonly AddressCheck check;
    private readonly TimeProvider time;
    private readonly DialLimits limits;

    /// <summary>A dialler over a network.</summary>
    public CheckedDialler(Network network, TimeProvider time, DialLimits? limits = null)
    {
        (this.network, this.time, this.limits) = (network, time, limits ?? DialLimits.Default);
        check = new AddressCheck(network.OwnAddresses, time);
    }

    /// <summary>Counts every dial; gateways count their replies in it.</summary>
    public Ledger.Tally Tally { get; } = new();

    /// <summary>Dials a target.</summary>
    /// <param name="target">What was decided.</param>
    /// <param name="allowedBy">The rule that allowed it: only a rule that names a literal address permits one that is
    /// not global.</param>
    /// <param name="upstream">The target's upstream; an address pinned there is dialled as it is.</param>
    /// <param name="cancellation">Ends the dial.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for; a time limit is a
    /// result.</exception>
    public async Task<DialResult> DialAsync(
        Target target, EgressRule allowedBy, Upstream upstream, CancellationToken cancellation)
    {
        Tally.Dialled();
        if (upstream.Dial is { } pinned)
        {
            return await ConnectAnyAsync(target, [pinned.Address], pinned.Port, cancellation);
        }

        if (target.Host is HostAddress { Address: var literal })
        {
            return Permits(allowedBy, target.Host, literal) is { } refused
                ? new DialResult.Failed(DialFault.RefusedLiteral(target, refused))
                : await ConnectAnyAsync(target, [literal], target.Port, cancellation);
        }

        var (answer, fault) = await ResolveAsync(target, cancellation);
        if (answer is null)
        {
            return new DialResult.Failed(fault ?? DialFault.Unresolved(target, "the answer is empty"));
        }

        var judged = check.Judge(answer);
        return judged.Dialable.Count == 0
            ? new DialResult.Failed(DialFault.RefusedAnswer(target, judged.Refused))
            : await ConnectAnyAsync(target, judged.Dialable, target.Port, cancellation);
    }

    // The rules have said yes already; this asks again, so that no other path to a socket can forget to.
    private static AddressClass? Permits(EgressRule rule, Host host, IPAddress literal) =>
        AddressClass.Of(literal) is { } of
        && !(rule.Pattern.Host is HostPattern.Network named && named.Matches(host) && named.Permits(of))
            ? of
            : null;

    private async Task<(IPAddress[]? Answer, Fault? Fault)> ResolveAsync(Target target, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(limits.Resolve, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            // WaitAsync: the system's resolver does not always hear a cancellation while it waits for a server.
            var answer = await network.Resolve(target.Host.Text, either.Token).WaitAsync(either.Token);
            return answer.Length == 0 ? (null, null) : (answer, null);
        }
        catch (SocketException exception)
        {
            return (null, DialFault.Unresolved(target, DialFault.Words(exception.SocketErrorCode)));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, DialFault.Timeout(target, "resolving its name", limits.Resolve));
        }
    }

    private async Task<DialResult> ConnectAnyAsync(
        Target target, IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellation)
    {
        using var whole = new CancellationTokenSource(limits.Whole, time);
        var failure = DialFault.Timeout(target, "connecting", limits.Whole);
        foreach (var address in addresses)
        {
            var peer = new IPEndPoint(address, port);
            using var timer = new CancellationTokenSource(limits.Connect, time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, whole.Token, cancellation);
            try
            {
                return new DialResult.Connected(await network.Connect(peer, any.Token), peer);
            }
            catch (SocketException exception)
            {
                failure = DialFault.Unreachable(target, peer, DialFault.Words(exception.SocketErrorCode));
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                failure = DialFault.Timeout(target, $"connecting to {peer}", limits.Connect);
            }

            if (whole.IsCancellationRequested)
            {
                break;
            }
        }

        return new DialResult.Failed(failure);
    }
}
