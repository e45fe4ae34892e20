using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Decisions.Policies;

public sealed partial class PolicyRules
{
    // Beside a forbid the authorizer names no permit; asked alone, the permits that hold are named.
    private readonly Lazy<CompiledPolicySet> permits;

    private readonly Lazy<bool> asksOrigins;

    /// <summary>Whether any policy asks whose text an act is made of: then gateways take bodies before they
    /// ask.</summary>
    public bool AsksOrigins => asksOrigins.Value;

    /// <summary>The policies that an agent's act can meet, in ordinal order of ids: not those of operators.</summary>
    internal IEnumerable<PolicyReference> OfActs =>
        Set.Policies.Where(policy => !IsOfOperators(policy.Body))
            .Select(policy => references[policy.Id.Value])
            .OrderBy(reference => reference.Id, StringComparer.Ordinal);

    /// <summary>The policies whose scope and conditions hold for an act, permits and forbids. Pure.</summary>
    internal IEnumerable<PolicyReference> Satisfied(Facts facts, ActionClass action)
    {
        var (request, entities) = PolicyQuestion.Of(facts, action, common);
        var verdict = new Cedar.Authorization.Verdict();
        all.Authorize(request, entities, verdict);
        var named = ReasonsOf(verdict);
        if (!verdict.IsForbidden)
        {
            return named;
        }

        permits.Value.Authorize(request, entities, verdict);
        return named.Concat(ReasonsOf(verdict));
    }

    private static CompiledPolicySet PermitsOf(PolicySet policies) => CompiledPolicySet.Compile(policies.Policies
        .Where(policy => policy.Effect is Effect.Forbid)
        .Aggregate(policies, (rest, policy) => rest.Remove(policy.Id)));

    // By the words: a policy that has them in a literal only is looked at once too often.
    private static bool IsOfOrigins(Condition condition) =>
        condition.Body.ToString() is var text
        && (text.Contains("origins", StringComparison.Ordinal) || text.Contains("untraced", StringComparison.Ordinal));

    private static bool IsOfOperators(PolicyBody body) =>
        body.Principal switch
        {
            EntityScope.Is(var type) => IsOperator(type),
            EntityScope.IsIn(var type, _) => IsOperator(type),
            var scope => scope.Entity is { } named && IsOperator(named.Type),
        }
        || (body.Action is not ActionScope.Any
            && body.Action.Entities.All(PolicyModel.IsOfOperators));

    private static bool IsOperator(EntityTypeName type) => type == PolicyModel.Operator || type == PolicyModel.Team;
}
