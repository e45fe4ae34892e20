using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sallyport.Decisions.Approvals;

/// <summary>An act taken whole: everything that an approval of it binds, beside whose it is.</summary>
public sealed record WholeAct
{
    /// <summary>The gateway: <c>http</c>.</summary>
    public required string Gateway { get; init; }

    /// <summary>What it is: <c>read</c>, <c>effect</c>, <c>model</c>.</summary>
    public required ActionClass Class { get; init; }

    /// <summary>The method, as sent; of a tool <c>call</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Name of the tool; empty for HTTP.</summary>
    public string Tool { get; init; } = "";

    /// <summary>The canonical target, query included.</summary>
    public required string Target { get; init; }

    /// <summary>Every field that goes out with it, as names and values; the order of names does not matter.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; }

    /// <summary>The body, whole; of a tool its arguments as canonical JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}

/// <summary>SHA-256 over a whole act: two acts have the same digest only if they are the same act.</summary>
/// <remarks>
/// Each part is preceded by its length, so that no two acts have the same bytes. Texts are taken as UTF-16 (little
/// endian), as they are held: no encoding can make two of them one. Names of fields are compared without regard to
/// case (RFC 9110, 5.1) and sorted; values of one name keep their order.
/// </remarks>
public sealed record ActDigest
{
    private const int Length = SHA256.HashSizeInBytes * 2;

    private ActDigest(string hex) => Hex = hex;

    /// <summary>64 lower-case hex digits.</summary>
    public string Hex { get; }

    /// <summary>The digest of an act.</summary>
    public static ActDigest Of(WholeAct act)
    {
        ArgumentNullException.ThrowIfNull(act);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "sallyport-act-1");
        Add(hash, act.Gateway);
        Add(hash, act.Class.ToString());
        Add(hash, act.Method);
        Add(hash, act.Tool);
        Add(hash, act.Target);
        AddLength(hash, act.Fields.Count);
        foreach (var (name, value) in act.Fields
            .Select(field => (Name: Lower(field.Key), field.Value))
            .OrderBy(field => field.Name, StringComparer.Ordinal)) // stable: doubled names stay in their order
        {
            Add(hash, name);
            Add(hash, value);
        }

        AddLength(hash, act.Body.Length);
        hash.AppendData(act.Body.Span);
        return new ActDigest(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Reads what <see cref="Hex"/> prints.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ActDigest? digest)
    {
        digest = text is { Length: Length } && text.All(char.IsAsciiHexDigitLower)
            ? new ActDigest(text)
            : null;
        return digest is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;

    private static string Lower(string name) => string.Create(name.Length, name, static (lower, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            lower[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }
    });

    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        AddLength(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void AddLength(IncrementalHash hash, int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, length);
        hash.AppendData(bytes);
    }
}
