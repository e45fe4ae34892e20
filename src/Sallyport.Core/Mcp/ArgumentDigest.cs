using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace Sallyport.Mcp;

/// <summary>
/// What a call's arguments are, whatever their spelling: SHA-256 of their canonical JSON. Order of members, white
/// space, escapes and forms of numbers do not change it; any other difference does. An approval binds to it.
/// </summary>
/// <remarks>
/// RFC 8785 for everything that it is for (I-JSON). A number that no double holds, such as 9007199254740993, is written
/// as its exact decimal instead of being rounded: rounding would let one approval serve two calls.
/// </remarks>
public sealed record ArgumentDigest
{
    private ArgumentDigest(string hex) => Hex = hex;

    /// <summary>64 hexadecimal digits, in lower case.</summary>
    public string Hex { get; }

    /// <summary>Of arguments that were checked.</summary>
    public static ArgumentDigest Of(StrictJson arguments) =>
        new(Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(arguments))));

    /// <summary>Of arguments as they came; what has no single meaning has no digest.</summary>
    public static bool TryCompute(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out ArgumentDigest? digest,
        [NotNullWhen(false)] out Fault? fault)
    {
        digest = StrictJson.TryParse(utf8, JsonBounds.Call, out var json, out fault) ? Of(json) : null;
        return digest is not null;
    }

    /// <summary>Of arguments as somebody else parsed them.</summary>
    public static bool TryCompute(
        JsonElement arguments,
        [NotNullWhen(true)] out ArgumentDigest? digest,
        [NotNullWhen(false)] out Fault? fault)
    {
        digest = StrictJson.TryCheck(arguments, JsonBounds.Call, out var json, out fault) ? Of(json) : null;
        return digest is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
