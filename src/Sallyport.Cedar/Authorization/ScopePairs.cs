using Sallyport.Cedar.Entities;

namespace Sallyport.Cedar.Authorization;

/// <summary>
/// The policies of one action group by what their scopes ask of principal and resource: of neither, of one, or of both.
/// A request has a few atoms on each side. What asks for one of them alone is found with the atom; what asks for one of
/// each side is looked up, where both atoms say that there may be such a pair.
/// </summary>
/// <remarks>The arrays have an element for each policy; those of a pair or of an atom alone are neighbours.</remarks>
internal sealed class ScopePairs(ScopeAtoms principals, ScopeAtoms resources, PairTable pairs)
{
    /// <summary>The action that all of them ask for; null for those that ask for none.</summary>
    public required EntityUid? Group { get; init; }

    /// <summary>What asks for no principal and no resource.</summary>
    public required PostingRange Unscoped { get; init; }

    /// <summary>The first test of each policy. Most go no further, so these are dense.</summary>
    public required Prefilter[] Prefilters { get; init; }

    /// <summary>What evaluation needs.</summary>
    public required Posting[] Postings { get; init; }

    /// <summary>The policies.</summary>
    public required CompiledPolicy[] Policies { get; init; }

    /// <summary>Evaluates every policy whose scope holds.</summary>
    public void Visit(Verdict verdict)
    {
        var state = verdict.State;
        var scratch = verdict.Scratch;
        var ofPrincipal = principals.Find(state.Principal, state.PrincipalEntity, ref scratch.Principals);
        var ofResource = resources.Find(state.Resource, state.ResourceEntity, ref scratch.Resources);
        Visit(Unscoped, verdict);
        VisitAlone(ofPrincipal, verdict);
        VisitAlone(ofResource, verdict);
        if (pairs.IsWalkShorter(ofPrincipal.Length, ofResource.Length))
        {
            VisitPairsByWalk(ofPrincipal, ofResource, verdict);
            return;
        }

        foreach (ref readonly var principal in ofPrincipal)
        {
            foreach (ref readonly var resource in ofResource)
            {
                if (principal.MayMeet(resource))
                {
                    Visit(pairs.Find(principal.Number, resource.Number), verdict);
                }
            }
        }
    }

    private void VisitAlone(ReadOnlySpan<Atom> atoms, Verdict verdict)
    {
        foreach (ref readonly var atom in atoms)
        {
            Visit(atom.Alone, verdict);
        }
    }

    /// <summary>A request in thousands of groups makes more pairs than there are; so this looks at those that
    /// are.</summary>
    private void VisitPairsByWalk(
        ReadOnlySpan<Atom> ofPrincipal, ReadOnlySpan<Atom> ofResource, Verdict verdict)
    {
        var (principalMarks, resourceMarks) = verdict.Scratch.Mark(ofPrincipal, ofResource);
        foreach (ref readonly var pair in pairs.All)
        {
            if (principalMarks.Has(pair.Principal) && resourceMarks.Has(pair.Resource))
            {
                Visit(pair.Policies, verdict);
            }
        }
    }

    private void Visit(PostingRange range, Verdict verdict)
    {
        for (var i = range.First; i < range.First + range.Count; i++)
        {
            var first = verdict.Ask(Prefilters[i]);
            if (first != PrefilterAnswer.No)
            {
                Visit(i, first, verdict);
            }
        }
    }

    private void Visit(int at, PrefilterAnswer first, Verdict verdict)
    {
        ref readonly var posting = ref Postings[at];
        var isTrue = posting.AreAllPrefilters && first == PrefilterAnswer.Yes;
        if (first != PrefilterAnswer.Unknown && posting.Second.Kind != PrefilterKind.None)
        {
            var second = verdict.Ask(posting.Second);
            if (second == PrefilterAnswer.No)
            {
                return;
            }

            isTrue &= second == PrefilterAnswer.Yes;
        }

        if (posting.NeedsScopeCheck && !Policies[at].MatchesFiled(verdict.State, Group))
        {
            return;
        }

        if (isTrue)
        {
            verdict.AddSatisfied(posting.Index, posting.IsForbid);
        }
        else
        {
            verdict.Evaluate(posting.Index, posting.IsForbid, posting.Conditions);
        }
    }
}
