using System.Text.Json;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Mcp.Tests;

// Tools and recorded calls of a public benchmark, where they are there: what servers really send.
public sealed class AgentDojoToolsTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_tool_has_a_type_and_every_recorded_call_conforms_to_it()
    {
        var folder = Path.Combine(Folder() ?? "", "agentdojo");
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        Assert.SkipWhen(
            files.Length == 0,
            "agentdojo/*.json is not there [needs shared data]: set SALLYPORT_DATA to the folder that holds it.");
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var suite = Path.GetFileNameWithoutExtension(file);
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var tried = document.RootElement.GetProperty("tools");
            Assert.True(StrictJson.TryCheck(tried, JsonBounds.Tools, out var json, out var fault), $"{fault}");
            var list = ToolList.Read(suite, json);
            Assert.True(list.Faults.IsEmpty, string.Join('\n', list.Faults));
            Assert.Equal(json.Root.GetArrayLength(), list.Tools.Length);
            var tools = list.Tools.ToDictionary(
                tool => tool.Name.Tool, tool => (Tool: tool, Cedar: Texts.Cedar(tool)), StringComparer.Ordinal);
            var (calls, untyped) = Convert(document.RootElement, tools);
            Assert.True(calls > 0);
            output.WriteLine(
                $"{suite}: {tools.Count} tools, {list.Tools.Sum(tool => tool.Untyped.Length)} untyped in schemas; "
                + $"{calls} calls, {untyped.Count} untyped pointers in them");
            foreach (var part in list.Tools.SelectMany(tool => tool.Untyped.Select(u => $"{tool.Name} {u}"))
                .Concat(untyped))
            {
                output.WriteLine($"  {part}");
            }
        }
    }

    private static (int Calls, List<string> Untyped) Convert(
        JsonElement suite, Dictionary<string, (ToolDefinition Tool, Schema Cedar)> tools)
    {
        var calls = 0;
        var untyped = new List<string>();
        foreach (var call in suite.GetProperty("user_tasks").EnumerateArray()
            .Concat(suite.GetProperty("injection_tasks").EnumerateArray())
            .SelectMany(task => task.GetProperty("ground_truth_calls").EnumerateArray()))
        {
            var (tool, cedar) = tools[call.GetProperty("tool").GetString() ?? ""];
            var arguments = Texts.Arguments(tool, call.GetProperty("args").GetRawText());
            Texts.Conforms(cedar, tool, arguments);
            untyped.AddRange(arguments.Untyped.Select(pointer => $"call of {tool.Name} {pointer}"));
            calls++;
        }

        return (calls, untyped);
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("SALLYPORT_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sallyport.slnx")))
        {
            folder = folder.Parent;
        }

        return folder is null ? null : Path.Combine(folder.FullName, "..", "shared", "data");
    }
}
