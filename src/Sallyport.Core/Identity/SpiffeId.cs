using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Identity;

/// <summary>The name of an agent outside this node: <c>spiffe://example.org/agent/research</c> (SPIFFE-ID, 2).</summary>
public sealed record SpiffeId
{
    private const string Prefix = "spiffe://";
    private const string AgentPath = "/agent/";

    private SpiffeId(string trustDomain, AgentId agent) => (TrustDomain, Agent) = (trustDomain, agent);

    /// <summary>The organisation's trust domain.</summary>
    public string TrustDomain { get; }

    /// <summary>The agent.</summary>
    public AgentId Agent { get; }

    /// <summary>The name of an agent of an organisation.</summary>
    /// <param name="trustDomain">1 to 255 of <c>a-z 0-9 . - _</c> (SPIFFE-ID, 2.1), as configuration has checked it.</param>
    /// <param name="agent">The agent.</param>
    /// <exception cref="ArgumentException">The trust domain has another form.</exception>
    public static SpiffeId Of(string trustDomain, AgentId agent) => IsTrustDomain(trustDomain)
        ? new SpiffeId(trustDomain, agent)
        : throw new ArgumentException($"'{trustDomain}' is not a trust domain.", nameof(trustDomain));

    /// <summary>Parses the name of an agent. Other paths, ports, user info, queries and upper case are refused (SPIFFE-ID, 2.3).</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = text[Prefix.Length..];
        var path = rest.IndexOf('/', StringComparison.Ordinal);
        if (path < 0 || !IsTrustDomain(rest[..path]) || !rest.AsSpan(path).StartsWith(AgentPath, StringComparison.Ordinal)
            || !AgentId.TryParse(rest[(path + AgentPath.Length)..], out var agent))
        {
            return false;
        }

        id = new SpiffeId(rest[..path], agent);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Prefix}{TrustDomain}{AgentPath}{Agent}";

    private static bool IsTrustDomain(string text) =>
        text.Length is > 0 and <= 255
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');
}
