using System.Numerics;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>A policy in the index: what its evaluation needs, side by side in memory with its neighbours.</summary>
internal readonly struct Posting
{
    public Posting(int index, CompiledPolicy policy)
    {
        Conditions = policy.Conditions;
        Index = index;
        IsForbid = policy.IsForbid;
        NeedsScopeCheck = policy.NeedsScopeCheck;
        Prefilter = policy.Prefilter;
    }

    public Node? Conditions { get; }

    public int Index { get; }

    public bool IsForbid { get; }

    public bool NeedsScopeCheck { get; }

    public Prefilter Prefilter { get; }
}

/// <summary>Collects the policies of one action group, then makes their <see cref="ScopePairs"/>.</summary>
internal sealed class ScopePairsBuilder(EntityUid? group)
{
    private readonly ScopeAtoms _principals = new();
    private readonly ScopeAtoms _resources = new();
    private readonly List<(int Principal, int Resource, int Policy)> _entries = [];

    public void Add(int policy, PolicyBody body) =>
        _entries.Add((_principals.Add(body.Principal), _resources.Add(body.Resource), policy));

    public ScopePairs? Build(CompiledPolicy[] policies)
    {
        if (_entries.Count == 0)
        {
            return null;
        }

        _entries.Sort();
        return new ScopePairs(group, _principals, _resources, _entries, policies);
    }
}

/// <summary>
/// The policies of one action group by pair of principal atom and resource atom. A request has a few atoms on each
/// side. The pairs of a principal atom are walked where they are few, else looked up one by one.
/// </summary>
internal sealed class ScopePairs
{
    // Pairs lie side by side, look-ups do not: walking this many is as fast as looking one up.
    private const int WalkPerLookup = 8;

    private readonly EntityUid? _group;
    private readonly ScopeAtoms _principals;
    private readonly ScopeAtoms _resources;
    private readonly Pair[] _pairs; // by principal atom, then resource atom; one more at the end
    private readonly int[] _firstPair; // by principal atom; one more at the end
    private readonly Posting[] _postings;
    private readonly CompiledPolicy[] _policies;
    private readonly Slot[] _table; // open addressing from both atoms to the pair; at most half full

    public ScopePairs(
        EntityUid? group, ScopeAtoms principals, ScopeAtoms resources,
            List<(int Principal, int Resource, int Policy)> sorted, CompiledPolicy[] policies)
    {
        _group = group;
        _principals = principals;
        _resources = resources;
        _policies = policies;
        _postings = [.. sorted.Select(e => new Posting(e.Policy, policies[e.Policy]))];
        _firstPair = new int[principals.Count + 1];
        var pairs = new List<Pair>();
        for (var i = 0; i < sorted.Count; i++)
        {
            var (principal, resource, _) = sorted[i];
            if (i == 0 || sorted[i - 1].Principal != principal || sorted[i - 1].Resource != resource)
            {
                pairs.Add(new Pair(resource, i));
            }

            _firstPair[principal + 1] = pairs.Count;
        }

        for (var i = 1; i < _firstPair.Length; i++)
        {
            _firstPair[i] =
                Math.Max(_firstPair[i], _firstPair[i - 1]); // "anything" is an atom even if no policy asks for it
        }

        _pairs = [.. pairs, new Pair(-1, sorted.Count)];
        _table = new Slot[BitOperations.RoundUpToPowerOf2((uint)pairs.Count * 2)];
        for (var principal = 0; principal < principals.Count; principal++)
        {
            for (var pair = _firstPair[principal]; pair < _firstPair[principal + 1]; pair++)
            {
                Insert(Key(principal, _pairs[pair].Resource), pair);
            }
        }
    }

    public void Visit(Verdict verdict)
    {
        var state = verdict.State;
        var scratch = verdict.Scratch;
        var principalCount = _principals.Find(state.Principal, state.PrincipalEntity, ref scratch.Principals);
        var resourceCount = _resources.Find(state.Resource, state.ResourceEntity, ref scratch.Resources);
        var resources = scratch.Resources.AsSpan(0, resourceCount);
        var stamp = scratch.Stamp(resources, _resources.Count);
        foreach (var principal in scratch.Principals.AsSpan(0, principalCount))
        {
            var (first, end) = (_firstPair[principal], _firstPair[principal + 1]);
            if (end - first <= resources.Length * WalkPerLookup)
            {
                for (var pair = first; pair < end; pair++)
                {
                    if (scratch.Stamps[_pairs[pair].Resource] == stamp)
                    {
                        Visit(pair, verdict);
                    }
                }

                continue;
            }

            foreach (var resource in resources)
            {
                if (Find(Key(principal, resource)) is var pair and >= 0)
                {
                    Visit(pair, verdict);
                }
            }
        }
    }

    private static ulong Key(int principal, int resource) => ((ulong)(uint)principal << 32) | (uint)resource;

    private static int Spread(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> 32);

    private void Visit(int pair, Verdict verdict)
    {
        foreach (ref readonly var posting in _postings.AsSpan(_pairs[pair].First.._pairs[pair + 1].First))
        {
            if (verdict.MayHold(posting.Prefilter)
                && (!posting.NeedsScopeCheck || _policies[posting.Index].MatchesFiled(verdict.State, _group)))
            {
                verdict.Evaluate(posting);
            }
        }
    }

    private int Find(ulong key)
    {
        var table = _table;
        for (var at = Spread(key) & (table.Length - 1); ; at = (at + 1) & (table.Length - 1))
        {
            ref var slot = ref table[at];
            if (slot.Pair == 0 || slot.Key == key)
            {
                return slot.Pair - 1;
            }
        }
    }

    private void Insert(ulong key, int pair)
    {
        var mask = _table.Length - 1;
        var at = Spread(key) & mask;
        while (_table[at].Pair != 0)
        {
            at = (at + 1) & mask;
        }

        _table[at] = new Slot(key, pair + 1);
    }

    /// <param name="Resource">The resource atom.</param>
    /// <param name="First">The first posting; the last is before that of the next pair.</param>
    private readonly record struct Pair(int Resource, int First);

    /// <param name="Key">Both atoms.</param>
    /// <param name="Pair">1 more than the pair; 0 for a free slot.</param>
    private readonly record struct Slot(ulong Key, int Pair);
}
