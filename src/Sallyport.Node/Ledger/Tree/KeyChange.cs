using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sallyport.Tlog;
using Sallyport.Tlog.Notes;

namespace Sallyport.Ledger;

/// <summary>One key of a log gives way to another: both have signed that it does.</summary>
/// <param name="Before">The old key.</param>
/// <param name="After">The new one, of the same name: the log's origin stays.</param>
/// <param name="IsRevoked">Whether nobody is to believe the old one any more.</param>
internal sealed record KeyChange(VerifierKey Before, VerifierKey After, bool IsRevoked)
{
    /// <summary>The word of the ledger's key in entries.</summary>
    public const string Ledger = "ledger";

    /// <summary>A key that gave way in good order.</summary>
    public const string Rotated = "rotated";

    /// <summary>A key that somebody else may have.</summary>
    public const string Revoked = "revoked";

    private const string Form = "sallyport key-change/v1";

    /// <summary>What both sign: nothing of it is left to be understood otherwise elsewhere.</summary>
    private byte[] Text => Encoding.ASCII.GetBytes($"{Form}\n{Before.Name}\n{Word}\n{Before}\n{After}\n");

    private string Word => IsRevoked ? Revoked : Rotated;

    /// <summary>The entry that makes it.</summary>
    public LedgerEntry.KeyChanged Sign(
        SignerKey before, SignerKey after, string author, string reason, DateTimeOffset at)
    {
        var text = Text;
        ImmutableArray<NoteSignature> both =
            [before.Sign(text).ValueOrThrow(), after.Sign(text).ValueOrThrow()]; // keys of type 01, and such a text
        return new LedgerEntry.KeyChanged
        {
            Key = Ledger,
            Change = Word,
            Before = $"{Before}",
            After = $"{After}",
            Note = Encoding.UTF8.GetString(Note.Create(text, both).ValueOrThrow().ToBytes()),
            Author = author,
            Reason = reason,
            EffectiveAt = at,
        };
    }

    /// <summary>Reads it, and believes it only if both have signed.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="change">The change.</param>
    /// <param name="wrong">Why it is none.</param>
    public static bool TryVerify(
        LedgerEntry.KeyChanged entry, [NotNullWhen(true)] out KeyChange? change, [NotNullWhen(false)] out string? wrong)
    {
        change = null;
        TlogFault? fault = null;
        if (!VerifierKey.Parse(entry.Before).TryGet(out var before, out fault)
            || !VerifierKey.Parse(entry.After).TryGet(out var after, out fault)
            || !Note.Parse(Encoding.UTF8.GetBytes(entry.Note)).TryGet(out var note, out fault)
            || !note.Verify([before, after]).TryGet(out var verified, out fault))
        {
            wrong = $"{fault}";
            return false;
        }

        var said = new KeyChange(before, after, entry.Change == Revoked);
        var signers = verified.Signatures.Select(signature => $"{signature.Key}").ToHashSet(StringComparer.Ordinal);
        wrong = before.Name != after.Name ? "the keys are of two logs"
            : !note.Text.Span.SequenceEqual(said.Text) ? "what was signed is not what the entry says"
            : !signers.Contains(entry.Before) ? "the old key has not signed it"
            : !signers.Contains(entry.After) ? "the new key has not signed it"
            : null;
        change = wrong is null ? said : null;
        return change is not null;
    }
}
