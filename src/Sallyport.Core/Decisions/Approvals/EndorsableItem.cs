using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Identity;

namespace Sallyport.Decisions.Approvals;

/// <summary>Words of untrusted text in an act, as a person is shown them: they can make them their own, once.</summary>
/// <remarks>
/// An item is bound to the run, the gateway, the method, the address without the values of its query, the place in the
/// act and every character of the value. Where the words were read is shown and not bound: the same words from a
/// second place are still the words that the person saw.
/// </remarks>
public sealed record EndorsableItem
{
    /// <summary>Hex digits of a digest.</summary>
    public const int DigestLength = SHA256.HashSizeInBytes * 2;

    /// <summary>SHA-256 over what it is bound to, lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Drawn anew each time that it may be endorsed: a signature is good for one endorsement.</summary>
    public required string Nonce { get; init; }

    /// <summary>Whose act.</summary>
    public required RunId Run { get; init; }

    /// <summary>The run's agent.</summary>
    public required AgentId Agent { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The canonical target, without the values of its query.</summary>
    public required string Target { get; init; }

    /// <summary>Host of the target.</summary>
    public required string Host { get; init; }

    /// <summary>Where in the act: <see cref="ArgumentOrigin.Place"/>.</summary>
    public required string Place { get; init; }

    /// <summary>The words, as one line of a terminal shows them.</summary>
    public required string Shown { get; init; }

    /// <summary>Where they were read.</summary>
    public required OriginEvidence Evidence { get; init; }

    /// <summary>The rules under which it was shown.</summary>
    public required string Snapshot { get; init; }

    /// <summary>Whether a part of an act can be an item: untrusted words, shown whole, with a place that they stand
    /// in.</summary>
    public static bool IsOne(ArgumentOrigin part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part is { Said.Text.Length: > 0, IsUnread: false, IsSpelledOut: false }
            && part.Words.Contains(OriginWords.Untrusted, StringComparer.Ordinal)
            && EvidenceOf(part) is not null;
    }

    /// <summary>The first place in untrusted text; null where there is none.</summary>
    public static OriginEvidence? EvidenceOf(ArgumentOrigin part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part.Evidence.FirstOrDefault(
            evidence => evidence.Word == OriginWords.Untrusted && evidence.Place.Length > 0);
    }

    /// <summary>The digest of some words in an act.</summary>
    /// <remarks>Each text is preceded by its length and taken as UTF-16, as in <see cref="ActDigest"/>.</remarks>
    public static string DigestOf(RunId run, string gateway, string method, string target, SaidText said)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(said);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var text in (ReadOnlySpan<string>)
            ["sallyport-item-1", run.Text, gateway, method, WithoutValues(target), said.Place, said.Text])
        {
            var bytes = MemoryMarshal.AsBytes(text.AsSpan());
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>An address with the names of its query alone: of its values each is traced for itself.</summary>
    public static string WithoutValues(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (query < 0)
        {
            return target;
        }

        var names = new StringBuilder(target, 0, query, target.Length);
        var isValue = false;
        foreach (var unit in target.AsSpan(query))
        {
            isValue = unit is '=' || (isValue && unit is not ('&' or ';'));
            if (!isValue)
            {
                names.Append(unit);
            }
        }

        return names.ToString();
    }

    /// <summary>The parts of an act, with those that a person has endorsed counted as brief.</summary>
    /// <param name="parts">As traced.</param>
    /// <param name="isEndorsed">Gives the digest that covers these words; null where none does. A URL covers its
    /// parts.</param>
    public static ImmutableArray<ArgumentOrigin> Lift(
        ImmutableArray<ArgumentOrigin> parts, Func<SaidText, string?> isEndorsed)
    {
        ArgumentNullException.ThrowIfNull(isEndorsed);
        return
        [
            .. parts.Select(part => IsOne(part)
                && (isEndorsed(part.Said!) ?? (part.Said!.Within is { } url ? isEndorsed(url) : null)) is { } digest
                    ? part with { Words = [OriginWords.Brief], Endorsed = digest }
                    : part),
        ];
    }
}
