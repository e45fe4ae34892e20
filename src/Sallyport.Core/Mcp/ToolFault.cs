namespace Sallyport.Mcp;

/// <summary>The words for a tool that cannot be offered.</summary>
internal static class ToolFault
{
    public const string WithheldMend = "Have the server mend it; until then the tool is withheld";

    public static Fault NoList() => new(
        "tools.malformed",
        "The tool list has no array 'tools', and is no array",
        "Send the result of tools/list (MCP 2025-11-25, Tools), or the array within it");

    public static Fault TooMany(int count) => new(
        "tools.too-many",
        $"The list has {count} tools, more than {ToolList.ToolsMax}",
        "Divide the server, or have it list fewer tools");

    public static Fault Member(string pointer, string wanted) => new(
        "tools.malformed", $"{JsonPointer.Shown(pointer)} is not {wanted}", WithheldMend);

    public static Fault TwoSchemas(string pointer) => new(
        "tools.malformed",
        $"{JsonPointer.Shown(pointer)} has both inputSchema and input_schema",
        "Have the server send inputSchema alone; until then the tool is withheld");

    public static Fault Twice(string pointer, ToolName name) => new(
        "tools.duplicate",
        $"{JsonPointer.Shown(pointer)}: {name} is listed twice",
        "Have the server list each tool once; until then all of that name are withheld");

    public static Fault SchemaTooLarge(string pointer, string bound) => new(
        "tools.schema-too-large",
        $"{JsonPointer.Shown(pointer)} has more than {bound}",
        "Have the server describe the tool with a smaller schema; until then the tool is withheld");

    public static Fault Schema(string pointer, string wanted) => new(
        "tools.schema",
        $"{JsonPointer.Shown(pointer)} is not {wanted} (JSON Schema 2020-12)",
        WithheldMend);

    public static Fault At(string pointer, Fault fault) =>
        fault with { Detail = $"{JsonPointer.Shown(pointer)}: {fault.Detail}" };
}
