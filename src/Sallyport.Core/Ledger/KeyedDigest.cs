using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Ledger;

/// <summary>Names a text in a record without telling it: HMAC-SHA-256 (RFC 2104) under a key of the node's own. The
/// same text has the same name, and whoever has the ledger and not the key cannot try which text it is.</summary>
/// <param name="key">The key, 32 bytes.</param>
public sealed class KeyedDigest(ReadOnlyMemory<byte> key)
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    /// <summary>How a text of an address begins that is recorded so. No address has a space in it.</summary>
    public const string Mark = "[secret ";

    /// <summary>The name of a text: <c>hmac-sha256:</c> and 64 hex digits.</summary>
    public string Of(string text) =>
        $"hmac-sha256:{Convert.ToHexStringLower(HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes(text)))}";

    /// <summary>The name of a text where an address stands.</summary>
    public string Within(string text) => $"{Mark}{Of(text)}]";

    /// <summary>An address with a name in place of all that comes after its host; one that has nothing there is left
    /// as it is.</summary>
    public string AddressOf(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        var path = scheme < 0 ? -1 : target.IndexOfAny(['/', '?'], scheme + "://".Length);
        return path < 0 || target.Length == path + 1 || target.Contains(Mark, StringComparison.Ordinal)
            ? target
            : $"{target.AsSpan(0, path)}/{Within(target[path..])}";
    }
}
