using System.Collections.Immutable;
using Sallyport.Cedar.Values;

namespace Sallyport.Decisions;

/// <summary>A tool as the policies know it: an action of its own, and an entity in its server.</summary>
/// <param name="Server">Name of the server, as configuration gives it.</param>
/// <param name="Tool">The tool's own name.</param>
/// <param name="Class">What calling it is, by reviewed configuration.</param>
/// <param name="ArgumentsType">Its arguments as a Cedar record type: <c>{ "recipient"?: String, "amount": decimal
/// }</c>.</param>
public sealed record ToolAction(string Server, string Tool, ActionClass Class, string ArgumentsType)
{
    /// <summary>Its name among all tools, and the id of its action: <c>mail__send</c>.</summary>
    public string Name => string.Concat(Server, "__", Tool);

    /// <summary>
    /// JSON pointers of arguments that say where the act goes, by reviewed configuration; each covers what is below it.
    /// </summary>
    public ImmutableArray<string> Destinations { get; init; } = [];
}

/// <summary>One call of a tool, with its arguments as the policies see them.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">The arguments that Cedar can express; conforms to
/// <see cref="ToolAction.ArgumentsType"/>.</param>
/// <param name="Facts">What the declared extractors found.</param>
/// <param name="Untyped">JSON pointers of what Cedar cannot express, in ordinal order.</param>
public sealed record ToolCall(
    ToolAction Tool, RecordValue Arguments, RecordValue Facts, ImmutableArray<string> Untyped);
