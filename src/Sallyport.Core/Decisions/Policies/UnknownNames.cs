using System.Collections.Frozen;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Decisions.Policies;

/// <summary>Names in policies that nothing in the perimeter bears.</summary>
/// <remarks>
/// The schema knows types and actions, and not which agents there are: a forbid on a misspelt agent would be valid,
/// and would never say no.
/// </remarks>
internal sealed class UnknownNames(
    IEnumerable<Agent> agents, IEnumerable<ToolAction> tools, IReadOnlyCollection<Operator> operators)
{
    private readonly FrozenDictionary<EntityTypeName, string[]> known = new Dictionary<EntityTypeName, string[]>
    {
        [PolicyModel.Agent] = Sorted(agents.Select(agent => agent.Id.Value)),
        [PolicyModel.Role] = Sorted(agents.Select(agent => agent.Role.Value)),
        [PolicyModel.Tool] = Sorted(tools.Select(tool => tool.Name)),
        [PolicyModel.Server] = Sorted(tools.Select(tool => tool.Server)),
        [PolicyModel.Operator] = Sorted(operators.Select(one => one.Name)),
        [PolicyModel.Team] = Sorted(operators.SelectMany(one => one.Teams)),
    }.ToFrozenDictionary();

    private static string[] Sorted(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Each name once, with those that there are.</summary>
    public IEnumerable<(EntityUid Name, string Known)> In(PolicyBody policy)
    {
        foreach (var named in policy.NamedEntities.Distinct())
        {
            if (known.TryGetValue(named.Type, out var names) && !names.Contains(named.Id, StringComparer.Ordinal))
            {
                yield return (named, names.Length == 0 ? "none" : string.Join(", ", names));
            }
        }
    }
}
