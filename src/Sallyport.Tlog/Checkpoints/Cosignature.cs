using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sallyport.Tlog.Notes;

namespace Sallyport.Tlog.Checkpoints;

/// <summary>
/// The structure timestamped_signature of tlog-cosignature: eight bytes of time, big-endian, then the signature.
/// </summary>
internal static class TimestampedSignature
{
    public static byte[] ToBytes(long seconds, ReadOnlySpan<byte> signature)
    {
        var bytes = new byte[8 + signature.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, seconds);
        signature.CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    public static bool TryParse(ReadOnlySpan<byte> bytes, out long seconds, out ReadOnlySpan<byte> signature)
    {
        seconds = bytes.Length < 8 ? -1 : BinaryPrimitives.ReadInt64BigEndian(bytes);
        signature = seconds < 0 ? default : bytes[8..]; // the time must not exceed 2^63 - 1
        return seconds >= 0;
    }
}

/// <summary>
/// What a cosigner signs: never the note's text itself, so that no cosignature can be shown as another kind of
/// signature.
/// </summary>
internal static class CosignedMessage
{
    /// <summary>Two header lines, then the checkpoint with its extension lines.</summary>
    public static byte[] Ed25519(ReadOnlySpan<byte> text, long seconds) =>
        [.. "cosignature/v1\ntime "u8, .. Encoding.ASCII.GetBytes($"{seconds}\n"), .. text];

    /// <summary>
    /// The structure cosigned_message over the whole tree of a checkpoint, without its extension lines.
    /// </summary>
    public static bool TryMlDsa44(
        ReadOnlySpan<byte> text, KeyName cosigner, long seconds, [NotNullWhen(true)] out byte[]? message)
    {
        message = null;
        if (!Checkpoint.Parse(text).TryGet(out var checkpoint, out _))
        {
            return false;
        }

        var name = Encoding.UTF8.GetBytes(cosigner.Value);
        var origin = Encoding.UTF8.GetBytes(checkpoint.Origin.Value);
        if (origin.Length > byte.MaxValue || name.Length > byte.MaxValue)
        {
            return false;
        }

        message =
        [
            .. "subtree/v1\n\0"u8,
            (byte)name.Length, .. name,
            .. BigEndian(seconds),
            (byte)origin.Length, .. origin,
            .. BigEndian(0),
            .. BigEndian(checkpoint.Head.Size.Value),
            .. checkpoint.Head.Root.ToArray(),
        ];
        return true;
    }

    private static byte[] BigEndian(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
