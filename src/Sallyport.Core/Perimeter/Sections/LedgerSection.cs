using System.Globalization;
using Sallyport.Decisions;
using Sallyport.Egress;
using Sallyport.Identity;
using Sallyport.Limits;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>ledger</c>: how reads are recorded, how much of it who may fill, and who cosigns it.</summary>
internal sealed class LedgerSection(
    Findings findings, ReadReferencedFile readFile, IReadOnlyCollection<string> roles,
    IReadOnlyCollection<Agent> agents)
{
    private const string None = "none";
    private const string Each = "each";
    private const string All = "all";
    private const long IndexEntriesMin = 10_000; // Some blocks: the index lets go of whole ones.
    private readonly Dictionary<AgentId, StorageQuota?> ofAgents = [];
    private readonly Dictionary<RoleName, StorageQuota?> ofRoles = [];
    private StorageQuota? each = StorageRules.Usual.Each;

    public (ReadRecord Reads, StorageRules Storage, WitnessRules Witnesses) Read(ConfigNode? node)
    {
        if (node is null || Section.Of(
            node, "ledger", findings, "reads", "reserve", "quotas", "index", "witnesses", "quorum") is not { } ledger)
        {
            return (ReadRecord.Written, StorageRules.Usual, WitnessRules.None);
        }

        var reads = Section.OneOf(ledger.Optional("reads"), "reads", ReadRecord.Written, findings);
        var reserve = ReadReserve(ledger.Optional("reserve"));
        var index = ReadIndex(ledger.Optional("index"));
        foreach (var (key, value) in Section.Named(ledger.Optional("quotas"), "quotas", findings))
        {
            ReadQuota(key, value);
        }

        // What is said of the agent itself goes before what is said of its role.
        foreach (var agent in agents)
        {
            if (!ofAgents.ContainsKey(agent.Id) && ofRoles.TryGetValue(agent.Role, out var quota))
            {
                ofAgents.Add(agent.Id, quota);
            }
        }

        return (
            reads, new StorageRules(reserve, each, ofAgents) { IndexEntries = index },
            new WitnessReader(findings, readFile).Read(ledger));
    }

    private long ReadIndex(ConfigNode? node)
    {
        if (node is null || Section.Text(node, "index", findings) is not { } text)
        {
            return StorageRules.IndexEntriesUsual;
        }

        if (text == All)
        {
            return long.MaxValue;
        }

        if (!Amount.TryParse(text, isBytes: false, out var entries) || entries < IndexEntriesMin)
        {
            findings.Add(
                node.Position, $"index is {Quote(text)}",
                $"Write how many of the newest entries it keeps, from {IndexEntriesMin} on, or all");
        }

        return entries;
    }

    private long ReadReserve(ConfigNode? node)
    {
        if (node is null || Section.Text(node, "reserve", findings) is not { } text)
        {
            return StorageRules.Usual.ReserveBytes;
        }

        if (text != None && !Amount.TryParse(text, isBytes: true, out _))
        {
            findings.Add(node.Position, $"reserve is {Quote(text)}", "Write bytes with a unit, as 128MiB, or none");
        }

        return Amount.TryParse(text, isBytes: true, out var bytes) ? bytes : 0;
    }

    private void ReadQuota(ConfigNode.Scalar key, ConfigNode value)
    {
        if (Section.Text(value, $"the quota of {key.Text}", findings) is not { } text)
        {
            return;
        }

        var quota = text == None ? null : Parse(text, value.Position);
        if (key.Text == Each)
        {
            each = quota;
        }
        else if (LimitScope.TryParse(key.Text, out var scope) && scope is LimitScope.OfAgent { Agent: var agent })
        {
            Known(key, agent.Value, [.. agents.Select(known => known.Id.Value)], "agent");
            ofAgents[agent] = quota;
        }
        else if (scope is LimitScope.OfRole { Role: var role })
        {
            Known(key, role.Value, roles, "role");
            ofRoles[role] = quota;
        }
        else
        {
            findings.Add(key.Position, $"quotas has {Quote(key.Text)}", "Write each, agent:NAME or role:NAME");
        }
    }

    private void Known(ConfigNode.Scalar key, string name, IReadOnlyCollection<string> names, string kind)
    {
        if (!names.Contains(name, StringComparer.Ordinal))
        {
            findings.Add(
                key.Position, $"quotas are for the {kind} {Quote(name)}, which is not under {kind}s",
                Mend(name, names));
        }
    }

    private StorageQuota? Parse(string text, Position position)
    {
        string[] parts = text.Split(" per ");
        var windows = Enum.GetValues<LimitWindow>().Where(window => LimitWords.WordOf(window) == parts[^1]).ToArray();
        if (parts.Length == 2 && windows is [var window] && Amount.TryParse(parts[0], isBytes: true, out var bytes))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{findings.File}:{position.Line}");
            return new StorageQuota(bytes, window, place);
        }

        findings.Add(
            position, $"a quota is {Quote(text)}", "Write bytes per minute, hour or day, as 256MiB per hour, or none");
        return null;
    }
}
