using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>
/// An immutable snapshot of a policy set, made ready to decide: compiled, and named by the hash of its content. Safe to share between
/// threads; to change policies, make another one and swap the reference.
/// </summary>
public sealed class CompiledPolicySet
{
    private readonly CompiledPolicy[] _policies;

    private CompiledPolicySet(PolicySet source)
    {
        Source = source;
        Hash = PolicySetHash.Of(source);
        _policies = [.. source.Policies.Select(policy => new CompiledPolicy(policy))];
    }

    /// <summary>What was compiled.</summary>
    public PolicySet Source { get; }

    /// <summary>The content as a hash.</summary>
    public PolicySetHash Hash { get; }

    /// <summary>Compiles a set.</summary>
    /// <exception cref="CedarException">An expression that was built by hand is too high.</exception>
    public static CompiledPolicySet Compile(PolicySet policies) => new(policies);

    /// <summary>Decides a request.</summary>
    public Response Authorize(Request request, EntityStore entities)
    {
        var verdict = new Verdict();
        Authorize(request, entities, verdict);
        return verdict.ToResponse();
    }

    /// <summary>Decides a request without allocating, once the verdict has been used for some requests.</summary>
    /// <remarks>
    /// Every policy that can apply is evaluated: a satisfied forbid does not end the search, because all determining policies and all
    /// errors belong to the answer.
    /// </remarks>
    public Decision Authorize(Request request, EntityStore entities, Verdict verdict)
    {
        verdict.Begin(this);
        var state = verdict.State;
        state.Begin(request.Principal, request.Action, request.Resource, request.Context, entities);
        for (var i = 0; i < _policies.Length; i++)
        {
            if (_policies[i].MatchesScope(state))
            {
                verdict.Evaluate(i, _policies[i]);
            }
        }

        verdict.End();
        return verdict.Decision;
    }

    internal Policy PolicyAt(int index) => _policies[index].Policy;
}
