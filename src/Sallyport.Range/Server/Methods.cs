using Microsoft.AspNetCore.Http;

namespace Sallyport.Range.Server;

/// <summary>The methods of a route, as the router wants them.</summary>
internal static class Methods
{
    public static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];
    public static readonly string[] Get = [HttpMethods.Get];
    public static readonly string[] Post = [HttpMethods.Post];
    public static readonly string[] Delete = [HttpMethods.Delete];

    /// <summary>A WebSocket begins with GET over HTTP/1.1 and with CONNECT over HTTP/2 (RFC 8441).</summary>
    public static readonly string[] Upgrade = [HttpMethods.Get, HttpMethods.Connect];
}
