using System.Collections.Immutable;
using System.Text.Json;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Identity;
using Sallyport.Mcp;
using static Sallyport.Bench.AgentDojo.SuiteJson;

namespace Sallyport.Bench.AgentDojo;

/// <summary>A tool of a suite as a deployment declares it.</summary>
/// <param name="Definition">Its type, from its input schema.</param>
/// <param name="Action">As policies know it.</param>
/// <param name="IsUntrusted">Whether its results are a stranger's text.</param>
/// <param name="IsDeclared">Whether tools.json says so; else the suite does.</param>
internal sealed record SuiteTool(ToolDefinition Definition, ToolAction Action, bool IsUntrusted, bool IsDeclared);

/// <summary>The tools of a suite under one set of packs: the one configuration of the whole replay.</summary>
internal sealed class ToolSet
{
    private const string Hash = "agentdojo";
    private readonly Dictionary<string, SuiteTool> tools;

    private ToolSet(Dictionary<string, SuiteTool> tools, Snapshot rules) => (this.tools, Rules) = (tools, rules);

    /// <summary>The agent of every run.</summary>
    public static Agent Agent { get; } = new(
        SpiffeId.Of("example.org", AgentId.TryParse("assistant", out var id) ? id : throw new FormatException()),
        RoleName.TryParse("assistant", out var role) ? role : throw new FormatException(),
        "owner");

    /// <summary>The rules.</summary>
    public Snapshot Rules { get; }

    /// <summary>The tools by their own names.</summary>
    public IReadOnlyDictionary<string, SuiteTool> Tools => tools;

    /// <summary>Reads the tools of a suite as a gateway would, and compiles the policies for them.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="packs">Names of policy packs.</param>
    public static ToolSet Of(Suite suite, params string[] packs)
    {
        var list = StrictJson.TryCheck(suite.Tools, JsonBounds.Tools, out var json, out var fault)
            ? ToolList.Read(suite.Name, json)
            : throw new FormatException(fault.Detail);
        var declared = Declared(suite.Name);
        var tools = list.Tools.Select(tool => ToolOf(suite, tool, declared))
            .ToDictionary(tool => tool.Action.Tool, StringComparer.Ordinal);
        var texts = packs.Select(name =>
            PolicyPacks.TryRead(name, out var pack) ? pack : throw new FormatException(name));
        var (rules, mistakes) =
            PolicyCompiler.Compile(texts, [Agent], [.. tools.Values.Select(tool => tool.Action)], []);
        return new ToolSet(
            tools, new Snapshot(Hash, [Agent], [rules ?? throw new FormatException(string.Join('\n', mistakes))]));
    }

    private static SuiteTool ToolOf(Suite suite, ToolDefinition tool, Declaration? declared)
    {
        var name = tool.Name.Tool;
        var isDeclared = declared is not null && (declared.Reads.Contains(name) || declared.Effects.Contains(name));
        var isEffect = isDeclared ? declared!.Effects.Contains(name) : IsEffect(suite, name); // asked above
        return new SuiteTool(
            tool,
            new ToolAction(
                suite.Name, name, isEffect ? ActionClass.Effect : ActionClass.Read, tool.Arguments.ToCedar()),
            isDeclared ? declared!.Untrusted.Contains(name)
                : suite.Vectors.Any(vector => vector.ReadBy.Contains(name, StringComparer.Ordinal)),
            isDeclared);
    }

    // An unknown word is an effect: what nobody has classed may do anything.
    private static bool IsEffect(Suite suite, string name) => suite.Tools.EnumerateArray()
        .Where(tool => Text(tool, "name") == name)
        .All(tool => Text(tool, "effect") != "read");

    private static Declaration? Declared(string suite)
    {
        using var stream = typeof(ToolSet).Assembly.GetManifestResourceStream("AgentDojo.tools.json")
            ?? throw new FormatException("AgentDojo.tools.json is not in the assembly.");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.TryGetProperty(suite, out var lists)
            ? new Declaration(Names(lists, "reads"), Names(lists, "effects"), Names(lists, "untrusted"))
            : null;
    }

    private static ImmutableHashSet<string> Names(JsonElement lists, string name) =>
        [.. Each(lists, name).Select(tool => tool.GetString() ?? "")];

    private sealed record Declaration(
        ImmutableHashSet<string> Reads, ImmutableHashSet<string> Effects, ImmutableHashSet<string> Untrusted);
}
