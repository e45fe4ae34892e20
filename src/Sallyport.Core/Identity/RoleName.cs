using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Identity;

/// <summary>The name of a role: a narrow set of permissions that several agents may have. Same form as <see cref="AgentId"/>.</summary>
public sealed record RoleName
{
    private RoleName(string value) => Value = value;

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>The only way in.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RoleName? role)
    {
        role = Name.IsValid(text) ? new RoleName(text) : null;
        return role is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
