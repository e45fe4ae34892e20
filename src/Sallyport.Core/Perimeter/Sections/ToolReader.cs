using System.Globalization;
using System.Text;
using Sallyport.Decisions;
using Sallyport.Flow;
using Sallyport.Mcp;
using static Sallyport.Perimeter.Spelling;

namespace Sallyport.Perimeter;

/// <summary>Reads <c>tools</c>: what each server lists, as it was reviewed, and what calling each tool is.</summary>
/// <remarks>What a tool says of itself is never believed: its class, the labels of its result and where its arguments
/// send it are the configuration's word, and without one it is an effect whose result is untrusted.</remarks>
internal sealed class ToolReader(Findings findings, ReadReferencedFile readFile)
{
    private const string Extension = ".json";

    private readonly List<ToolRule> tools = [];

    /// <summary>Every tool of every server.</summary>
    public IReadOnlyList<ToolRule> Read(ConfigNode? node)
    {
        foreach (var (key, value) in Section.Named(node, "tools", findings))
        {
            ReadServer(key, value);
        }

        return tools;
    }

    private void ReadServer(ConfigNode.Scalar key, ConfigNode value)
    {
        var name = $"server {Quote(key.Text)}";
        if (!ToolName.IsServer(key.Text))
        {
            findings.Add(
                key.Position,
                $"The server name {Quote(key.Text)} is not a name",
                $"Write 1 to {ToolName.ServerLengthMax} of A-Z, a-z, 0-9, '-' and single '_' within it");
            return;
        }

        if (Section.Of(value, name, findings, "list", "default", "tools") is not { } section)
        {
            return;
        }

        var usual = Section.OneOf(section.Optional("default"), "default", ActionClass.Effect, findings);
        var named = Section.Named(section.Optional("tools"), $"tools of {name}", findings).ToList();
        if (section.Required("list", $"tools/{key.Text}{Extension}") is not { } file
            || ReadList(key.Text, file) is not { } list)
        {
            return;
        }

        var known = list.Tools.ToDictionary(tool => tool.Name.Tool, StringComparer.Ordinal);
        foreach (var (tool, settings) in named)
        {
            if (known.Remove(tool.Text, out var definition))
            {
                ReadTool(tool, settings, definition, usual);
            }
            else
            {
                findings.Add(
                    tool.Position,
                    $"{name} has no tool {Quote(tool.Text)}",
                    Mend(tool.Text, [.. list.Tools.Select(listed => listed.Name.Tool)]));
            }
        }

        // Nobody has looked at these: they are what the server's default says, and their results are a stranger's text.
        foreach (var definition in list.Tools.Where(tool => known.ContainsKey(tool.Name.Tool)))
        {
            tools.Add(new ToolRule(definition, usual, LabelSet.Untrusted, [], Place(key, definition.Name)));
        }
    }

    private void ReadTool(ConfigNode.Scalar key, ConfigNode settings, ToolDefinition definition, ActionClass usual)
    {
        var name = $"tool {Quote(definition.Name.ToString())}";
        if (Section.Of(settings, name, findings, "class", "labels", "destinations") is not { } section)
        {
            return;
        }

        var labels = section.Optional("labels");
        tools.Add(new ToolRule(
            definition,
            Section.OneOf(section.Optional("class"), "class", usual, findings),
            labels is null ? LabelSet.Untrusted : LabelReader.Read(labels, name, findings),
            [.. Destinations(section.Optional("destinations"), name, definition.Arguments)],
            Place(key, definition.Name)));
    }

    private IEnumerable<FactPath> Destinations(ConfigNode? node, string name, ArgumentType.Record arguments)
    {
        foreach (var item in Section.Items(node, $"destinations of {name}", findings))
        {
            if (Section.Text(item, $"A destination of {name}", findings) is not { } text)
            {
                continue;
            }

            var isPath = FactPath.TryParse(text, out var path);
            path = isPath ? path : FactPath.OfArgument(text);
            if (path?.Head is not { } head
                || (head != "*" && !arguments.Attributes.Any(argument => argument.Name == head)))
            {
                findings.Add(
                    item.Position,
                    $"{name} has no argument {Quote(path?.Head ?? text)}",
                    Mend(path?.Head ?? text, [.. arguments.Attributes.Select(argument => argument.Name)]));
                continue;
            }

            yield return path;
        }
    }

    // Null with a mistake; a list of which one tool is wrong is wrong as a whole, as any file of a configuration is.
    private ToolList? ReadList(string server, ConfigNode node)
    {
        if (Section.Text(node, "list", findings) is not { } path)
        {
            return null;
        }

        if (!path.EndsWith(Extension, StringComparison.Ordinal))
        {
            findings.Add(
                node.Position, $"The file {Quote(path)} does not end in {Extension}",
                "Name a file with what the server answers to tools/list");
            return null;
        }

        readFile(path, out var text, out var fault);
        if (text is null)
        {
            findings.Add(
                node.Position,
                fault?.Detail ?? $"The file {Quote(path)} cannot be read",
                fault?.Mend ?? "Put it there");
            return null;
        }

        var utf8 = Encoding.UTF8.GetBytes(text);
        var list = ToolList.Read(server, utf8);
        foreach (var flaw in list.Faults)
        {
            Tell(path, utf8, flaw);
        }

        return list.Faults.IsEmpty ? list : null;
    }

    // The words of a fault hold the JSON pointer that it is about, in one piece or in two ("/tools/2/inputSchema:
    // /properties/a"); here people want the line.
    private void Tell(string path, byte[] utf8, Fault flaw)
    {
        var pointer = string.Concat(flaw.Detail.Split(' ').SkipWhile(word => !word.StartsWith('/'))
            .TakeWhile(word => word.StartsWith('/')).Select(word => word.TrimEnd(':', ',')));
        var (line, column) = JsonPlace.Of(utf8, pointer);
        findings.AddIn(
            path, new Position(line, column), flaw.Detail.TrimEnd('.'),
            pointer.Length > 0 ? "Have the server mend it, or take the tool out of the file" : flaw.Mend,
            isWarning: false);
    }

    private RuleReference Place(ConfigNode.Scalar key, ToolName name) => new(
        string.Create(CultureInfo.InvariantCulture, $"{findings.File}:{key.Position.Line}"), name.ToString());
}
