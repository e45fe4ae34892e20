using System.Text;

namespace Sallyport.Bench.Policy;

/// <summary>
/// Policies and requests of the comparison: the rival's <c>gen.js</c>, in C#, byte for byte, so that there are ten thousand policies too and
/// our figures can be taken without Node. One agent, some roles, one tool, some tool groups, one action; half of the requests aim at a
/// permit. Nearly every policy can be told apart by its scope, which flatters an index; <see cref="HeavyPolicies"/> is the other side.
/// </summary>
internal sealed class Workload
{
    /// <summary>Requests of a set.</summary>
    public const int Requests = 256;

    private readonly MulberryRandom _random;
    private readonly int _count;
    private readonly int _groups; // as many roles as tool groups
    private readonly int _members; // as many agents as tools

    private Workload(int count)
    {
        _count = count;
        _random = new MulberryRandom((uint)(42 + count));
        _groups = Math.Max(4, count / 20);
        _members = Math.Max(8, count / 5);
    }

    /// <summary>The schema that all of it conforms to.</summary>
    public const string Schema = """
        entity Role;
        entity Agent in [Role];
        entity ToolGroup;
        entity Tool in [ToolGroup];
        action callTool appliesTo { principal: Agent, resource: Tool, context: { labels: Set<String>, bytes: Long } };

        """;

    /// <summary>The policies, one a line, and the requests with their entities as one JSON array.</summary>
    public static (IReadOnlyList<string> Policies, string Requests) Make(int count)
    {
        var workload = new Workload(count);
        var agents = Enumerable.Range(0, workload._members)
            .Select(i => new Member($"a{i}", [.. new[] { workload.Next(workload._groups), workload.Next(workload._groups) }.Distinct().Select(role => $"r{role}")]))
            .ToArray();
        var tools = Enumerable.Range(0, workload._members)
            .Select(i => new Member($"t{i}", [$"g{workload.Next(workload._groups)}"])).ToArray();
        var policies = Enumerable.Range(0, count).Select(workload.Policy).ToArray();
        var requests = Enumerable.Range(0, Requests).Select(i => workload.Request(i, policies, agents, tools)).ToArray();
        return ([.. policies.Select(policy => policy.Text)], $"[{string.Join(',', requests)}]");
    }

    private int Next(int below) => _random.Next(below);

    private string Label() => $"label{Next(16)}";

    /// <summary>Of ten: five permits for a role and a group, two for one agent and one tool, two forbids for a group, one for a role.</summary>
    private ScopedPolicy Policy(int index)
    {
        switch (index % 10)
        {
            case < 5:
                var (role, group) = ($"r{Next(_groups)}", $"g{Next(_groups)}");
                return new ScopedPolicy(
                    $"permit(principal in Role::\"{role}\", action == Action::\"callTool\", resource in ToolGroup::\"{group}\")"
                    + $" when {{ context.bytes < {1000 + Next(100000)} }};", role, group);
            case < 7:
                return new ScopedPolicy(
                    $"permit(principal == Agent::\"a{Next(_members)}\", action == Action::\"callTool\", resource == Tool::\"t{Next(_members)}\")"
                    + $" when {{ !context.labels.contains(\"{Label()}\") }};");
            case < 9:
                return new ScopedPolicy(
                    $"forbid(principal, action == Action::\"callTool\", resource in ToolGroup::\"g{Next(_groups)}\")"
                    + $" when {{ context.labels.contains(\"{Label()}\") && context.bytes > {50000 + Next(50000)} }};");
            default:
                return new ScopedPolicy(
                    $"forbid(principal in Role::\"r{Next(_groups)}\", action == Action::\"callTool\", resource)"
                    + $" when {{ context.labels.containsAny([\"pii-{index}\",\"secret-{index}\"]) }};");
        }
    }

    private string Request(int index, ScopedPolicy[] policies, Member[] agents, Member[] tools)
    {
        var (agent, tool) = (agents[Next(_members)], tools[Next(_members)]);
        var aim = policies[(Next(_count / 10) * 10) + Next(5)];
        if (index % 2 == 0)
        {
            agent = AnyOf(agents, aim.Role) ?? agent;
            tool = AnyOf(tools, aim.Group) ?? tool;
        }

        var labels = new[] { Label(), Label(), Label() }.Distinct(StringComparer.Ordinal).Select(label => $"\"{label}\"");
        var request = new StringBuilder()
            .Append($"{{\"principal\":{Uid("Agent", agent.Id)},\"action\":{Uid("Action", "callTool")},\"resource\":{Uid("Tool", tool.Id)}")
            .Append($",\"context\":{{\"labels\":[{string.Join(',', labels)}],\"bytes\":{Next(120000)}}},\"entities\":[");
        string[] entities =
        [
            Entity("Agent", agent.Id, "Role", agent.Groups), .. agent.Groups.Select(role => Entity("Role", role, "", [])),
            Entity("Tool", tool.Id, "ToolGroup", tool.Groups), .. tool.Groups.Select(group => Entity("ToolGroup", group, "", [])),
        ];
        return request.AppendJoin(',', entities).Append("]}").ToString();
    }

    private Member? AnyOf(Member[] members, string group)
    {
        var fitting = members.Where(member => member.Groups.Contains(group, StringComparer.Ordinal)).ToArray();
        return fitting.Length > 0 ? fitting[Next(fitting.Length)] : null;
    }

    private static string Uid(string type, string id) => $"{{\"type\":\"{type}\",\"id\":\"{id}\"}}";

    private static string Entity(string type, string id, string parentType, string[] parents) =>
        $"{{\"uid\":{Uid(type, id)},\"attrs\":{{}},\"parents\":[{string.Join(',', parents.Select(parent => Uid(parentType, parent)))}]}}";

    private sealed record ScopedPolicy(string Text, string Role = "", string Group = "");

    private sealed record Member(string Id, string[] Groups);
}

/// <summary>The generator mulberry32, as <c>gen.js</c> has it.</summary>
internal sealed class MulberryRandom(uint seed)
{
    private uint _state = seed;

    /// <summary>A number from 0 up to, not including, a bound.</summary>
    public int Next(int below)
    {
        unchecked
        {
            _state += 0x6D2B79F5;
            var mixed = (_state ^ (_state >> 15)) * (_state | 1);
            mixed ^= mixed + ((mixed ^ (mixed >> 7)) * (mixed | 61));
            return (int)((mixed ^ (mixed >> 14)) / 4294967296.0 * below);
        }
    }
}
