using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>Collects the policies of one action group, then makes their <see cref="ScopePairs"/>.</summary>
internal sealed class ScopePairsBuilder(EntityUid? group)
{
    private readonly AtomsBuilder _principals = new();
    private readonly AtomsBuilder _resources = new();
    private readonly List<(int Principal, int Resource, int Policy)> _entries = [];

    public void Add(int policy, PolicyBody body) =>
        _entries.Add((_principals.Add(body.Principal), _resources.Add(body.Resource), policy));

    public ScopePairs? Build(CompiledPolicy[] policies)
    {
        if (_entries.Count == 0)
        {
            return null;
        }

        // Sorted, the policies of a pair are neighbours.
        _entries.Sort();
        var (unscoped, pairs) = (default(PostingRange), new List<ScopePair>());
        var first = 0;
        foreach (var ((principal, resource), count) in _entries.CountBy(entry => (entry.Principal, entry.Resource)))
        {
            var range = new PostingRange(first, count);
            first += count;
            switch (principal, resource)
            {
                case (0, 0):
                    unscoped = range;
                    break;
                case (_, 0):
                    _principals.SetAlone(principal, range);
                    break;
                case (0, _):
                    _resources.SetAlone(resource, range);
                    break;
                default:
                    _principals.Pair(principal, resource);
                    _resources.Pair(resource, principal);
                    pairs.Add(new ScopePair(principal, resource, range));
                    break;
            }
        }

        return new ScopePairs(_principals.Build(), _resources.Build(), new PairTable(pairs))
        {
            Group = group,
            Unscoped = unscoped,
            Policies = [.. _entries.Select(entry => policies[entry.Policy])],
            Postings = [.. _entries.Select(entry => new Posting(entry.Policy, policies[entry.Policy]))],
            Prefilters = [.. _entries.Select(entry => policies[entry.Policy].Prefilters.First)],
        };
    }
}
