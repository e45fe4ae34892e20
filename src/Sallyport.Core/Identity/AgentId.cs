using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Identity;

/// <summary>The one name of an agent, as configuration writes it: <c>research</c>, <c>billing-bot</c>.</summary>
/// <remarks>1 to 63 of <c>a-z 0-9 -</c>, beginning with a letter, ending with a letter or digit: it is a path segment
/// of a SPIFFE ID (SPIFFE-ID 2.2), a file name and a DNS label without escaping anywhere.</remarks>
public sealed record AgentId
{
    private AgentId(string value) => Value = value;

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>The only way in.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AgentId? agent)
    {
        agent = Name.IsValid(text) ? new AgentId(text) : null;
        return agent is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
