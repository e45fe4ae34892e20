using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Flow;

namespace Sallyport.Perimeter;

/// <summary>Finds what is legal and probably not meant.</summary>
internal static class PerimeterWarnings
{
    public static void Add(
        IReadOnlyCollection<Role> roles,
        IReadOnlyCollection<(Agent Agent, Position Position)> agents,
        Sources sources,
        bool hasTools,
        Findings findings)
    {
        var undeclared = new HashSet<HostPattern>();
        foreach (var role in roles)
        {
            Unreachable(role, findings);
            foreach (var (rule, position) in role.Allow)
            {
                WarnOfSource(rule, position, sources, undeclared, findings);
            }

            if (!agents.Any(entry => entry.Agent.Role.Value == role.Key.Text))
            {
                findings.Warn(
                    role.Key.Position, $"No agent has the role '{role.Key.Text}'", "Give it to an agent, or remove it");
            }
        }

        // Where there are tools, an agent may live by those alone: policies say which.
        foreach (var (agent, position) in hasTools ? [] : agents)
        {
            if (roles.Any(role => role.Key.Text == agent.Role.Value && role.Allow.Count == 0))
            {
                findings.Warn(
                    position,
                    $"Agent '{agent.Id}' may reach nothing: its role '{agent.Role}' allows nothing",
                    $"Add rules under allow of role '{agent.Role}'");
            }
        }
    }

    private static void Unreachable(Role role, Findings findings)
    {
        var positions = role.Allow.ToDictionary(placed => placed.Rule, placed => placed.Position);
        foreach (var (rule, by) in role.Compiled.Unreachable())
        {
            var because = positions.ContainsKey(by)
                ? rule.Mode == by.Mode ? "is named by an earlier rule" : "has its CONNECT decided by an earlier rule"
                : "is denied, and deny wins";
            findings.Warn(
                positions[rule],
                $"The rule '{rule.Reference.Text}' can never match: all that it names {because}: {by.Reference}",
                positions.ContainsKey(by)
                    ? "Remove it, or write it before the other"
                    : "Remove it, or narrow the deny rule");
        }
    }

    private static void WarnOfSource(
        EgressRule rule, Position position, Sources sources, HashSet<HostPattern> undeclared, Findings findings)
    {
        var host = rule.Pattern.Host;
        if (sources.OfAll(host) is not { } upstream)
        {
            return;
        }

        if (rule.Mode is ConnectMode.Tunnel && upstream.Source.Labels.Contains(Label.Untrusted))
        {
            findings.Warn(
                position,
                $"The tunnel rule '{rule.Reference.Text}' can never open: a tunnel reads and acts at once, "
                + $"and source '{upstream.Source.Name}' is untrusted",
                "Remove mode: tunnel, or declare a source for the host whose labels do not hold untrusted");
        }
        else if (upstream == Upstream.Undeclared && undeclared.Add(host))
        {
            findings.Warn(
                position,
                $"No source names {host}, so whatever is read there is untrusted",
                "If that is meant, say so: a source with labels: [untrusted]");
        }
    }
}
