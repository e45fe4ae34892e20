using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Decisions;
using Sallyport.Flow;

namespace Sallyport.Mcp;

/// <summary>One tool as a person has reviewed it: what it is, what calling it is, and what its result brings.</summary>
/// <param name="Definition">What its server said of it at review.</param>
/// <param name="Class">What calling it is; never what the tool says of itself.</param>
/// <param name="Labels">What joins the label set of a run that is given its result.</param>
/// <param name="Destinations">Places of arguments that say where the call goes, beside those that
/// <see cref="Decisions.Destinations"/> knows by name: JSON pointers, <c>*</c> for any one step.</param>
/// <param name="Rule">Where it is written: the tool's own line, or that of its server.</param>
public sealed record ToolRule(
    ToolDefinition Definition,
    ActionClass Class,
    LabelSet Labels,
    ImmutableArray<FactPath> Destinations,
    RuleReference Rule)
{
    /// <summary>Its one name: <c>server__tool</c>.</summary>
    public ToolName Name => Definition.Name;

    /// <summary>The tool as policies know it.</summary>
    public ToolAction Action { get; } = new(
        Definition.Name.Server, Definition.Name.Tool, Class, Definition.Arguments.ToCedar());

    /// <summary>Its server as a source of text.</summary>
    public Source Source { get; } = new(Definition.Name.Server, Labels);

    /// <summary>Whether an argument says where the call goes, by its name or by configuration.</summary>
    /// <param name="place">JSON pointer of the argument, or of anything below it.</param>
    public bool IsDestination(string place) =>
        Decisions.Destinations.IsNamed(place) || Destinations.Any(path => path.Covers(place));
}

/// <summary>Every reviewed tool and every declared fact: the Mcp room's part of a snapshot.</summary>
public sealed class ToolRules
{
    private readonly FrozenDictionary<string, ToolRule> tools;

    /// <summary>Tools of distinct names, and the facts that are taken out of their calls.</summary>
    public ToolRules(IEnumerable<ToolRule> tools, FactExtractors facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        this.tools = tools.ToFrozenDictionary(tool => tool.Name.ToString(), StringComparer.Ordinal);
        Facts = facts;
    }

    /// <summary>No tool at all.</summary>
    public static ToolRules None { get; } = new([], FactExtractors.None);

    /// <summary>Every declared fact.</summary>
    public FactExtractors Facts { get; }

    /// <summary>Every tool, in ordinal order of names.</summary>
    public IEnumerable<ToolRule> Tools => tools.Values.OrderBy(tool => tool.Name.ToString(), StringComparer.Ordinal);

    /// <summary>The tool of this name; one that nobody has reviewed is not there.</summary>
    public bool TryFind(ToolName name, [NotNullWhen(true)] out ToolRule? tool)
    {
        ArgumentNullException.ThrowIfNull(name);
        return tools.TryGetValue(name.ToString(), out tool);
    }

    /// <summary>The tool of a server; one that nobody has reviewed is not there.</summary>
    public bool TryFind(string server, string tool, [NotNullWhen(true)] out ToolRule? found)
    {
        found = null;
        return ToolName.TryJoin(server, tool, out var name, out _) && TryFind(name, out found);
    }

    /// <summary>One call in the words of policies: its arguments, and what the facts find in them.</summary>
    public ToolCall CallOf(ToolRule tool, ToolArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(arguments);
        var facts = Facts.Extract(tool.Name, arguments.Json);
        return new ToolCall(
            tool.Action, arguments.Record, facts.Record,
            [.. arguments.Untyped.Concat(facts.Untyped).Order(StringComparer.Ordinal)]);
    }
}
