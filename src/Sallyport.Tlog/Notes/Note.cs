using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using Sallyport.Tlog.Text;

namespace Sallyport.Tlog.Notes;

/// <summary>A signed note of C2SP: a text and signature lines, kept as they came. Parsed is not verified.</summary>
public sealed class Note
{
    /// <summary>Bytes of a whole note. A limit of ours; Go's sumdb has the same.</summary>
    public const int BytesMax = 1_000_000;

    /// <summary>Signature lines. A limit of ours; the specification asks for at least 16.</summary>
    public const int SignaturesMax = 100;

    private readonly byte[] _text;

    private Note(byte[] text, ImmutableArray<NoteSignature> signatures)
    {
        _text = text;
        Signatures = signatures;
    }

    /// <summary>The text's bytes with their final newline: what is signed.</summary>
    public ReadOnlyMemory<byte> Text => _text;

    /// <summary>All signature lines in their order, those of unknown keys too.</summary>
    public ImmutableArray<NoteSignature> Signatures { get; }

    /// <summary>A note with these signatures and no other.</summary>
    public static Result<Note> Create(ReadOnlySpan<byte> text, ImmutableArray<NoteSignature> signatures)
    {
        if (signatures.IsDefaultOrEmpty || signatures.Length > SignaturesMax)
        {
            return TlogFault.OutOfRange("note.signatures", $"A note has 1 to {SignaturesMax} signatures.");
        }

        if (CheckText(text) is { } fault)
        {
            return fault;
        }

        // What could not be read again is not made: the text, a blank line, and each line with its newline.
        var length = text.Length + 1 + signatures.Sum(line => (long)Encoding.UTF8.GetByteCount(line.ToString()) + 1);
        return length > BytesMax
            ? TlogFault.OutOfRange("note", $"A note of {length} bytes is over the limit of {BytesMax}.")
            : new Note(text.ToArray(), signatures);
    }

    /// <summary>Reads a note.</summary>
    public static Result<Note> Parse(ReadOnlySpan<byte> note)
    {
        if (note.Length > BytesMax)
        {
            return TlogFault.OutOfRange("note", $"A note of {note.Length} bytes is over the limit of {BytesMax}.");
        }

        var blank = note.LastIndexOf("\n\n"u8);
        if (blank < 0)
        {
            return TlogFault.Malformed("note", "No blank line separates a text from signatures.");
        }

        var text = note[..(blank + 1)];
        if (CheckText(text) is { } fault)
        {
            return fault;
        }

        return ParseSignatures(note[(blank + 2)..]).TryGet(out var signatures, out fault)
            ? new Note(text.ToArray(), signatures)
            : fault;
    }

    /// <summary>Reads signature lines alone, as a witness sends them.</summary>
    public static Result<ImmutableArray<NoteSignature>> ParseSignatures(ReadOnlySpan<byte> lines)
    {
        if (lines.IsEmpty || lines[^1] != (byte)'\n')
        {
            return TlogFault.Malformed("note.signatures", "The signatures are not lines that end in a newline.");
        }

        var signatures = ImmutableArray.CreateBuilder<NoteSignature>();
        var reader = new LineReader(lines);
        while (reader.TryTake(out var line))
        {
            if (signatures.Count == SignaturesMax)
            {
                return TlogFault.OutOfRange("note.signatures", $"There are more than {SignaturesMax} signatures.");
            }

            if (!NoteSignature.Parse(line).TryGet(out var signature, out var fault))
            {
                return fault with { Field = $"note.signatures[{signatures.Count}]{fault.Field["signature".Length..]}" };
            }

            signatures.Add(signature);
        }

        return signatures.ToImmutable();
    }

    /// <summary>
    /// The same note with one more signature at its end; the same note if it has that very line already.
    /// </summary>
    public Result<Note> With(NoteSignature signature) =>
        Signatures.Any(signature.IsSameAs) ? this : Create(_text, Signatures.Add(signature));

    /// <summary>Which of these keys have signed.</summary>
    /// <remarks>
    /// Signatures of unknown keys are left out. One bad signature of a known key spoils the note; so does having no
    /// good one. A signature that this platform cannot check counts for nothing and is named in
    /// <see cref="VerifiedNote.Unsupported"/>.
    /// </remarks>
    public Result<VerifiedNote> Verify(IEnumerable<VerifierKey> keys) => NoteVerification.Verify(this, keys);

    /// <summary>The bytes of the note, the same that were parsed.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>The note.</summary>
    public override string ToString()
    {
        var note = new StringBuilder(Encoding.UTF8.GetString(_text)).Append('\n');
        foreach (var signature in Signatures)
        {
            note.Append(signature).Append('\n');
        }

        return note.ToString();
    }

    internal static TlogFault? CheckText(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[^1] != (byte)'\n' || text.Length > BytesMax)
        {
            return TlogFault.Malformed(
                "note.text", $"The text does not end in a newline, or has more than {BytesMax} bytes.");
        }

        var place = 0;
        foreach (var octet in text)
        {
            if (octet < 0x20 && octet != (byte)'\n')
            {
                return TlogFault.Malformed("note.text", $"Byte {place} of the text is the control 0x{octet:x2}.");
            }

            place++;
        }

        return Utf8.IsValid(text) ? null : TlogFault.Malformed("note.text", "The text is not UTF-8.");
    }
}
