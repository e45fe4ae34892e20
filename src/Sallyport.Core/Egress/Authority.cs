using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Egress;

/// <summary>Host and port of a target (RFC 3986, 3.2), without user information.</summary>
internal static class Authority
{
    /// <summary>Parses <c>host[:port]</c>; with no <paramref name="defaultPort"/> the port is required.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        int? defaultPort,
        [NotNullWhen(true)] out Host? host,
        out int port,
        [NotNullWhen(false)] out Fault? fault)
    {
        host = null;
        port = defaultPort ?? 0;

        // User information may be a secret, so its text is not repeated.
        if (text.Contains('@'))
        {
            fault = TargetFault.UserInformation();
            return false;
        }

        var hostEnd = HostEnd(text);
        var portText = text[hostEnd..];
        if (portText.IsEmpty ? defaultPort is null : !TryParsePort(portText[1..], out port))
        {
            fault = TargetFault.Port(text);
            return false;
        }

        fault = Host.TryParse(text[..hostEnd], out host, out var flaw) ? null : TargetFault.Host(text[..hostEnd], flaw);
        return fault is null;
    }

    /// <summary>Digits only, 1 to 65535, no sign and no leading zero: <c>0443</c> and <c>+443</c> are read differently
    /// elsewhere.</summary>
    public static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        if (text.Length is 0 or > 5 || text[0] == '0' || text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        foreach (var digit in text)
        {
            port = (port * 10) + digit - '0';
        }

        return port <= 65535;
    }

    // The colon after the brackets, or the first one: a name holds none, so a second one makes the port malformed.
    private static int HostEnd(ReadOnlySpan<char> text)
    {
        var from = text.StartsWith('[') ? Math.Max(text.LastIndexOf(']'), 0) : 0;
        var colon = text[from..].IndexOf(':');
        return colon < 0 ? text.Length : from + colon;
    }
}
