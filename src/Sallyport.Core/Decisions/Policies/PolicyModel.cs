using System.Globalization;
using System.Text;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Decisions.Policies;

/// <summary>The names by which policies speak of a perimeter, and the schema that holds policies to them.</summary>
/// <remarks>
/// Stable: what policies are written against. The schema is generated from the configuration, since each tool is an
/// action whose context is typed from its own input schema.
/// </remarks>
public static partial class PolicyModel
{
    /// <summary>Actions that bring text in and change nothing.</summary>
    private const string Reads = "reads";

    /// <summary>Actions that change something outside, or carry data out.</summary>
    private const string Effects = "effects";

    /// <summary>Calls of models.</summary>
    private const string Models = "models";

    // What every act says of itself. Cedar has no inheritance of records, so it is repeated in each context.
    private const string Common = """
            "labels": Set<String>,
            "source": String,
            "source_labels": Set<String>,
            "origins": Origins,
            "untyped": Set<String>,
            "untraced": Set<String>,
            "facts": Facts,
            "budgets": Budgets,
            "time": datetime,
        """;

    private const string Head = """
        // Who acts.
        entity Role;
        entity Agent in [Role] = { "owner": String };
        entity Team;
        entity Operator in [Team];

        // On what.
        entity Host;
        entity Url in [Host];
        entity Server;
        entity Tool in [Server];
        entity Provider;
        entity Model in [Provider];
        entity Channel;
        entity Skill in [Channel];
        entity Perimeter;

        // Whose text the arguments are: words of "brief", "trusted", "composed", "untrusted", "nowhere",
        // and "own": a read that tells a source no more than what it said itself.
        // destinations: arguments that say where the act goes; contents: all others; all: both.
        type Origins = { "all": Set<String>, "contents": Set<String>, "destinations": Set<String> };


        """;

    // What an operator is asked to let pass, and who the two are.
    private const string Approving = """
        action "approve" in ["operates"] appliesTo { principal: [Operator], resource: [Agent], context: {
            "owner": String,
            "person": String,
            "started_run": Bool,
            "signed": Bool,
            "uid": Long,
            "policies": Set<String>,
            "labels": Set<String>,
            "class": String,
            "method": String,
            "host": String,
            "time": datetime,
        } };
        action "endorse" in ["operates"] appliesTo { principal: [Operator], resource: [Agent], context: {
            "owner": String,
            "person": String,
            "started_run": Bool,
            "signed": Bool,
            "uid": Long,
            "method": String,
            "host": String,
            "at": String,
            "source": String,
            "time": datetime,
        } };

        """;

    /// <summary>Type of runs' agents.</summary>
    public static EntityTypeName Agent { get; } = EntityTypeName.Parse("Agent");

    /// <summary>Type of roles.</summary>
    public static EntityTypeName Role { get; } = EntityTypeName.Parse("Role");

    /// <summary>Type of hosts.</summary>
    public static EntityTypeName Host { get; } = EntityTypeName.Parse("Host");

    /// <summary>Type of URLs.</summary>
    public static EntityTypeName Url { get; } = EntityTypeName.Parse("Url");

    /// <summary>Type of MCP servers.</summary>
    public static EntityTypeName Server { get; } = EntityTypeName.Parse("Server");

    /// <summary>Type of tools.</summary>
    public static EntityTypeName Tool { get; } = EntityTypeName.Parse("Tool");

    /// <summary>Type of operators.</summary>
    public static EntityTypeName Operator { get; } = EntityTypeName.Parse("Operator");

    /// <summary>Type of teams of operators.</summary>
    public static EntityTypeName Team { get; } = EntityTypeName.Parse("Team");

    private static readonly EntityTypeName ActionType = EntityTypeName.Parse("Action");

    /// <summary>The action of an HTTP request of this class.</summary>
    public static EntityUid ActionOf(ActionClass action, bool isChannel) => action switch
    {
        ActionClass.Read => Read,
        ActionClass.Effect => isChannel ? Connect : Write,
        ActionClass.Model => Prompt,
    };

    /// <summary>The action of a tool.</summary>
    public static EntityUid ActionOf(ToolAction tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return new EntityUid(ActionType, tool.Name);
    }

    /// <summary>The schema as text, in Cedar's human syntax: what <c>sallyport policy schema</c> prints.</summary>
    /// <param name="tools">Every tool of the configuration.</param>
    /// <param name="facts">Declared facts: attribute name and Cedar type, each optional in a context.</param>
    /// <param name="limits">Ids of the configured limits, each an optional budget in a context.</param>
    public static string SchemaText(
        IEnumerable<ToolAction> tools, IEnumerable<KeyValuePair<string, string>> facts, IEnumerable<string> limits)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(facts);
        var text = new StringBuilder(Head);
        text.Append(
            "// What declared extractors found where Cedar cannot look. Each is absent where it was not found.\n"
            + "type Facts = {");
        text.AppendJoin(',', facts.Select(fact => $" {Quote(fact.Key)}?: {fact.Value}"));
        text.Append(" };\n\n");
        text.Append(
            "// What limits have counted in their window, and their most. Each is absent where it does not cover the "
            + "agent.\n"
            + "type Budget = { \"used\": Long, \"max\": Long };\ntype Budgets = {");
        text.AppendJoin(',', limits.Select(id => $" {Quote(id)}?: Budget"));
        text.Append(" };\n\n");
        text.Append(CultureInfo.InvariantCulture, $$"""
            type Http = {
            {{Common}}
                "method": String,
                "host": String,
                "port": Long,
                "path": String,
            };

            action "reads", "effects", "models", "calls";
            action "read" in ["reads"] appliesTo { principal: [Agent], resource: [Url], context: Http };
            action "write" in ["effects"] appliesTo { principal: [Agent], resource: [Url], context: Http };
            action "connect" in ["effects"] appliesTo { principal: [Agent], resource: [Host], context: Http };
            action "prompt" in ["models"] appliesTo { principal: [Agent], resource: [Url], context: Http };

            // What operators do.
            action "operates";

            """);
        text.Append(Operating + Approving);
        foreach (var tool in tools.OrderBy(tool => tool.Name, StringComparer.Ordinal))
        {
            var name = Quote(tool.Name);
            var group = Quote(GroupOf(tool.Class));
            text.Append(CultureInfo.InvariantCulture, $$"""

                action {{name}} in ["calls", {{group}}] appliesTo { principal: [Agent], resource: [Tool], context: {
                {{Common}}
                    "server": String,
                    "tool": String,
                    "args": {{tool.ArgumentsType}},
                } };

                """);
        }

        return text.ToString();
    }

    /// <summary>Every action as an entity with its groups, and every agent and tool in what it belongs to.</summary>
    internal static IEnumerable<Entity> Entities(
        Schema schema, IEnumerable<Agent> agents, IEnumerable<ToolAction> tools) =>
        schema.ActionEntities
            .Concat(agents.Select(agent => new Entity(
                UidOf(agent.Id.Value, Agent),
                Cedar.Values.RecordValue.Create(("owner", Cedar.Values.Value.Of(agent.Owner))),
                [UidOf(agent.Role.Value, Role)])))
            .Concat(tools.Select(tool => new Entity(UidOf(tool.Name, Tool), parents: [UidOf(tool.Server, Server)])));

    /// <summary>Names an entity.</summary>
    internal static EntityUid UidOf(string id, EntityTypeName type) => new(type, id);

    /// <summary>An operator lets a held act pass.</summary>
    internal static EntityUid Approve { get; } = new(ActionType, "approve");

    /// <summary>An operator makes words of an act their own.</summary>
    internal static EntityUid Endorse { get; } = new(ActionType, "endorse");

    private static readonly EntityUid Read = new(ActionType, "read");
    private static readonly EntityUid Write = new(ActionType, "write");
    private static readonly EntityUid Connect = new(ActionType, "connect");
    private static readonly EntityUid Prompt = new(ActionType, "prompt");

    private static string GroupOf(ActionClass action) => action switch
    {
        ActionClass.Read => Reads,
        ActionClass.Effect => Effects,
        ActionClass.Model => Models,
    };

    // An entity uid prints its id as Cedar quotes it.
    private static string Quote(string text) => new EntityUid(ActionType, text).ToString()["Action::".Length..];
}
