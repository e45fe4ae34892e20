using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>
/// An immutable snapshot of a policy set, made ready to decide: compiled, and named by the hash of its content. Safe to
/// share between threads; to change policies, make another one and swap the reference.
/// </summary>
public sealed class CompiledPolicySet
{
    private readonly CompiledPolicy[] _policies;
    private readonly ScopeIndex _index;

    private CompiledPolicySet(PolicySet source)
    {
        Source = source;
        Hash = PolicySetHash.Of(source);
        var compiler = new ExprCompiler();
        var contextAttributes = new Dictionary<string, ushort>(StringComparer.Ordinal);
        _policies = [.. source.Policies.Select(policy => new CompiledPolicy(policy, compiler, contextAttributes))];
        PrefilterAttributes = [.. contextAttributes.OrderBy(pair => pair.Value).Select(pair => pair.Key)];
        _index = new ScopeIndex(_policies);
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
    /// Every policy that can apply is evaluated: a satisfied forbid does not end the search, because all determining
    /// policies and all errors belong to the answer.
    /// </remarks>
    public Decision Authorize(Request request, EntityStore entities, Verdict verdict)
    {
        Begin(request, entities, verdict);
        _index.Visit(verdict);
        verdict.End();
        return verdict.Decision;
    }

    /// <summary>Decides by looking at every policy in turn: what the index must agree with.</summary>
    internal Decision AuthorizeLinear(Request request, EntityStore entities, Verdict verdict)
    {
        Begin(request, entities, verdict);
        for (var i = 0; i < _policies.Length; i++)
        {
            if (_policies[i].MatchesScope(verdict.State))
            {
                verdict.Evaluate(i, _policies[i].IsForbid, _policies[i].Conditions);
            }
        }

        verdict.End();
        return verdict.Decision;
    }

    private void Begin(Request request, EntityStore entities, Verdict verdict)
    {
        verdict.Begin(this);
        verdict.State.Begin(request.Principal, request.Action, request.Resource, request.Context, entities);
    }

    /// <summary>Whether one policy is satisfied; null if it fails.</summary>
    internal bool? Examine(int index, EvaluationState state)
    {
        var policy = _policies[index];
        if (!policy.MatchesScope(state))
        {
            return false;
        }

        var value = policy.Conditions?.Evaluate(state) ?? Values.Value.True;
        return value.IsFailure || !value.IsBool ? null : value.IsTrue;
    }

    /// <summary>The attributes of the context that prefilters ask for, by number.</summary>
    internal string[] PrefilterAttributes { get; }

    internal Policy PolicyAt(int index) => _policies[index].Policy;
}
