using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>
/// The content of a policy set as 32 bytes: equal sets, read from whatever syntax and in whatever layout, have equal
/// hashes.
/// </summary>
/// <param name="Hex">SHA-256 in lower-case hexadecimal digits.</param>
public sealed record PolicySetHash(string Hex)
{
    // Changes whenever what is hashed changes, so that a hash never names two contents.
    private static readonly byte[] s_domain = "sallyport-cedar-policy-set-v1"u8.ToArray();

    /// <summary>
    /// Hashes ids and canonical texts, ordered by id, each with its length before it. A linked policy counts with its
    /// filled slots and its template's id; templates count too.
    /// </summary>
    public static PolicySetHash Of(PolicySet policies)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(s_domain);
        foreach (var policy in policies.Policies.OrderBy(p => p.Id.Value, StringComparer.Ordinal))
        {
            Append(hash, "policy");
            Append(hash, policy.Id.Value);
            Append(hash, policy.Link?.Template.Value ?? "");
            Append(hash, policy.Body.ToString());
        }

        foreach (var template in policies.Templates.OrderBy(t => t.Id.Value, StringComparer.Ordinal))
        {
            Append(hash, "template");
            Append(hash, template.Id.Value);
            Append(hash, template.Body.ToString());
        }

        return new PolicySetHash(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
