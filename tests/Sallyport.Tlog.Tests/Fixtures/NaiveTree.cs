using System.Security.Cryptography;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Tlog.Tests.Fixtures;

/// <summary>
/// The definitions of RFC 9162 section 2.1 as they are written: recursive, slow, and with hashing of its own.
/// </summary>
internal sealed class NaiveTree(IReadOnlyList<byte[]> entries)
{
    private readonly Dictionary<(int, int), byte[]> _known = [];

    public Hash Root(int size) => new(Mth(0, size));

    public Hash Of(int start, int end) => new(Mth(start, end));

    public List<Hash> Path(int index, int size) => Path(index, 0, size);

    public List<Hash> Proof(int start, int end, int size) => SubProof(start, end, 0, size, true);

    private byte[] Mth(int start, int end)
    {
        if (!_known.TryGetValue((start, end), out var hash))
        {
            var split = start + Split(end - start);
            _known[(start, end)] = hash = (end - start) switch
            {
                0 => SHA256.HashData([]),
                1 => SHA256.HashData([0, .. entries[start]]),
                _ => SHA256.HashData([1, .. Mth(start, split), .. Mth(split, end)]),
            };
        }

        return hash;
    }

    private List<Hash> Path(int index, int start, int end)
    {
        var split = start + Split(end - start);
        return end - start == 1 ? []
            : index < split ? [.. Path(index, start, split), Of(split, end)]
            : [.. Path(index, split, end), Of(start, split)];
    }

    // SUBTREE_SUBPROOF of draft-ietf-plants-merkle-tree-certs; with first = 0 it is SUBPROOF of RFC 9162.
    private List<Hash> SubProof(int first, int last, int start, int end, bool known)
    {
        if (first == start && last == end)
        {
            return known ? [] : [Of(start, end)];
        }

        var split = start + Split(end - start);
        return last <= split ? [.. SubProof(first, last, start, split, known), Of(split, end)]
            : first >= split ? [.. SubProof(first, last, split, end, known), Of(start, split)]
            : [.. SubProof(split, last, split, end, false), Of(start, split)];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (k * 2 < n)
        {
            k *= 2;
        }

        return k;
    }
}
