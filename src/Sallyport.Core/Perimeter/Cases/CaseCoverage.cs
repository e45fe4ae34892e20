using System.Collections.Immutable;
using Sallyport.Cedar.Explaining;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Egress;
using Sallyport.Mcp;

namespace Sallyport.Perimeter.Cases;

/// <summary>What of a perimeter no case has touched: nobody would notice if it were wrong.</summary>
/// <param name="Rules">Allow and deny rules, and tools, that decided no case.</param>
/// <param name="Policies">Policies that were satisfied in no case.</param>
/// <param name="RulesAll">How many rules and tools there are.</param>
/// <param name="PoliciesAll">How many policies there are.</param>
public sealed record CaseCoverage(
    ImmutableArray<RuleReference> Rules, ImmutableArray<PolicyReference> Policies, int RulesAll, int PoliciesAll)
{
    /// <summary>Looks at what every case has met.</summary>
    public static CaseCoverage Of(Snapshot snapshot, IReadOnlyCollection<CaseResult> results)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(results);
        var met = results.Select(result => result.Trial.Facts.Match switch
        {
            RuleMatch.Allowed allowed => allowed.Rule,
            RuleMatch.Forbidden forbidden => forbidden.Rule,
            _ => null,
        }).OfType<RuleReference>().ToHashSet();
        var satisfied = results.SelectMany(result => result.Trial.Explanation?.Policies ?? [])
            .Where(policy => policy.Outcome is PolicyOutcome.Satisfied)
            .Select(policy => policy.Policy.Id.Value).ToHashSet(StringComparer.Ordinal);
        List<RuleReference> rules =
        [
            .. snapshot.Rules<EgressRules>().Roles.SelectMany(role => role.Allow.Concat(role.Deny))
                .Select(rule => rule.Reference)
                .Concat(snapshot.Rules<ToolRules>().Tools.Select(tool => tool.Rule))
                .Distinct(),
        ];
        List<PolicyReference> policies = [.. snapshot.Rules<PolicyRules>().Policies];
        return new CaseCoverage(
            [.. rules.Where(rule => !met.Contains(rule))],
            [.. policies.Where(policy => !satisfied.Contains(policy.Id))],
            rules.Count, policies.Count);
    }
}
