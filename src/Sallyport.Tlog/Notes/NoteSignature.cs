using System.Buffers.Binary;
using System.Text;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Notes;

/// <summary>One signature line of a note. It claims; only <see cref="Note.Verify"/> knows.</summary>
public sealed class NoteSignature
{
    private readonly byte[] _bytes;

    internal NoteSignature(KeyName name, KeyId id, byte[] bytes)
    {
        Name = name;
        Id = id;
        _bytes = bytes;
    }

    /// <summary>Who is said to have signed.</summary>
    public KeyName Name { get; }

    /// <summary>With which key.</summary>
    public KeyId Id { get; }

    /// <summary>What the key's type makes of it; for cosignatures the timestamp comes first.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    private static ReadOnlySpan<byte> Dash => "— "u8;

    /// <summary>Reads one line, without its newline.</summary>
    public static Result<NoteSignature> Parse(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(Dash))
        {
            return TlogFault.Malformed("signature", $"{Strict.Show(line)} does not begin with an em dash and a space.");
        }

        var rest = line[Dash.Length..];
        var space = rest.IndexOf((byte)' ');
        if (space < 0)
        {
            return TlogFault.Malformed("signature", $"{Strict.Show(line)} is not — NAME SIGNATURE.");
        }

        if (!KeyName.Parse(rest[..space]).TryGet(out var name, out var fault))
        {
            return fault with { Field = "signature.name" };
        }

        return Strict.TryBase64(rest[(space + 1)..], out var bytes) && bytes.Length > 4
            ? new NoteSignature(name, new KeyId(BinaryPrimitives.ReadUInt32BigEndian(bytes)), bytes[4..])
            : TlogFault.Malformed(
                "signature.bytes", $"The signature of {Strict.Show(name.Value)} is not base64 of five bytes or more.");
    }

    /// <summary>The line, without its newline.</summary>
    public override string ToString()
    {
        var bytes = new byte[4 + _bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Id.Value);
        _bytes.CopyTo(bytes.AsSpan(4));
        return $"{Encoding.UTF8.GetString(Dash)}{Name} {Convert.ToBase64String(bytes)}";
    }

    internal bool IsSameAs(NoteSignature other) =>
        Name == other.Name && Id == other.Id && _bytes.AsSpan().SequenceEqual(other._bytes);
}
