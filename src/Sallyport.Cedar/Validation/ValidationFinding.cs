using System.Collections.Immutable;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// The kinds of finding. The code of a finding is <c>validation.</c> and the kind in lower case with hyphens.
/// </summary>
public enum ValidationKind
{
    /// <summary>An entity type that the schema does not declare.</summary>
    UnrecognizedEntityType,

    /// <summary>An action that the schema does not declare.</summary>
    UnrecognizedAction,

    /// <summary>An entity of an enumerated type whose id is not among those declared.</summary>
    UndeclaredId,

    /// <summary>No action applies to the principals and resources of the scope.</summary>
    InapplicableScope,

    /// <summary>A value of a type that the operator or function does not take.</summary>
    UnexpectedType,

    /// <summary>
    /// Types that strict mode does not let stand together: in a comparison, a set, or the branches of a conditional.
    /// </summary>
    IncompatibleTypes,

    /// <summary>An attribute that the type does not declare.</summary>
    UnknownAttribute,

    /// <summary>An optional attribute that is used where nothing guarantees that it is there.</summary>
    UnsafeAttribute,

    /// <summary>A tag that is used where nothing guarantees that it is there.</summary>
    UnsafeTag,

    /// <summary>A tag of an entity whose type declares none.</summary>
    NoTags,

    /// <summary>A wrong number of arguments.</summary>
    ArgumentCount,

    /// <summary>A text that is no value of the extension type.</summary>
    ExtensionArgument,

    /// <summary>A constructor of an extension type whose argument is not a literal (strict mode).</summary>
    ComputedExtensionArgument,

    /// <summary>An empty set, whose elements have no type (strict mode).</summary>
    EmptySet,

    /// <summary>The policy can never apply (a warning).</summary>
    ImpossiblePolicy,

    /// <summary>Checking stopped at a limit.</summary>
    LimitExceeded,
}

/// <summary>One finding in a policy or template.</summary>
/// <param name="Policy">The policy or template.</param>
/// <param name="Kind">What kind of finding it is.</param>
/// <param name="Severity">What it means for the set.</param>
/// <param name="Diagnostic">What is wrong, where, and how to mend it.</param>
/// <param name="Environment">The first combination of principal, action and resource in which it was found; null if it
/// is in all.</param>
public sealed record ValidationFinding(
    PolicyId Policy, ValidationKind Kind, ValidationSeverity Severity, Diagnostic Diagnostic,
        RequestEnvironment? Environment)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var where = Environment is null ? "" : $" (for {Environment})";
        return $"policy '{Policy}' {(Severity == ValidationSeverity.Error ? "error" : "warning")} {Diagnostic}{where}";
    }
}

/// <summary>What came of validating a set of policies.</summary>
/// <param name="Findings">Everything found, by policy in the order of the set.</param>
public sealed record ValidationReport(ImmutableArray<ValidationFinding> Findings)
{
    /// <summary>Whether there is no error.</summary>
    public bool IsValid => !Errors.Any();

    /// <summary>What makes the set invalid.</summary>
    public IEnumerable<ValidationFinding> Errors => Findings.Where(f => f.Severity == ValidationSeverity.Error);

    /// <summary>What is worth a look.</summary>
    public IEnumerable<ValidationFinding> Warnings => Findings.Where(f => f.Severity == ValidationSeverity.Warning);

    /// <inheritdoc/>
    public override string ToString() => Findings.IsEmpty ? "valid" : string.Join('\n', Findings);
}

/// <summary>The words for kinds.</summary>
public static class ValidationKinds
{
    /// <summary>The stable code of findings of this kind.</summary>
    public static string Code(this ValidationKind kind) => kind switch
    {
        ValidationKind.UnrecognizedEntityType => "validation.unrecognized-entity-type",
        ValidationKind.UnrecognizedAction => "validation.unrecognized-action",
        ValidationKind.UndeclaredId => "validation.undeclared-id",
        ValidationKind.InapplicableScope => "validation.inapplicable-scope",
        ValidationKind.UnexpectedType => "validation.unexpected-type",
        ValidationKind.IncompatibleTypes => "validation.incompatible-types",
        ValidationKind.UnknownAttribute => "validation.unknown-attribute",
        ValidationKind.UnsafeAttribute => "validation.unsafe-attribute",
        ValidationKind.UnsafeTag => "validation.unsafe-tag",
        ValidationKind.NoTags => "validation.no-tags",
        ValidationKind.ArgumentCount => "validation.argument-count",
        ValidationKind.ExtensionArgument => "validation.extension-argument",
        ValidationKind.ComputedExtensionArgument => "validation.computed-extension-argument",
        ValidationKind.EmptySet => "validation.empty-set",
        ValidationKind.ImpossiblePolicy => "validation.impossible-policy",
        ValidationKind.LimitExceeded => "validation.limit-exceeded",
    };
}
