using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Values;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Decisions.Policies;

/// <content>What the policies say to an operator.</content>
public sealed partial class PolicyRules
{
    // Asks of an act that nobody may do without a permit.
    private Fault? Objection(string what, Operator person, EntityUid action, EntityUid agent, RecordValue context)
    {
        var principal = PolicyModel.UidOf(person.Name, PolicyModel.Operator);
        var verdict = new Cedar.Authorization.Verdict();
        var decision = all.Authorize(
            new Request(principal, action, agent, context), common.With(EntityOf(principal, person.Teams)), verdict);
        return verdict.ErrorCount > 0 ? Erred(what, ErrorsOf(verdict)[0])
            : decision is Cedar.Authorization.Decision.Allow ? null
            : verdict.IsForbidden ? Forbidden(what, ReasonsOf(verdict)[0])
            : new Fault(
                "policy.not-permitted",
                $"{what}: no policy permits it.",
                "Add the pack operators under policies: packs: in perimeter/sallyport.yaml.");
    }

    private static Entity EntityOf(EntityUid principal, IEnumerable<string> teams) =>
        new(principal, parents: [.. teams.Select(team => PolicyModel.UidOf(team, PolicyModel.Team))]);

    private static Fault Forbidden(string what, PolicyReference policy) => new(
        policy.Code,
        $"{what}: {(policy.Reason.Length > 0 ? policy.Reason : "a policy forbids it")}. Policy {policy}.",
        policy.Mend.Length > 0 ? policy.Mend : $"Ask another operator, or change the policy at {policy.Place}.");

    private static Fault Erred(string what, PolicyReference policy) => new(
        "policy.erred",
        $"{what}: policy {policy} could not be evaluated, and what cannot be evaluated is denied.",
        $"Mend the policy at {policy.Place}: what it reads is not always there, so ask with 'has' first.");
}
