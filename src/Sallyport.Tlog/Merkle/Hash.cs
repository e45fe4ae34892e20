using System.Runtime.InteropServices;
using System.Text;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Merkle;

/// <summary>A SHA-256 hash in a tree: 32 bytes by value. An array of them is the tile's bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Hash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>A hash of these bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public Hash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        this = MemoryMarshal.Read<Hash>(bytes);
    }

    /// <summary>Reads the base64 form of C2SP texts: 44 characters, one spelling.</summary>
    /// <param name="base64">The ASCII text.</param>
    /// <param name="field">What a fault calls it.</param>
    public static Result<Hash> Parse(ReadOnlySpan<byte> base64, string field = "hash") =>
        base64.Length == 44 && Strict.TryBase64(base64, out var bytes) && bytes.Length == Length
            ? new Hash(bytes)
            : TlogFault.Malformed(field, $"{Strict.Show(base64)} is not the base64 of 32 bytes.");

    /// <summary>Writes the 32 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The base64 form.</summary>
    public override string ToString() => Convert.ToBase64String(ToArray());

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(ToString());
        return true;
    }
}
