using System.Collections.Immutable;
using Sallyport.Decisions.Operators;
using Sallyport.Identity;

namespace Sallyport.Console;

/// <summary>One act of an operator, before it is known who asks.</summary>
/// <param name="Action">What policies are asked.</param>
/// <param name="Act">Its word in challenges and refusals.</param>
/// <param name="What">On what exactly.</param>
/// <param name="Over">The state that it replaces.</param>
internal sealed record OperatorDeed(OperatorAction Action, string Act, string What, string Over)
{
    /// <summary>The agent that it is about; null where it is about the perimeter.</summary>
    public AgentId? Agent { get; init; }

    /// <summary>What else policies are told.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Words { get; init; } = [];
}
