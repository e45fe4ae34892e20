using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Sallyport.Egress;

namespace Sallyport.Perimeter;

/// <summary><c>127.0.0.1:3128</c> or <c>[::1]:3128</c>: an address, never a name.</summary>
internal static class Endpoint
{
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !Host.TryParse(text.AsSpan(0, colon), out var host)
            || host is not HostAddress address
            || text.Length - colon > 6
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        endpoint = new IPEndPoint(address.Address, port);
        return true;
    }
}
