using System.Collections.Immutable;
using System.Text;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Tlog.Text;

/// <summary>
/// The hashes of a proof as lines of base64 that end in an empty line: tlog-witness and tlog-proof share them.
/// </summary>
internal static class ProofLines
{
    /// <summary>
    /// A tree has fewer than 2^63 leaves, so that no path in it is longer (tlog-witness says the same).
    /// </summary>
    public const int HashesMax = 63;

    public static Result<ImmutableArray<Hash>> Take(ref LineReader reader, string field)
    {
        var hashes = ImmutableArray.CreateBuilder<Hash>();
        while (reader.TryTake(out var line))
        {
            if (line.IsEmpty)
            {
                return hashes.ToImmutable();
            }

            if (hashes.Count == HashesMax)
            {
                return TlogFault.OutOfRange(field, $"A proof has {HashesMax} hashes at most.");
            }

            if (!Hash.Parse(line, $"{field}[{hashes.Count}]").TryGet(out var hash, out var fault))
            {
                return fault;
            }

            hashes.Add(hash);
        }

        return TlogFault.Malformed(field, "No empty line ends the hashes.");
    }

    public static void Append(StringBuilder text, ImmutableArray<Hash> hashes)
    {
        foreach (var hash in hashes)
        {
            text.Append(hash).Append('\n');
        }

        text.Append('\n');
    }
}
