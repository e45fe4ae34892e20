using System.Collections.Frozen;
using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Explaining;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Decisions.Policies;

/// <summary>
/// The policies of one snapshot, validated and compiled. Immutable, and safe to share between threads.
/// </summary>
public sealed partial class PolicyRules
{
    [ThreadStatic]
    private static Cedar.Authorization.Verdict? scratch;

    private readonly CompiledPolicySet all;
    private readonly CompiledPolicySet firm;
    private readonly EntityStore common;
    private readonly FrozenDictionary<string, PolicyReference> references;

    internal PolicyRules(
        PolicySet policies,
        IEnumerable<PolicyReference> references,
        Schema schema,
        string schemaText,
        EntityStore common)
    {
        this.references = references.ToFrozenDictionary(reference => reference.Id, StringComparer.Ordinal);
        this.common = common;
        asksOrigins = new Lazy<bool>(() => policies.Policies.Any(policy => policy.Body.Conditions.Any(IsOfOrigins)));
        Set = policies;
        Schema = schema;
        SchemaText = schemaText;
        all = CompiledPolicySet.Compile(policies);
        permits = new Lazy<CompiledPolicySet>(() => PermitsOf(policies));
        ofOperators = new Lazy<CompiledPolicySet>(() => OperatorsOf(policies));
        PermitsApproving = policies.Policies.Any(policy => IsOfApproving(policy.Body));

        // What is left when a person has said yes to everything that may be asked: the holds are gone, all else stands.
        var held = policies.Policies
            .Where(policy => this.references[policy.Id.Value].IsHold)
            .Select(policy => policy.Id)
            .ToList();
        firm = held.Count == 0
            ? all
            : CompiledPolicySet.Compile(held.Aggregate(policies, (rest, id) => rest.Remove(id)));
    }

    /// <summary>What the policies were validated against.</summary>
    public Schema Schema { get; }

    /// <summary>The same as text, in Cedar's human syntax.</summary>
    public string SchemaText { get; }

    /// <summary>Content hash of the set: what the policies say, wherever they stand.</summary>
    public string Hash => all.Hash.ToString();

    /// <summary>The policies themselves.</summary>
    internal PolicySet Set { get; }

    /// <summary>Every policy, in ordinal order of ids.</summary>
    public IEnumerable<PolicyReference> Policies =>
        references.Values.OrderBy(reference => reference.Id, StringComparer.Ordinal);

    /// <summary>The answer of the policies. Pure.</summary>
    /// <remarks>
    /// Any evaluation error: deny. No satisfied permit: deny. A satisfied forbid: deny, unless every satisfied
    /// forbid is a hold: then hold. Holds that a person has consented to for this exact act are left out.
    /// </remarks>
    internal Decision Decide(Facts facts, RuleReference rule, ActionClass action)
    {
        var (request, entities) = PolicyQuestion.Of(facts, action, common);
        var verdict = scratch ??= new Cedar.Authorization.Verdict();
        var decision = all.Authorize(request, entities, verdict);
        if (verdict.ErrorCount > 0)
        {
            return new Decision.Deny(DenyReason.PolicyErred, ErrorsOf(verdict));
        }

        if (decision is Cedar.Authorization.Decision.Allow)
        {
            return new Decision.Allow(rule, action);
        }

        if (!verdict.IsForbidden)
        {
            return new Decision.Deny(DenyReason.NotPermitted, []);
        }

        var forbids = ReasonsOf(verdict);
        ImmutableArray<PolicyReference> open =
        [
            .. forbids.Where(forbid =>
                !(forbid.IsHold && facts.Consented.Contains(forbid.Id, StringComparer.Ordinal))),
        ];
        if (open.Any(forbid => !forbid.IsHold))
        {
            return new Decision.Deny(DenyReason.PolicyForbids, [.. open.OrderBy(forbid => forbid.IsHold)]);
        }

        return firm.Authorize(request, entities, verdict) is not Cedar.Authorization.Decision.Allow
            ? new Decision.Deny(DenyReason.NotPermitted, forbids)
            : open.IsEmpty ? new Decision.Allow(rule, action)
            : new Decision.Hold(rule, action, open);
    }

    /// <summary>The same question once more, clause by clause, with the values that were seen. Pure, and slow: for
    /// people.</summary>
    /// <param name="facts">Facts of an act that an allow rule names.</param>
    /// <param name="action">How the rule classes it.</param>
    public Explanation Explain(Facts facts, ActionClass action)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var (request, entities) = PolicyQuestion.Of(facts, action, common);
        return all.Explain(request, entities);
    }

    /// <summary>The policy of this id; every policy of an <see cref="Explain"/> has one.</summary>
    public PolicyReference ReferenceOf(string id) => references[id];

    private ImmutableArray<PolicyReference> ReasonsOf(Cedar.Authorization.Verdict verdict)
    {
        var found = ImmutableArray.CreateBuilder<PolicyReference>(verdict.ReasonCount);
        for (var i = 0; i < verdict.ReasonCount; i++)
        {
            found.Add(references[verdict.ReasonAt(i).Id.Value]);
        }

        return found.DrainToImmutable();
    }

    private ImmutableArray<PolicyReference> ErrorsOf(Cedar.Authorization.Verdict verdict)
    {
        var found = ImmutableArray.CreateBuilder<PolicyReference>(verdict.ErrorCount);
        for (var i = 0; i < verdict.ErrorCount; i++)
        {
            found.Add(references[verdict.ErrorAt(i).Id.Value]);
        }

        return found.DrainToImmutable();
    }
}
