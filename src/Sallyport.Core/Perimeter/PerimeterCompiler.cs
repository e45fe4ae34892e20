using System.Net;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Egress;
using Sallyport.Identity;
using Sallyport.Mcp;
using Sallyport.Perimeter.Changes;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Compiles a configuration to what the rooms are given. Pure, but for the files that it asks for.</summary>
public sealed class PerimeterCompiler
{
    private readonly Findings findings;
    private readonly ReadReferencedFile readFile;
    private readonly ReadPack readPack;
    private readonly Dictionary<string, Role> roles = new(StringComparer.Ordinal);
    private readonly List<(Agent Agent, Position Position)> agents = [];

    private PerimeterCompiler(string file, ReadReferencedFile readFile, ReadPack readPack) =>
        (findings, this.readFile, this.readPack) = (new Findings(file), readFile, readPack);

    /// <summary>Compiles a whole file and tells every mistake in it.</summary>
    /// <param name="root">The file's tree.</param>
    /// <param name="file">The file's name, as mistakes and rule references print it.</param>
    /// <param name="readFile">Gives the text of a file that the configuration refers to.</param>
    public static Compilation Compile(ConfigNode root, string file, ReadReferencedFile readFile) =>
        Compile(root, file, readFile, PolicyPacks.TryRead);

    /// <summary>Compiles a whole file and tells every mistake in it.</summary>
    /// <param name="root">The file's tree.</param>
    /// <param name="file">The file's name, as mistakes and rule references print it.</param>
    /// <param name="readFile">Gives the text of a file that the configuration refers to.</param>
    /// <param name="readPack">Gives the text of a pack of policies.</param>
    public static Compilation Compile(
        ConfigNode root, string file, ReadReferencedFile readFile, ReadPack readPack)
    {
        var compiler = new PerimeterCompiler(file, readFile, readPack);
        return compiler.findings.Result(compiler.Compile(root));
    }

    private CompiledPerimeter? Compile(ConfigNode root)
    {
        if (Section.Of(
            root, "The file", findings, "version", "organisation", "listen", "ledger", "content", "roles", "agents",
            "sources", "tools", "facts", "policies", "limits", "operators", "approvals",
            "changes")
            is not { } file || !IsKnownVersion(file))
        {
            return null;
        }

        var organisation = ReadOrganisation(file);
        var proxy = ReadListen(file.Optional("listen"));
        var second = ReadChanges(file.Optional("changes"));
        ReadRoles(file.Required("roles", "{ reader: { allow: [\"GET,HEAD www.example.org\"] } }"));
        ReadAgents(organisation, file.Required("agents", "{ research: { role: reader, owner: you@example.org } }"));
        var (reads, storage, witnesses) = new LedgerSection(
            findings, readFile, roles.Keys, [.. agents.Select(entry => entry.Agent)])
            .Read(file.Optional("ledger"));
        var sources = new SourceReader(findings, readFile).Read(file.Optional("sources"));
        var content = new ContentReader(findings, roles.Keys, [.. agents.Select(entry => entry.Agent)], sources)
            .Read(file.Optional("content"));
        var limits = new LimitReader(findings, roles.Keys, [.. agents.Select(entry => entry.Agent)])
            .Read(file.Optional("limits"));
        var before = findings.Count;
        var tools = ReadTools(file);
        var isTyped = findings.Count == before;
        var policies = new PolicyReader(findings, readFile, readPack).Read(file.Optional("policies"));

        var (approvals, hooks) = new ApprovalReader(findings, readFile).Read(
            file.Optional("operators"), file.Optional("approvals"));

        List<Agent> known = [.. agents.Select(entry => entry.Agent)];

        // Policies name tools and facts: where those are wrong, what is said of policies would not be true.
        var rules = isTyped
            ? policies.Compile(known, tools, limits, approvals.Operators.Values)
            : null;
        var shadow = isTyped ? policies.CompileShadow(known, tools, limits, approvals.Operators.Values) : null;
        if (organisation is null || rules is null || findings.HasMistakes)
        {
            return null;
        }

        // Only now: what a mistake has left out would give warnings that are not true.
        PerimeterWarnings.Add(roles.Values, agents, sources, tools.Tools.Any(), findings);
        return new CompiledPerimeter(
            new PerimeterOptions(organisation, proxy, reads)
            {
                SecondPerson = second,
                Storage = storage,
                Content = content,
                Witnesses = witnesses,
            },
            [.. agents.Select(entry => entry.Agent)],
            new EgressRules(
                agents.Select(entry => KeyValuePair.Create(entry.Agent.Id, roles[entry.Agent.Role.Value].Compiled))),
            sources,
            rules,
            tools,
            limits,
            approvals,
            hooks)
        {
            Shadow = shadow,
            Sections = SectionTexts.Of(root),
        };
    }

    private ToolRules ReadTools(Section file)
    {
        var tools = new ToolReader(findings, readFile).Read(file.Optional("tools"));
        return new ToolRules(tools, new FactReader(findings).Read(file.Optional("facts"), tools));
    }

    // A later version may mean other things by the same keys, so nothing else is said about such a file.
    private bool IsKnownVersion(Section file)
    {
        var node = file.Required("version", "1");
        var text = Section.Text(node, "version", findings);
        if (node is not null && text is not null and not "1")
        {
            findings.Add(node.Position, $"version is {Quote(text)}", "This program reads version 1");
        }

        return text is null or "1";
    }

    private HostName? ReadOrganisation(Section file)
    {
        var node = file.Required("organisation", "example.org");
        if (node is null || Section.Text(node, "organisation", findings) is not { } text)
        {
            return null;
        }

        if (HostName.TryParse(text, out var organisation, out var flaw) && organisation.Text == text)
        {
            return organisation;
        }

        findings.Add(
            node.Position,
            $"organisation is {Quote(text)}, which {flaw ?? "is not in lower case"}",
            "Write a domain of yours in lower case; it becomes the trust domain of the agents' SPIFFE IDs");
        return null;
    }

    private IPEndPoint? ReadListen(ConfigNode? node)
    {
        var listen = node is null ? null : Section.Of(node, "listen", findings, "proxy");
        if (listen?.Optional("proxy") is not { } proxy
            || Section.Text(proxy, "proxy", findings) is not { } text
            || text == "none")
        {
            return null;
        }

        if (!Endpoint.TryParse(text, out var endpoint))
        {
            findings.Add(
                proxy.Position,
                $"proxy is {Quote(text)}",
                "Write an IP address and a port (127.0.0.1:3128, [::1]:0), or none");
            return null;
        }

        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            findings.Warn(
                proxy.Position,
                $"proxy listens on {Quote(text)}, so run tokens cross the network in plain text",
                "Listen on 127.0.0.1, or put TLS in front");
        }

        return endpoint;
    }

    private SecondPerson ReadChanges(ConfigNode? node) =>
        node is null || Section.Of(node, "changes", findings, "second-person") is not { } changes
            ? SecondPerson.Never
            : Section.OneOf(changes.Optional("second-person"), "second-person", SecondPerson.Never, findings);

    private void ReadRoles(ConfigNode? node)
    {
        foreach (var (key, value) in Section.Named(node, "roles", findings))
        {
            if (!RoleName.TryParse(key.Text, out _))
            {
                findings.Add(key.Position, $"The role name {Quote(key.Text)} is not a name", $"Write {Name.Form}");
            }

            var name = $"role {Quote(key.Text)}";
            var section = Section.Of(value, name, findings, "allow", "deny");
            roles.Add(key.Text, new Role(
                key,
                RuleReader.Read(section?.Optional("allow"), $"allow of {name}", RuleSide.Allow, findings),
                RuleReader.Read(section?.Optional("deny"), $"deny of {name}", RuleSide.Deny, findings)));
        }
    }

    private void ReadAgents(HostName? organisation, ConfigNode? node)
    {
        foreach (var (key, value) in Section.Named(node, "agents", findings))
        {
            if (!AgentId.TryParse(key.Text, out var id))
            {
                findings.Add(key.Position, $"The agent name {Quote(key.Text)} is not a name", $"Write {Name.Form}");
            }

            if (Section.Of(value, $"agent {Quote(key.Text)}", findings, "role", "owner") is not { } section)
            {
                continue;
            }

            var role = ReadRole(section);
            var owner = ReadOwner(section);
            if (id is not null && role is not null && owner is not null && organisation is not null)
            {
                agents.Add((new Agent(SpiffeId.Of(organisation.Text, id), role, owner), key.Position));
            }
        }
    }

    private RoleName? ReadRole(Section agent)
    {
        var node = agent.Required("role", "reader");
        if (node is null || Section.Text(node, "role", findings) is not { } text)
        {
            return null;
        }

        if (!roles.ContainsKey(text))
        {
            findings.Add(
                node.Position,
                $"{agent.Name} has the role {Quote(text)}, which is not under roles",
                Mend(text, roles.Keys));
        }

        return RoleName.TryParse(text, out var role) ? role : null;
    }

    private string? ReadOwner(Section agent)
    {
        var node = agent.Required("owner", "you@example.org");
        if (node is null || Section.Text(node, "owner", findings) is not { } text)
        {
            return null;
        }

        if (text.Length <= 254 && !text.Any(char.IsControl) && text.Trim().Length > 0)
        {
            return text;
        }

        findings.Add(
            node.Position,
            $"owner is {Quote(text)}",
            "Name the person who answers for the agent, in at most 254 characters");
        return null;
    }
}

/// <summary>A role while it is compiled.</summary>
/// <param name="Key">Where its name stands.</param>
/// <param name="Allow">Its allow rules.</param>
/// <param name="Deny">Its deny rules.</param>
internal sealed record Role(ConfigNode.Scalar Key, IReadOnlyList<PlacedRule> Allow, IReadOnlyList<PlacedRule> Deny)
{
    /// <summary>The rules as the gateways use them.</summary>
    public RoleRules Compiled { get; } = new(
        [.. Allow.Select(placed => placed.Rule)], [.. Deny.Select(placed => placed.Rule)]);
}
