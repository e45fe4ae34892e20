using Sallyport.Cedar.Values;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Decisions.Policies;

/// <summary>An operator would make words of untrusted text their own, as the policies see it.</summary>
/// <param name="Operator">Who.</param>
/// <param name="Item">The words, and the act that they are for.</param>
/// <param name="Owner">Who answers for the agent.</param>
/// <param name="HasStartedRun">Whether the run was started by a user that this operator is.</param>
/// <param name="IsSigned">Whether the operator has signed for it.</param>
/// <param name="Uid">The user who asks.</param>
/// <param name="Time">When.</param>
public sealed record EndorsingAct(
    Operator Operator, EndorsableItem Item, string Owner, bool HasStartedRun, bool IsSigned, uint Uid,
    DateTimeOffset Time);

public sealed partial class PolicyRules
{
    /// <summary>Whether the policies let an operator endorse. Pure; no permit, an error or any forbid is a
    /// no.</summary>
    /// <returns>Why not; null when they may.</returns>
    public Fault? Objection(EndorsingAct act)
    {
        ArgumentNullException.ThrowIfNull(act);
        return Objection(
            $"Operator '{act.Operator.Name}' may not endorse words for agent '{act.Item.Agent}'",
            act.Operator,
            PolicyModel.Endorse,
            PolicyModel.UidOf(act.Item.Agent.Value, PolicyModel.Agent),
            RecordValue.Create(
                ("at", Value.Of(act.Item.Place)),
                ("host", Value.Of(act.Item.Host)),
                ("method", Value.Of(act.Item.Method)),
                ("owner", Value.Of(act.Owner)),
                ("person", Value.Of(act.Operator.Person)),
                ("signed", Value.Of(act.IsSigned)),
                ("source", Value.Of(act.Item.Evidence.Place)),
                ("started_run", Value.Of(act.HasStartedRun)),
                ("time", Value.Of(new CedarDatetime(act.Time.ToUnixTimeMilliseconds()))),
                ("uid", Value.Of((long)act.Uid))));
    }
}
