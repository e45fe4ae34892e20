using System.Net;
using Sallyport.Bench.Load;

namespace Sallyport.Bench.Http;

/// <summary>Every scenario of the gateway, over whoever is there.</summary>
/// <param name="nodes">Our node, and another build of it if there is one.</param>
/// <param name="rivals">Origin and rivals.</param>
/// <param name="window">How long one measurement takes.</param>
internal sealed class ScenarioList(IReadOnlyList<OurArm> nodes, Rivals rivals, TimeSpan window)
{
    /// <summary>The arm that the bars are about.</summary>
    public const string Ours = "sallyport";

    /// <summary>The arm of another build.</summary>
    public const string Against = "other build";

    public const string Inspect16 = "inspect c=16";
    public const string Inspect1 = "inspect c=1";
    public const string Tunnel16 = "tunnel c=16";
    public const string Tunnel64K = "tunnel 64 KiB c=8";

    private const int Small = 1024;
    private const int Large = 64 * 1024;
    private const string SmallPath = "/s";
    private const string LargePath = "/l";
    private static readonly string Plain = $"127.0.0.1:{Rivals.OriginPort}";
    private static readonly string Tls = $"127.0.0.1:{Rivals.OriginTlsPort}";
    private static readonly string NamedPlain = $"plain.example:{Rivals.OriginPort}";
    private static readonly string Named = $"localhost:{Rivals.OriginTlsPort}";

    /// <summary>Our names for the origin: labels belong to hosts, so what is read and what is tunnelled to have two names.</summary>
    public static string Configuration(int idlePort) => $$"""
        version: 1
        organisation: bench.example
        listen:
          proxy: 127.0.0.1:0
        roles:
          reader:
            allow:
              - GET,HEAD localhost:{{Rivals.OriginTlsPort}}/**
              - GET,HEAD plain.example:{{Rivals.OriginPort}}/**
          tunneller:
            allow:
              - { rule: "127.0.0.1:{{Rivals.OriginTlsPort}}", mode: tunnel }
              - { rule: "127.0.0.1:{{idlePort}}", mode: tunnel }
        agents:
          reader: { role: reader, owner: bench@bench.example }
          tunneller: { role: tunneller, owner: bench@bench.example }
        sources:
          feed: { hosts: [localhost], labels: [untrusted, social], address: {{Tls}}, ca: origin.pem }
          plain-feed: { hosts: [plain.example], labels: [untrusted, social], address: {{Plain}} }
          inside: { hosts: [127.0.0.1], labels: [] }

        """;

    /// <summary>The scenarios, in the order in which each round runs them.</summary>
    public IReadOnlyList<Scenario> All() =>
    [
        Tunnel(Tunnel16, 16, Small, SmallPath),
        Tunnel("tunnel c=1", 1, Small, SmallPath),
        Tunnel(Tunnel64K, 8, Large, LargePath),
        Tunnel("tunnel, new connections c=8", 8, Small, SmallPath, isNewEachTime: true),
        Inspect(Inspect16, 16),
        Inspect(Inspect1, 1),
        Inspect("inspect, new connections c=8", 8, isNewEachTime: true),
        Absolute("absolute c=16", 16),
        Absolute("absolute c=1", 1),
        Absolute("absolute, new connections c=16", 16, isNewEachTime: true),
    ];

    private Scenario Tunnel(string name, int connections, int bytes, string path, bool isNewEachTime = false) => new(
        name,
        new LoadShape(connections, bytes, isNewEachTime, window),
        [
            new Arm("direct", new Route(Loopback(Rivals.OriginTlsPort), Form.DirectTls, Tls, path), null),
            .. nodes.Select(ours => new Arm(ours.Name, new Route(ours.Node.Proxy, Form.Tunnel, Tls, path, ours.Tunneller), ours.Node.Pid)),
            .. Of(Rivals.Squid, "squid", 3128, Form.Tunnel, Tls, path),
            .. Of(Rivals.Tinyproxy, "tinyproxy", 3150, Form.Tunnel, Tls, path),
        ]);

    private Scenario Inspect(string name, int connections, bool isNewEachTime = false) => new(
        name,
        new LoadShape(connections, Small, isNewEachTime, window),
        [
            .. nodes.Select(ours => new Arm(ours.Name, new Route(ours.Node.Proxy, Form.Tunnel, Named, SmallPath, ours.Reader), ours.Node.Pid)),
            .. Of(Rivals.Squid, "squid ssl-bump", 3129, Form.Tunnel, Tls, SmallPath),
            .. Of(Rivals.Mitmproxy, "mitmproxy", 3140, Form.Tunnel, Tls, SmallPath),
        ]);

    private Scenario Absolute(string name, int connections, bool isNewEachTime = false) => new(
        name,
        new LoadShape(connections, Small, isNewEachTime, window),
        [
            new Arm("direct", new Route(Loopback(Rivals.OriginPort), Form.Direct, Plain, SmallPath), null),
            .. nodes.Select(ours => new Arm(ours.Name, new Route(ours.Node.Proxy, Form.Absolute, NamedPlain, SmallPath, ours.Reader), ours.Node.Pid)),
            .. Of(Rivals.Squid, "squid", 3128, Form.Absolute, Plain, SmallPath),
            .. Of(Rivals.Tinyproxy, "tinyproxy", 3150, Form.Absolute, Plain, SmallPath),
            .. Of(Rivals.Mitmproxy, "mitmproxy", 3140, Form.Absolute, Plain, SmallPath),
        ]);

    private Arm[] Of(Rival rival, string name, int port, Form form, string authority, string path) =>
        rivals.Serving.TryGetValue(rival, out var pid) ? [new Arm(name, new Route(Loopback(port), form, authority, path), pid)] : [];

    private static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, port);
}

/// <summary>A node and the proofs of its two runs.</summary>
/// <param name="Name">As it stands in the table.</param>
/// <param name="Node">The node.</param>
/// <param name="Reader">Proof of the run that reads.</param>
/// <param name="Tunneller">Proof of the run that has tunnels.</param>
internal sealed record OurArm(string Name, NodeUnderTest Node, string Reader, string Tunneller);
