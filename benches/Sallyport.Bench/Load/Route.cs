using System.Net;
using System.Text;

namespace Sallyport.Bench.Load;

/// <summary>How a request gets to the origin. All bytes are made beforehand.</summary>
internal sealed class Route
{
    /// <summary>A route.</summary>
    /// <param name="via">Where to connect: the proxy, or the origin itself.</param>
    /// <param name="form">How it is asked for.</param>
    /// <param name="authority">Host and port of the origin, as the request names it.</param>
    /// <param name="path">Path of the request.</param>
    /// <param name="authorization">Value of Proxy-Authorization; null for none.</param>
    public Route(IPEndPoint via, Form form, string authority, string path, string? authorization = null)
    {
        Via = via;
        Form = form;
        var proof = authorization is null ? "" : $"Proxy-Authorization: {authorization}\r\n";
        var isTunnel = form is Form.Tunnel;
        Connect = isTunnel ? Encoding.ASCII.GetBytes($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{proof}\r\n") : [];
        var target = form is Form.Absolute ? $"http://{authority}{path}" : path;
        Request = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: bench\r\nAccept: */*\r\n{(isTunnel ? "" : proof)}\r\n");
    }

    /// <summary>Where to connect.</summary>
    public IPEndPoint Via { get; }

    /// <summary>How it is asked for.</summary>
    public Form Form { get; }

    /// <summary>The CONNECT head; empty when there is none.</summary>
    public byte[] Connect { get; }

    /// <summary>The request.</summary>
    public byte[] Request { get; }

    /// <summary>Whether TLS is spoken to the other end.</summary>
    public bool IsTls => Form is Form.DirectTls or Form.Tunnel;
}

/// <summary>How a request is asked for.</summary>
internal enum Form
{
    /// <summary>From the origin itself, in the clear.</summary>
    Direct,

    /// <summary>From the origin itself, over TLS.</summary>
    DirectTls,

    /// <summary>From a proxy, with the whole URL in the request line.</summary>
    Absolute,

    /// <summary>Over TLS through CONNECT; whether the proxy looks inside is its own affair.</summary>
    Tunnel,
}
