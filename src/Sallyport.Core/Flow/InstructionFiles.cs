using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Sallyport.Flow.Origins;

namespace Sallyport.Flow;

/// <summary>
/// Files by which agent programs are told what to do. Who writes one steers every later run that begins with it: so to
/// a run they are there to be read, and what it writes to one is a proposal to a person.
/// </summary>
/// <remarks>
/// A rule of names, pure. Names that any file system takes for the same are the same here: whatever their case, their
/// Unicode form and width, invisible characters, dots and blanks at the end, a stream after a colon, a backslash for a
/// slash. Two names too many are the same that way, never one too few. What a link leads to is not in a name: ask of
/// the path as it is written and of the path that it leads to. The list for people is in
/// docs/reference/instruction-files.md.
/// </remarks>
public static class InstructionFiles
{
    /// <summary>How places name them (<see cref="PlaceMap"/>): no source has such a name.</summary>
    public const string Place = "file:";

    /// <summary>A longer path of a place stands for the last folder above it that is not.</summary>
    public const int PlaceMax = 1024;

    private static readonly char[] Slashes = ['/', '\\'];

    /// <summary>Every one that is known.</summary>
    public static ImmutableArray<InstructionFile> All { get; } =
    [
        .. Of("claude-code", InstructionKind.Instructions, "CLAUDE.md", "CLAUDE.local.md", ".claude/CLAUDE.md",
            ".claude/commands/**", ".claude/agents/**", ".claude/skills/**", ".claude/rules/**",
            ".claude/output-styles/**"),
        .. Of("claude-code", InstructionKind.Memory, ".claude/projects/*/memory/**", ".claude/agent-memory/**"),
        .. Of("claude-code", InstructionKind.Hooks, ".claude/settings.json", ".claude/settings.local.json",
            ".claude/hooks/**"),
        .. Of("claude-code", InstructionKind.Tools, ".mcp.json", ".claude/plugins/**"),
        .. Of("codex", InstructionKind.Instructions, "AGENTS.md", "AGENTS.override.md", ".codex/prompts/**",
            ".codex/skills/**", ".codex/rules/**"),
        .. Of("codex", InstructionKind.Tools, ".codex/config.toml"),
        .. Of("cursor", InstructionKind.Instructions, ".cursorrules", ".cursor/rules/**", ".cursor/commands/**"),
        .. Of("cursor", InstructionKind.Hooks, ".cursor/hooks.json", ".cursor/hooks/**"),
        .. Of("cursor", InstructionKind.Tools, ".cursor/mcp.json"),
        .. Of("gemini", InstructionKind.Instructions, "GEMINI.md", ".gemini/commands/**"),
        .. Of("gemini", InstructionKind.Tools, ".gemini/settings.json", ".gemini/extensions/**"),
        .. Of("openclaw", InstructionKind.Instructions, "SOUL.md", "IDENTITY.md", "USER.md", "TOOLS.md", "HEARTBEAT.md",
            "BOOT.md", "BOOTSTRAP.md"),
        .. Of("openclaw", InstructionKind.Memory, "MEMORY.md", "memory/*.md"),
        .. Of("openclaw", InstructionKind.Hooks, ".openclaw/hooks/**"),
        .. Of("openclaw", InstructionKind.Tools, ".openclaw/openclaw.json", ".openclaw/skills/**",
            ".openclaw/extensions/**", ".openclaw/cron/jobs.json"),
        .. Of("copilot", InstructionKind.Instructions, ".github/copilot-instructions.md", ".github/instructions/**",
            ".github/prompts/**", ".github/agents/**"),
        .. Of("windsurf", InstructionKind.Instructions, ".windsurfrules", ".windsurf/rules/**"),
        .. Of("cline", InstructionKind.Instructions, ".clinerules", ".clinerules/**"),
        .. Of("opencode", InstructionKind.Tools, "opencode.json", ".opencode/**"),
        .. Of("aider", InstructionKind.Tools, ".aider.conf.yml"),
        .. Of("goose", InstructionKind.Instructions, ".goosehints"),
        .. Of("generic", InstructionKind.Instructions, "SKILL.md", ".agents/**"),
        .. Of("generic", InstructionKind.Hooks, ".git/hooks/**", ".git/config", ".husky/**", ".pre-commit-config.yaml",
            ".envrc", ".vscode/tasks.json", ".bashrc", ".bash_profile", ".profile", ".zshrc", ".zshenv", ".zprofile"),
        .. Of("generic", InstructionKind.Tools, ".vscode/settings.json", ".vscode/mcp.json"),
    ];

    private static readonly FrozenDictionary<string, ImmutableArray<InstructionFile>> ByHead = All
        .GroupBy(file => file.Head, StringComparer.Ordinal)
        .ToFrozenDictionary(head => head.Key, head => head.ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>The one that a path names, the outermost; null where a run may write.</summary>
    /// <param name="path">A path; <c>.</c> and <c>..</c> are resolved by name alone, whatever is there.</param>
    public static InstructionFile? Find(string path)
    {
        ReadOnlySpan<string> segments = Segments(path);
        for (var at = 0; at < segments.Length; at++)
        {
            foreach (var file in ByHead.GetValueOrDefault(segments[at], []))
            {
                if (file.Names(segments[at..]))
                {
                    return file;
                }
            }
        }

        return null;
    }

    /// <summary>Whether some of them are kept in folders of this name.</summary>
    public static bool IsFolder(string name) => Segments(name) is [var one] && ByHead.ContainsKey(one);

    /// <summary>The one form of a full path by which what was written there is found again. It can be typed.</summary>
    public static string PlaceOf(string path)
    {
        var place = $"/{string.Join('/', Segments(path))}";
        return place.Length <= PlaceMax ? place : place[..Math.Max(1, place.LastIndexOf('/', PlaceMax))];
    }

    private static string[] Segments(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var segments = new List<string>();
        foreach (var segment in path.Split(Slashes))
        {
            if (segment == "..")
            {
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(Fold(segment));
            }
        }

        return [.. segments];
    }

    private static string Fold(string segment)
    {
        var folded = segment.All(char.IsAscii) ? segment.ToLowerInvariant() : FoldRunes(segment);
        var name = (folded.IndexOf(':') is var colon and > 0 ? folded[..colon] : folded).TrimEnd('.', ' ');
        return name.Length == 0 ? "_"
            : name.Any(char.IsControl) ? string.Concat(name.Select(one => char.IsControl(one) ? '_' : one))
            : name;
    }

    private static string FoldRunes(string segment)
    {
        var folded = new StringBuilder(segment.Length);
        Span<byte> hangul = stackalloc byte[9]; // three letters of three bytes
        foreach (var rune in segment.EnumerateRunes())
        {
            if (Folding.TryFold(rune.Value, hangul, out var text))
            {
                folded.Append(Encoding.UTF8.GetString(text));
            }
            else
            {
                folded.Append(rune.IsAscii ? Rune.ToLowerInvariant(rune) : rune);
            }
        }

        return folded.ToString();
    }

    private static IEnumerable<InstructionFile> Of(string program, InstructionKind kind, params string[] patterns) =>
        patterns.Select(pattern => new InstructionFile(program, kind, pattern));
}
