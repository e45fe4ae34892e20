using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;
using Sallyport.Decisions.Operators;

namespace Sallyport.Decisions.Policies;

public sealed partial class PolicyRules
{
    // Those that speak of operators: a forbid of everything that is meant for agents must not keep a person from
    // lifting it again.
    private readonly Lazy<CompiledPolicySet> ofOperators;

    /// <summary>Whether the policies let an operator do what whoever reaches the admin socket may do by itself. Pure.
    /// </summary>
    /// <remarks>
    /// The program permits these acts itself; a forbid takes them away, and a permit that names the action takes the
    /// program's own permit away, so that only those may whom it permits. An error is a no. For a freeze none of this
    /// holds: only a satisfied forbid whose scope names the action is a no, since whatever else fails in an
    /// emergency, stopping must not.
    /// </remarks>
    /// <returns>Why not; null when they may.</returns>
    public Fault? Objection(OperatingAct act)
    {
        ArgumentNullException.ThrowIfNull(act);
        var action = PolicyModel.ActionOf(act.Action);
        var verdict = new Cedar.Authorization.Verdict();
        var principal = PolicyModel.UidOf(act.Principal, PolicyModel.Operator);
        var decision = ofOperators.Value.Authorize(
            QuestionOf(act, principal, action),
            common.With(EntityOf(principal, act.Teams)),
            verdict);
        if (act.Action is OperatorAction.Freeze)
        {
            return ReasonsOf(verdict).FirstOrDefault(policy => verdict.IsForbidden && Names(policy.Id, action))
                is { } named ? Forbidden(What(act), named) : null;
        }

        return verdict.ErrorCount > 0 ? Erred(What(act), ErrorsOf(verdict)[0])
            : verdict.IsForbidden ? Forbidden(What(act), ReasonsOf(verdict)[0])
            : decision is Cedar.Authorization.Decision.Allow || !IsPermittedByName(action) ? null
            : new Fault(
                "policy.not-permitted",
                $"{What(act)}: policies permit it to others, and not to them.",
                "Ask an operator whom they permit it to: sallyport approvals says who there is.");
    }

    /// <summary>The policies by which a freeze can be refused: each makes an emergency harder.</summary>
    internal IEnumerable<PolicyReference> OfFreezing =>
        Set.Policies.Where(policy => policy.Effect is Effect.Forbid
            && Names(policy.Id.Value, PolicyModel.ActionOf(OperatorAction.Freeze)))
            .Select(policy => references[policy.Id.Value]);

    private static CompiledPolicySet OperatorsOf(PolicySet policies) => CompiledPolicySet.Compile(policies.Policies
        .Where(policy => !IsOfOperators(policy.Body))
        .Aggregate(policies, (rest, policy) => rest.Remove(policy.Id)));

    private static Request QuestionOf(OperatingAct act, EntityUid principal, EntityUid action) => new(
        principal,
        action,
        act.Agent is { } agent
            ? PolicyModel.UidOf(agent.Value, PolicyModel.Agent)
            : PolicyModel.UidOf(act.Organisation, PolicyModel.Perimeter),
        RecordValue.Create(
        [
            ("person", Value.Of(act.Person)),
            ("signed", Value.Of(act.IsSigned)),
            ("time", Value.Of(new CedarDatetime(act.Time.ToUnixTimeMilliseconds()))),
            ("uid", Value.Of((long)act.Uid)),
            .. act.Words.Select(word => (word.Key, Value.Of(word.Value))),
        ]));

    private bool Names(string id, EntityUid action) => Set.Policies.Any(policy =>
        policy.Id.Value == id && policy.Body.Action is not ActionScope.Any
        && policy.Body.Action.Entities.Contains(action));

    private bool IsPermittedByName(EntityUid action) => Set.Policies.Any(
        policy => policy.Effect is Effect.Permit && Names(policy.Id.Value, action));

    private static string What(OperatingAct act)
    {
        var who = act.Principal.StartsWith("uid:", StringComparison.Ordinal)
            ? $"User {act.Principal["uid:".Length..]}"
            : $"Operator '{act.Principal}'";
        var what = act.Action switch
        {
            OperatorAction.Freeze => "freeze",
            OperatorAction.Thaw => "thaw",
            OperatorAction.EditPolicy => "change the perimeter",
            OperatorAction.EndRun => "end runs of others",
            OperatorAction.ClearPlace => "clear places",
            OperatorAction.ChangeKey => "change keys",
            OperatorAction.ArchiveLedger => "move the ledger to an archive",
            OperatorAction.KeepContent => "hold, release or drop bodies",
        };
        return $"{who} may not {what}{(act.Agent is { } agent ? $" of agent '{agent}'" : "")}";
    }
}
