using System.Collections.Immutable;
using System.Text;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Checkpoints;

/// <summary>The name of a log: the first line of its checkpoints.</summary>
public sealed record Origin
{
    /// <summary>
    /// Bytes of UTF-8. A limit of ours; an origin in a ML-DSA-44 cosignature has 255 at most (tlog-cosignature).
    /// </summary>
    public const int BytesMax = 255;

    private Origin(string value) => Value = value;

    /// <summary>As printed.</summary>
    public string Value { get; }

    /// <summary>The only way in: one line that is not empty.</summary>
    public static Result<Origin> Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public override string ToString() => Value;

    internal static Result<Origin> Parse(ReadOnlySpan<byte> utf8) =>
        utf8.Length is > 0 and <= BytesMax && utf8.IndexOf((byte)'\n') < 0
            && Note.CheckText([.. utf8, (byte)'\n']) is null
            ? new Origin(Encoding.UTF8.GetString(utf8))
            : TlogFault.Malformed(
                "checkpoint.origin", $"An origin is one line of 1 to {BytesMax} bytes: {Strict.Show(utf8)}.");
}

/// <summary>
/// The text of a checkpoint (tlog-checkpoint): whose log, how large, which root. Signed by nobody yet.
/// </summary>
public sealed class Checkpoint
{
    private const int ExtensionsMax = 64; // a limit of ours; the specification advises against having any

    private Checkpoint(Origin origin, TreeHead head, ImmutableArray<string> extensions)
    {
        Origin = origin;
        Head = head;
        Extensions = extensions;
    }

    /// <summary>Whose log.</summary>
    public Origin Origin { get; }

    /// <summary>Size and root.</summary>
    public TreeHead Head { get; }

    /// <summary>Further lines, opaque.</summary>
    public ImmutableArray<string> Extensions { get; }

    /// <summary>A checkpoint without extension lines.</summary>
    public static Result<Checkpoint> Create(Origin origin, TreeHead head) => Create(origin, head, []);

    /// <summary>A checkpoint with extension lines.</summary>
    public static Result<Checkpoint> Create(Origin origin, TreeHead head, ImmutableArray<string> extensions)
    {
        // What cannot be read again is not written.
        var checkpoint = new Checkpoint(origin, head, extensions.IsDefault ? [] : extensions);
        return Parse(checkpoint.ToBytes()).TryGet(out var read, out var fault)
            && read.Extensions.SequenceEqual(checkpoint.Extensions)
            ? checkpoint
            : fault ?? TlogFault.Malformed("checkpoint.extensions", "An extension is one line.");
    }

    /// <summary>Reads a note's text.</summary>
    public static Result<Checkpoint> Parse(ReadOnlySpan<byte> text)
    {
        if (Note.CheckText(text) is { } wrong)
        {
            return wrong;
        }

        var reader = new LineReader(text);
        if (!reader.TryTake(out var first) || !reader.TryTake(out var second) || !reader.TryTake(out var third))
        {
            return TlogFault.Malformed("checkpoint", "A checkpoint has three lines or more: origin, size, root.");
        }

        if (!Origin.Parse(first).TryGet(out var origin, out var fault))
        {
            return fault;
        }

        if (!Strict.TryDecimal(second, out var size))
        {
            return TlogFault.Malformed("checkpoint.size", $"{Strict.Show(second)} is not a decimal number below 2^63.");
        }

        if (!Hash.Parse(third, "checkpoint.root").TryGet(out var root, out fault))
        {
            return fault;
        }

        if (size == 0 && root != TreeHash.EmptyRoot)
        {
            return TlogFault.Mismatch("checkpoint.root", $"The root of an empty tree is {TreeHash.EmptyRoot}.");
        }

        return ParseExtensions(reader).TryGet(out var extensions, out fault)
            ? new Checkpoint(origin, new TreeHead(new TreeSize(size), root), extensions)
            : fault;
    }

    /// <summary>The note's text.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>The note's text.</summary>
    public override string ToString() =>
        string.Concat([$"{Origin}\n{Head.Size}\n{Head.Root}\n", .. Extensions.Select(line => $"{line}\n")]);

    private static Result<ImmutableArray<string>> ParseExtensions(LineReader reader)
    {
        var extensions = ImmutableArray.CreateBuilder<string>();
        while (reader.TryTake(out var line))
        {
            if (line.IsEmpty || extensions.Count == ExtensionsMax)
            {
                return TlogFault.Malformed(
                    "checkpoint.extensions", $"Extension lines are not empty, and {ExtensionsMax} at most.");
            }

            extensions.Add(Encoding.UTF8.GetString(line));
        }

        return extensions.ToImmutable();
    }
}
