using System.Net;
using System.Net.Sockets;
using Sallyport.Decisions;
using Sallyport.Flow;

namespace Sallyport.Egress.Tests;

public sealed class CheckedDiallerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_name_is_resolved_and_the_judged_address_is_dialled()
    {
        var network = new FakeNetwork { Answers = { ["a.test"] = ["93.184.216.34"] } };
        var result = await network.Dialler().DialAsync(Target("a.test:443"), Rule("a.test"), Upstream.Undeclared, None);
        var connected = Assert.IsType<DialResult.Connected>(result);
        using var socket = connected.Socket;
        Assert.Equal("93.184.216.34:443", connected.Peer.ToString());
        Assert.Equal(["a.test"], network.Resolved);
        Assert.Equal(["93.184.216.34:443"], network.Dialled);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1 (private)")]
    [InlineData("127.0.0.1", "127.0.0.1 (loopback)")]
    [InlineData("169.254.169.254", "169.254.169.254 (metadata)")]
    [InlineData("::ffff:169.254.169.254", "169.254.169.254 (metadata)")]
    [InlineData("64:ff9b::10.0.0.1", "64:ff9b::a00:1 (nat64 of 10.0.0.1 (private))")]
    [InlineData("fd00::1", "fd00::1 (unique-local)")]
    [InlineData("93.184.216.99", "93.184.216.99 (own-address)")]
    public async Task A_name_that_leads_inside_is_refused_and_nothing_is_dialled(string address, string words)
    {
        var network = new FakeNetwork { Answers = { ["a.test"] = [address] } };
        var fault = await Fault(network, "a.test:443");
        Assert.Equal("egress.refused-address", fault.Code);
        Assert.Contains(words, fault.Detail, StringComparison.Ordinal);
        Assert.Empty(network.Dialled);
    }

    // Even the rule that names the network: it speaks of literals, not of names that a stranger's DNS points there.
    [Fact]
    public async Task A_rule_for_a_network_does_not_open_it_to_names()
    {
        var network = new FakeNetwork { Answers = { ["a.test"] = ["10.0.0.1"] } };
        var result = await network.Dialler().DialAsync(
            Target("a.test:443"), Rule("10.0.0.0/8:443"), Upstream.Undeclared, None);
        Assert.Equal("egress.refused-address", Assert.IsType<DialResult.Failed>(result).Fault.Code);
    }

    [Fact]
    public async Task Of_a_mixed_answer_only_the_global_addresses_are_tried_in_order()
    {
        var network = new FakeNetwork
        {
            Answers = { ["a.test"] = ["10.0.0.1", "93.184.216.34", "::1", "2001:4860:4860::8888", "93.184.216.34"] },
            Refusing = { "93.184.216.34:443", "[2001:4860:4860::8888]:443" },
        };
        var fault = await Fault(network, "a.test:443");
        Assert.Equal("egress.unreachable", fault.Code);
        Assert.Contains("refused", fault.Detail, StringComparison.Ordinal);
        Assert.Equal(["93.184.216.34:443", "[2001:4860:4860::8888]:443"], network.Dialled);
    }

    [Fact]
    public async Task The_next_address_is_tried_when_one_does_not_answer()
    {
        var network = new FakeNetwork
        {
            Answers = { ["a.test"] = ["93.184.216.34", "93.184.216.35"] },
            Refusing = { "93.184.216.34:443" },
        };
        var result = await network.Dialler().DialAsync(Target("a.test:443"), Rule("a.test"), Upstream.Undeclared, None);
        using var socket = Assert.IsType<DialResult.Connected>(result).Socket;
        Assert.Equal(["93.184.216.34:443", "93.184.216.35:443"], network.Dialled);
    }

    [Fact]
    public async Task No_more_than_eight_addresses_are_tried()
    {
        string[] many = [.. Enumerable.Range(1, 20).Select(i => $"93.184.216.{i}")];
        var network = new FakeNetwork { Answers = { ["a.test"] = many } };
        network.Refusing.UnionWith(many.Select(address => $"{address}:443"));
        Assert.Equal("egress.unreachable", (await Fault(network, "a.test:443")).Code);
        Assert.Equal(AddressCheck.DialableMax, network.Dialled.Count);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_a_fault()
    {
        Assert.Equal("egress.unresolved", (await Fault(new FakeNetwork(), "a.test:443")).Code);
        var fault = await Fault(new FakeNetwork { Answers = { ["a.test"] = [] } }, "a.test:443");
        Assert.Equal("egress.unresolved", fault.Code);
        Assert.Contains("the answer is empty", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.5:5432", "10.0.0.0/8:5432", null)]
    [InlineData("10.0.0.5:5432", "a.test", "egress.refused-address")]
    [InlineData("10.0.0.5:5432", "192.168.0.0/16:5432", "egress.refused-address")]
    [InlineData("169.254.169.254:80", "169.254.169.254:80", null)]
    [InlineData("169.254.169.254:80", "169.254.0.0/16:80", "egress.refused-address")]
    [InlineData("[::ffff:10.0.0.5]:80", "10.0.0.0/8:80", "egress.refused-address")]
    [InlineData("93.184.216.34:443", "93.184.216.34", null)]
    public async Task A_literal_is_never_resolved_and_needs_a_rule_that_names_it(
        string target, string rule, string? code)
    {
        var network = new FakeNetwork();
        var result = await network.Dialler().DialAsync(Target(target), Rule(rule), Upstream.Undeclared, None);
        Assert.Empty(network.Resolved);
        Assert.Equal(code, (result as DialResult.Failed)?.Fault.Code);
        Assert.Equal(code is null ? [target] : [], network.Dialled);
        (result as DialResult.Connected)?.Socket.Dispose();
    }

    [Fact]
    public async Task A_pinned_address_is_dialled_as_it_is_over_a_real_socket()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var pinned = (IPEndPoint)listener.LocalEndPoint!; // bound above
        var network = new FakeNetwork();
        var dialler = new CheckedDialler(
            network.Network with { Connect = Network.Machine.Connect }, TimeProvider.System);
        var upstream = new Upstream(Source.Undeclared, pinned, null);
        var connected = Assert.IsType<DialResult.Connected>(
            await dialler.DialAsync(Target("wiki.test:443"), Rule("wiki.test"), upstream, None));
        using var socket = connected.Socket;
        using var accepted = await listener.AcceptAsync(None);
        Assert.Equal(pinned, connected.Peer);
        Assert.Equal(pinned, socket.RemoteEndPoint);
        Assert.True(socket.NoDelay);
        Assert.Empty(network.Resolved);
    }

    [Fact]
    public async Task A_port_on_which_nobody_listens_is_unreachable_over_a_real_socket()
    {
        // Bound and not listening: nobody else can take the port, and a connection to it is refused.
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var upstream = new Upstream(Source.Undeclared, (IPEndPoint)holder.LocalEndPoint!, null); // bound above
        var result = await new CheckedDialler(Network.Machine, TimeProvider.System).DialAsync(
            Target("wiki.test:443"), Rule("wiki.test"), upstream, None);
        Assert.Equal("egress.unreachable", Assert.IsType<DialResult.Failed>(result).Fault.Code);
    }

    [Fact]
    public async Task A_resolver_that_never_answers_ends_in_a_timeout()
    {
        var network = new FakeNetwork { Answers = { ["a.test"] = ["93.184.216.34"] } };
        var deaf = network.Network with { Resolve = (_, _) => new TaskCompletionSource<IPAddress[]>().Task };
        var fault = await Fault(Short(deaf), "a.test:443");
        Assert.Equal("egress.timeout", fault.Code);
        Assert.Contains("resolving", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_never_answers_ends_in_a_timeout_after_every_address()
    {
        var network = new FakeNetwork { Answers = { ["a.test"] = ["93.184.216.34", "93.184.216.35"] }, Silent = true };
        Assert.Equal("egress.timeout", (await Fault(Short(network.Network), "a.test:443")).Code);
        Assert.Equal(2, network.Dialled.Count);
    }

    [Fact]
    public async Task A_callers_cancellation_is_not_a_timeout()
    {
        using var cancelled = new CancellationTokenSource();
        var network = new FakeNetwork
        {
            Answers = { ["a.test"] = ["93.184.216.34"] },
            Silent = true,
            OnDial = cancelled.Cancel,
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () =>
                network.Dialler().DialAsync(
                    Target("a.test:443"), Rule("a.test"), Upstream.Undeclared, cancelled.Token));
    }

    [Fact]
    public async Task The_systems_resolver_is_asked_for_absolute_names()
    {
        // A name that only a search domain or a file of hosts could turn into an address.
        var result = await new CheckedDialler(Network.Machine, TimeProvider.System)
            .DialAsync(Target("no-such-name.invalid:443"), Rule("no-such-name.invalid"), Upstream.Undeclared, None);
        Assert.StartsWith("egress.", Assert.IsType<DialResult.Failed>(result).Fault.Code, StringComparison.Ordinal);
        Assert.Contains(IPAddress.Loopback, Network.Machine.OwnAddresses());
    }

    private static CheckedDialler Short(Network network) => new(
        network, TimeProvider.System, new DialLimits(
            TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(30)));

    private static Task<Fault> Fault(FakeNetwork network, string target) => Fault(network.Dialler(), target);

    private static async Task<Fault> Fault(CheckedDialler dialler, string target) =>
        Assert.IsType<DialResult.Failed>(
            await dialler.DialAsync(Target(target), Rule("a.test"), Upstream.Undeclared, None)).Fault;

    private static Target Target(string authority) =>
        Egress.Target.TryFromAuthority(authority, out var target, out var fault)
        ? target
        : throw new ArgumentException(fault.Detail, nameof(authority));

    private static EgressRule Rule(string text) => RulePattern.TryParse(text, out var pattern, out var fault)
        ? new EgressRule(new RuleReference("sallyport.yaml:1", text), pattern)
        : throw new ArgumentException(fault.Detail, nameof(text));

    private sealed class FakeNetwork
    {
        private static readonly HashSet<IPAddress> Own = [IPAddress.Parse("93.184.216.99")];

        public Dictionary<string, string[]> Answers { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Refusing { get; } = new(StringComparer.Ordinal);

        public bool Silent { get; init; }

        public Action? OnDial { get; init; }

        public List<string> Resolved { get; } = [];

        public List<string> Dialled { get; } = [];

        public Network Network =>
            new() { Resolve = ResolveAsync, Connect = ConnectAsync, OwnAddresses = () => Own };

        public CheckedDialler Dialler() => new(Network, TimeProvider.System);

        private Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation)
        {
            Resolved.Add(name);
            return Answers.TryGetValue(name, out var answer)
                ? Task.FromResult(Array.ConvertAll(answer, IPAddress.Parse))
                : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        }

        private async Task<Socket> ConnectAsync(IPEndPoint peer, CancellationToken cancellation)
        {
            Dialled.Add(peer.ToString());
            OnDial?.Invoke();
            if (Silent)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            }

            return Refusing.Contains(peer.ToString())
                ? throw new SocketException((int)SocketError.ConnectionRefused)
                : new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        }
    }
}
