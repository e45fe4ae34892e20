using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Sallyport.Mcp;

/// <summary>
/// What a tool said of itself when it was reviewed: SHA-256 over the canonical JSON of its name, description and input
/// schema. A tool whose fingerprint has changed is another tool.
/// </summary>
/// <param name="Hex">64 hexadecimal digits, in lower case.</param>
public sealed record ToolFingerprint(string Hex)
{
    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>Of the members of a tool as its server lists it; a missing one is left out.</summary>
    internal static ToolFingerprint Of(string tool, string? description, JsonElement? inputSchema)
    {
        var to = new ArrayBufferWriter<byte>(1024);
        to.Write("{"u8);
        if (description is not null)
        {
            to.Write("\"description\":"u8);
            CanonicalJson.AppendText(to, description);
            to.Write(","u8);
        }

        if (inputSchema is { } schema)
        {
            to.Write("\"inputSchema\":"u8);
            CanonicalJson.Append(to, schema, CanonicalNumbers.Exact);
            to.Write(","u8);
        }

        to.Write("\"name\":"u8);
        CanonicalJson.AppendText(to, tool);
        to.Write("}"u8);
        return new ToolFingerprint(Convert.ToHexStringLower(SHA256.HashData(to.WrittenSpan)));
    }
}
