using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Mcp;

/// <summary>
/// A tool under its one name in Sallyport: <c>server__tool</c>. The name is a server's claim, so it is never cleaned
/// up: it has the form, or the tool is refused.
/// </summary>
/// <remarks>
/// The tool's part is of A-Z, a-z, 0-9, '_', '-' and '.' (MCP 2025-11-25, Tools, "Tool Names"), and case counts. The
/// server's part has no two underscores in a row and none at its end: so the first <c>__</c> always divides, and no two
/// pairs share a name.
/// </remarks>
public sealed record ToolName
{
    /// <summary>Longest name of a server, in characters.</summary>
    public const int ServerLengthMax = 63;

    /// <summary>Longest name, both parts and what is between, in characters (MCP 2025-11-25, "Tool Names").</summary>
    public const int LengthMax = 128;

    /// <summary>What stands between the parts.</summary>
    public const string Separator = "__";

    private ToolName(string server, string tool) => (Server, Tool) = (server, tool);

    /// <summary>The server, as the configuration names it.</summary>
    public string Server { get; }

    /// <summary>The tool, as its server names it.</summary>
    public string Tool { get; }

    /// <summary>Joins two parts.</summary>
    public static bool TryJoin(
        string server,
        string tool,
        [NotNullWhen(true)] out ToolName? name,
        [NotNullWhen(false)] out Fault? fault)
    {
        fault = !IsServer(server) ? new Fault(
                "tools.server-name",
                $"The server's name '{Egress.Excerpt.Of(server)}' is not 1 to {ServerLengthMax} of A-Z, a-z, 0-9, '-' "
                    + "and single '_' within it",
                "Rename the server in the configuration")
            : tool.Length == 0 || !tool.All(IsToolCharacter) ? new Fault(
                "tools.name",
                $"The tool's name '{Egress.Excerpt.Of(tool)}' is not of A-Z, a-z, 0-9, '_', '-' and '.' "
                    + "(MCP 2025-11-25, Tool Names)",
                "Have the server rename it; until then the tool is withheld")
            : server.Length + Separator.Length + tool.Length > LengthMax ? new Fault(
                "tools.name",
                $"'{Egress.Excerpt.Of($"{server}{Separator}{tool}")}' has more than {LengthMax} characters",
                "Give the server a shorter name in the configuration")
            : null;
        name = fault is null ? new ToolName(server, tool) : null;
        return fault is null;
    }

    /// <summary>Reads <c>server__tool</c>.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out ToolName? name, [NotNullWhen(false)] out Fault? fault)
    {
        var at = text.IndexOf(Separator, StringComparison.Ordinal);
        if (at >= 0)
        {
            return TryJoin(text[..at], text[(at + Separator.Length)..], out name, out fault);
        }

        name = null;
        fault = new Fault(
            "tools.name",
            $"'{Egress.Excerpt.Of(text)}' is no server__tool",
            "Put the server's name before it, with '__'");
        return false;
    }

    /// <summary>Whether a configured server may have the name.</summary>
    public static bool IsServer(string text) =>
        text.Length is > 0 and <= ServerLengthMax
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && !text.Contains(Separator, StringComparison.Ordinal)
        && text[^1] != '_';

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Server, Separator, Tool);

    private static bool IsToolCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}
