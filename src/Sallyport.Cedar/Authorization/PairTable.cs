using System.Numerics;

namespace Sallyport.Cedar.Authorization;

/// <summary>The policies that ask for an atom of each side.</summary>
/// <param name="Principal">The principal atom.</param>
/// <param name="Resource">The resource atom.</param>
/// <param name="Policies">The policies.</param>
internal readonly record struct ScopePair(int Principal, int Resource, PostingRange Policies);

/// <summary>A hash table of pairs, written once and then only read.</summary>
internal sealed class PairTable
{
    // Looking at one slot after the other is that much faster than looking one up.
    private const int SlotsPerLookup = 4;

    private readonly ScopePair[] _slots; // open addressing; at most half full; a free slot has no policies

    public PairTable(List<ScopePair> pairs)
    {
        _slots = new ScopePair[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, pairs.Count * 2))];
        foreach (var pair in pairs)
        {
            _slots[SlotOf(pair.Principal, pair.Resource)] = pair;
        }
    }

    /// <summary>All slots; free ones ask for two atoms that do not exist, and have no policies.</summary>
    public ReadOnlySpan<ScopePair> All => _slots;

    /// <summary>Whether looking at all pairs costs less than looking up every pair of so many atoms.</summary>
    public bool IsWalkShorter(int principals, int resources) =>
        (long)principals * resources > 16 && (long)principals * resources * SlotsPerLookup > _slots.Length;

    /// <summary>The policies of a pair; none if there is no such pair.</summary>
    public PostingRange Find(int principal, int resource) => _slots[SlotOf(principal, resource)].Policies;

    /// <summary>The pair's slot, or the free one where it would be.</summary>
    private int SlotOf(int principal, int resource)
    {
        var slots = _slots;
        var key = ((ulong)(uint)principal << 32) | (uint)resource;
        var at = (int)((key * 0x9E3779B97F4A7C15UL) >> 32) & (slots.Length - 1);
        while (slots[at].Policies.Count > 0 && (slots[at].Principal != principal || slots[at].Resource != resource))
        {
            at = (at + 1) & (slots.Length - 1);
        }

        return at;
    }
}
