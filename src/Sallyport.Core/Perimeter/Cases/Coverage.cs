using System.Collections.Immutable;
using Sallyport.Cedar.Explaining;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Egress;
using Sallyport.Mcp;

namespace Sallyport.Perimeter.Cases;

/// <summary>What of a perimeter nothing has touched: nobody would notice if it were wrong, or gone.</summary>
/// <param name="Rules">Allow and deny rules, and tools, that matched nothing.</param>
/// <param name="Policies">Policies that were never satisfied.</param>
/// <param name="RulesAll">How many rules and tools there are.</param>
/// <param name="PoliciesAll">How many policies of agents' acts there are.</param>
public sealed record Coverage(
    ImmutableArray<RuleReference> Rules, ImmutableArray<PolicyReference> Policies, int RulesAll, int PoliciesAll)
{
    /// <summary>Looks at what every case has met.</summary>
    public static Coverage Of(Snapshot snapshot, IReadOnlyCollection<CaseResult> results)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(results);
        var met = results.Select(result => RuleOf(result.Trial.Facts.Match)).OfType<RuleReference>().ToHashSet();
        var satisfied = results.SelectMany(result => result.Trial.Explanation?.Policies ?? [])
            .Where(policy => policy.Outcome is PolicyOutcome.Satisfied)
            .Select(policy => policy.Policy.Id.Value).ToHashSet(StringComparer.Ordinal);
        return Of(snapshot, met, satisfied);
    }

    /// <summary>What is left beside what was met.</summary>
    /// <param name="snapshot">The perimeter.</param>
    /// <param name="met">The rules that matched something.</param>
    /// <param name="satisfied">Ids of the policies that were satisfied.</param>
    internal static Coverage Of(Snapshot snapshot, HashSet<RuleReference> met, HashSet<string> satisfied)
    {
        List<RuleReference> rules =
        [
            .. snapshot.Rules<EgressRules>().Roles.SelectMany(role => role.Allow.Concat(role.Deny))
                .Select(rule => rule.Reference)
                .Concat(snapshot.Rules<ToolRules>().Tools.Select(tool => tool.Rule))
                .Distinct(),
        ];
        List<PolicyReference> policies = [.. snapshot.Rules<PolicyRules>().OfActs];
        return new Coverage(
            [.. rules.Where(rule => !met.Contains(rule))],
            [.. policies.Where(policy => !satisfied.Contains(policy.Id))],
            rules.Count, policies.Count);
    }

    /// <summary>The rule that matched; null where none did.</summary>
    internal static RuleReference? RuleOf(RuleMatch match) => match switch
    {
        RuleMatch.Allowed allowed => allowed.Rule,
        RuleMatch.Forbidden forbidden => forbidden.Rule,
        _ => null,
    };
}
