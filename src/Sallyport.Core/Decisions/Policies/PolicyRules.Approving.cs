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
        return Objection(
            $"Operator '{act.Operator.Name}' may not approve {act.Hold.Ticket} of agent '{act.Hold.Agent}'",
            act.Operator,
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
}
