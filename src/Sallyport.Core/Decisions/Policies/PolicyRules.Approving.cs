using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Decisions.Policies;

/// <summary>An operator's own act, as the policies see it.</summary>
/// <param name="Operator">Who would approve.</param>
/// <param name="Hold">What would be approved.</param>
/// <param name="Owner">Who answers for the agent.</param>
/// <param name="HasStartedRun">Whether the run was started by a user that this operator is.</param>
/// <param name="IsSigned">Whether the operator has signed for it.</param>
/// <param name="Uid">The user who asks.</param>
/// <param name="Time">When.</param>
public sealed record ApprovingAct(
    Operator Operator, Hold Hold, string Owner, bool HasStartedRun, bool IsSigned, uint Uid, DateTimeOffset Time);

public sealed partial class PolicyRules
{
    /// <summary>Whether the policies let an operator approve. Pure; no permit, an error or any forbid is a
    /// no.</summary>
    /// <returns>Why not; null when they may.</returns>
    public Fault? Objection(ApprovingAct act)
    {
        ArgumentNullException.ThrowIfNull(act);
        var principal = PolicyModel.UidOf(act.Operator.Name, PolicyModel.Operator);
        var request = new Request(
            principal,
            PolicyModel.Approve,
            PolicyModel.UidOf(act.Hold.Agent.Value, PolicyModel.Agent),
            RecordValue.Create(
                ("class", Value.Of(act.Hold.Class)),
                ("host", Value.Of(act.Hold.Host)),
                ("labels", Value.SetOf([.. act.Hold.Labels.Labels.Select(label => Value.Of(label.Value))])),
                ("method", Value.Of(act.Hold.Method)),
                ("owner", Value.Of(act.Owner)),
                ("person", Value.Of(act.Operator.Person)),
                ("policies", Value.SetOf([.. act.Hold.Policies.Select(Value.Of)])),
                ("signed", Value.Of(act.IsSigned)),
                ("started_run", Value.Of(act.HasStartedRun)),
                ("time", Value.Of(new CedarDatetime(act.Time.ToUnixTimeMilliseconds()))),
                ("uid", Value.Of((long)act.Uid))));
        var entities = common.With(new Entity(
            principal, parents: [.. act.Operator.Teams.Select(team => PolicyModel.UidOf(team, PolicyModel.Team))]));
        var verdict = new Cedar.Authorization.Verdict();
        var decision = all.Authorize(request, entities, verdict);
        return verdict.ErrorCount > 0 ? Erred(act, ErrorsOf(verdict))
            : decision is Cedar.Authorization.Decision.Allow ? null
            : verdict.IsForbidden ? Forbidden(act, ReasonsOf(verdict)[0])
            : new Fault(
                "policy.not-permitted",
                $"{What(act)}: no policy permits it.",
                "Add the pack operators under policies: packs: in perimeter/sallyport.yaml.");
    }

    /// <summary>Whether a permit can ever be of an operator's approving; without one nobody may.</summary>
    internal bool PermitsApproving { get; }

    private static bool IsOfApproving(PolicyBody body) =>
        body.Effect is Effect.Permit
        && body.Principal switch
        {
            EntityScope.Is(var type) => type == PolicyModel.Operator,
            EntityScope.IsIn(var type, _) => type == PolicyModel.Operator,
            var scope => scope.Entity is not { } named
                || named.Type == PolicyModel.Operator || named.Type == PolicyModel.Team,
        }
        && (body.Action is ActionScope.Any
            || body.Action.Entities.Any(action => action == PolicyModel.Approve || action == PolicyModel.Operates));

    private static Fault Forbidden(ApprovingAct act, PolicyReference policy) => new(
        policy.Code,
        $"{What(act)}: {(policy.Reason.Length > 0 ? policy.Reason : "a policy forbids it")}. Policy {policy}.",
        policy.Mend.Length > 0 ? policy.Mend : $"Ask another operator, or change the policy at {policy.Place}.");

    private static Fault Erred(ApprovingAct act, ImmutableArray<PolicyReference> policies) => new(
        "policy.erred",
        $"{What(act)}: policy {policies[0]} could not be evaluated, and what cannot be evaluated is denied.",
        $"Mend the policy at {policies[0].Place}: what it reads is not always there, so ask with 'has' first.");

    private static string What(ApprovingAct act) =>
        $"Operator '{act.Operator.Name}' may not approve {act.Hold.Ticket} of agent '{act.Hold.Agent}'";
}
