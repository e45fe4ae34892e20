using System.Collections.Immutable;
using System.IO.Enumeration;

namespace Sallyport.Flow;

/// <summary>What an instruction file is to the program that reads it.</summary>
public enum InstructionKind
{
    /// <summary>Words that it follows.</summary>
    Instructions,

    /// <summary>What it remembers, and reads again when it starts.</summary>
    Memory,

    /// <summary>Commands that it, or a tool beside it, executes.</summary>
    Hooks,

    /// <summary>Tools, servers and settings that it takes up.</summary>
    Tools,
}

/// <summary>A file by which a program is told what to do.</summary>
/// <param name="Program">The program; <c>generic</c> where several read it, or a tool beside them does.</param>
/// <param name="Kind">What it is to that program.</param>
/// <param name="Pattern">The last segments of its path, in any folder. The first is a name; in the others <c>*</c>
/// stands for characters of a segment, and <c>**</c> at the end for everything below.</param>
public sealed record InstructionFile(string Program, InstructionKind Kind, string Pattern)
{
    private const string Below = "**";

    private readonly ImmutableArray<string> segments = [.. Pattern.ToLowerInvariant().Split('/')];

    /// <summary>Its first segment, as paths are folded.</summary>
    internal string Head => segments[0];

    /// <summary>Whether the rest of a path is named, from a segment on that is its first.</summary>
    /// <param name="path">Folded segments.</param>
    internal bool Names(ReadOnlySpan<string> path)
    {
        var isBelow = segments[^1] == Below;
        var named = isBelow ? segments.AsSpan()[..^1] : segments.AsSpan();
        if (isBelow ? path.Length <= named.Length : path.Length != named.Length)
        {
            return false;
        }

        for (var at = 1; at < named.Length; at++)
        {
            if (!FileSystemName.MatchesSimpleExpression(named[at], path[at], ignoreCase: false))
            {
                return false;
            }
        }

        return true;
    }
}
