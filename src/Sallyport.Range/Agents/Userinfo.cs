using System.Text.RegularExpressions;

namespace Sallyport.Range.Agents;

/// <summary>
/// The runtime's messages quote the proxy's URL whole; its user and token must not reach a line that is kept.
/// </summary>
internal static partial class Userinfo
{
    public static string RemoveFrom(string message) => InUrl().Replace(message, "://");

    [GeneratedRegex(@"://[^/\s@']+@", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InUrl();
}
