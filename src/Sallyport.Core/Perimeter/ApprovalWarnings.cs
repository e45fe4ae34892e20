using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Perimeter;

/// <summary>Finds agents whose held acts nobody could approve.</summary>
internal static class ApprovalWarnings
{
    /// <summary>With the pack four-eyes, who answers for an agent approves none of its acts, nor does who started the
    /// run: somebody has to be left.</summary>
    public static void OfFourEyes(
        Position at, IReadOnlyCollection<Agent> agents, IReadOnlyCollection<Operator> operators, Findings findings)
    {
        foreach (var agent in agents.OrderBy(one => one.Id.Value, StringComparer.Ordinal))
        {
            var persons = operators.Where(one => one.Person != agent.Owner).Select(one => one.Person)
                .Distinct(StringComparer.Ordinal).ToList();
            if (persons.Count == 0)
            {
                findings.Warn(
                    at,
                    $"Nobody may approve what agent '{agent.Id}' does: its owner {agent.Owner} is the only operator",
                    "Name another operator, or leave the pack four-eyes out");
            }
            else if (persons is [var only])
            {
                findings.Warn(
                    at,
                    $"Only {only} may approve what agent '{agent.Id}' does, and nobody where {only} has started "
                    + "the run",
                    "Name a third operator, or have runs started by the agent's owner");
            }
        }
    }
}
