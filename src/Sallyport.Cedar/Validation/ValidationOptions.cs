namespace Sallyport.Cedar.Validation;

/// <summary>How much the type checker asks of policies.</summary>
public enum ValidationMode
{
    /// <summary>
    /// The specification's mode: every expression has one type, sets are of one kind, comparisons are of one kind.
    /// </summary>
    Strict,

    /// <summary>
    /// Only what can fail when it is evaluated is a mistake: different types may be compared and mixed, empty sets and
    /// computed arguments of extension functions may be written.
    /// </summary>
    Permissive,
}

/// <summary>What a finding means for the set of policies.</summary>
public enum ValidationSeverity
{
    /// <summary>Worth a look; the set is valid.</summary>
    Warning,

    /// <summary>The set is not valid.</summary>
    Error,
}

/// <summary>What is asked of policies.</summary>
public sealed record ValidationOptions
{
    /// <summary>Strict mode, as the official corpus asks for.</summary>
    public static ValidationOptions Default { get; } = new();

    /// <summary>The mode.</summary>
    public ValidationMode Mode { get; init; } = ValidationMode.Strict;

    /// <summary>
    /// What a scope means that no request fits, whatever its action. The official corpus has it as an error; Cedar
    /// 4.13 made it a warning.
    /// </summary>
    public ValidationSeverity InapplicableScope { get; init; } = ValidationSeverity.Error;

    /// <summary>What the policies may ask for.</summary>
    public CedarLimits Limits { get; init; } = CedarLimits.Default;
}
