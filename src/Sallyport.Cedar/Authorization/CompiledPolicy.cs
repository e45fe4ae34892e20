using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>A policy made ready for evaluation.</summary>
internal sealed class CompiledPolicy(Policy policy, ExprCompiler compiler, Dictionary<string, ushort> contextAttributes)
{
    public Policy Policy { get; } = policy;

    public bool IsForbid { get; } = policy.Effect == Effect.Forbid;

    /// <summary>The clauses; null if there are none.</summary>
    public Node? Conditions { get; } = compiler.Compile(policy.Body.Conditions);

    /// <summary>What the clauses ask first.</summary>
    public Prefilters Prefilters { get; } = Prefilters.Of(policy.Body.Conditions, contextAttributes, compiler);

    /// <summary>Whether the index cannot say everything of the scope.</summary>
    public bool NeedsScopeCheck { get; } = policy.Body.Principal is EntityScope.IsIn
        || policy.Body.Resource is EntityScope.IsIn
        || policy.Body.Action is ActionScope.InAny;

    /// <summary>
    /// The rest of the scope, for a policy that was met under an action group: the types, and whether this group is the
    /// first of several that hold, so that the policy counts once.
    /// </summary>
    public bool MatchesFiled(EvaluationState state, EntityUid? group)
    {
        if (Policy.Body.Action is ActionScope.InAny inAny)
        {
            foreach (var candidate in inAny.Groups)
            {
                if (candidate.Equals(group))
                {
                    break;
                }

                if (state.Action.Equals(candidate) || (state.ActionEntity?.HasAncestor(candidate) ?? false))
                {
                    return false;
                }
            }
        }

        return ScopeMatch.Principal(Policy.Body.Principal, state) && ScopeMatch.Resource(Policy.Body.Resource, state);
    }

    public bool MatchesScope(EvaluationState state) => ScopeMatch.Action(Policy.Body.Action, state)
        && ScopeMatch.Principal(Policy.Body.Principal, state) && ScopeMatch.Resource(Policy.Body.Resource, state);
}

/// <summary>
/// Whether the parts of a scope hold for a request. They cannot fail: every name in a scope is an entity.
/// </summary>
internal static class ScopeMatch
{
    public static bool Principal(EntityScope scope, EvaluationState state) =>
        Entity(scope, state.Principal, state.PrincipalEntity);

    public static bool Resource(EntityScope scope, EvaluationState state) =>
        Entity(scope, state.Resource, state.ResourceEntity);

    public static bool Action(ActionScope scope, EvaluationState state) => scope switch
    {
        ActionScope.Equal equal => state.Action.Equals(equal.Action),
        ActionScope.In @in => IsIn(state.Action, state.ActionEntity, @in.Group),
        ActionScope.InAny inAny => inAny.Groups.Any(group => IsIn(state.Action, state.ActionEntity, group)),
        _ => true,
    };

    private static bool Entity(EntityScope scope, EntityUid uid, StoredEntity? entity) => scope switch
    {
        EntityScope.Equal equal => uid.Equals(Named(equal.Target)),
        EntityScope.In @in => IsIn(uid, entity, Named(@in.Container)),
        EntityScope.Is @is => uid.Type.Equals(@is.Type),
        EntityScope.IsIn isIn => uid.Type.Equals(isIn.Type) && IsIn(uid, entity, Named(isIn.Container)),
        _ => true,
    };

    private static bool IsIn(EntityUid uid, StoredEntity? entity, EntityUid container) =>
        uid.Equals(container) || (entity?.HasAncestor(container) ?? false);

    private static EntityUid Named(EntityReference reference) => reference is EntityReference.Named named
        ? named.Uid
        : throw new InvalidOperationException("A policy has no slots; a template is never evaluated.");
}
