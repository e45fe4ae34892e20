using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Evaluation;

/// <summary>Why an expression has no value.</summary>
public enum EvaluationErrorKind
{
    /// <summary>An operand is of the wrong kind.</summary>
    Type,

    /// <summary>The entity whose attribute or tag is asked for is not in the store.</summary>
    EntityMissing,

    /// <summary>The record or entity has no such attribute.</summary>
    AttributeMissing,

    /// <summary>The entity has no such tag.</summary>
    TagMissing,

    /// <summary>A result is beyond 64 bits.</summary>
    Overflow,

    /// <summary>A text from which an extension value should be made is malformed.</summary>
    ExtensionText,

    /// <summary>An extension function has too few or too many arguments.</summary>
    ArgumentCount,

    /// <summary>A set or record would be nested deeper than <see cref="Value.DepthMax"/>.</summary>
    Nesting,
}

/// <summary>An error of evaluation. The policy in which it happened counts as not satisfied.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Message">A sentence with the values that caused it.</param>
/// <param name="Span">The expression that failed, in the text of its policy.</param>
public sealed record EvaluationError(EvaluationErrorKind Kind, string Message, SourceSpan Span)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}

/// <summary>An error as the evaluator notes it: no text is made until someone asks for it.</summary>
/// <param name="Kind">Why.</param>
/// <param name="At">The expression that failed.</param>
/// <param name="Subject">The value that caused it.</param>
/// <param name="Detail">The expected kind, or the name of the attribute or tag.</param>
internal readonly record struct EvaluationFault(EvaluationErrorKind Kind, Expr At, Value Subject, string? Detail)
{
    public EvaluationError ToError() => new(Kind, Describe(), At.Span);

    private string Describe() => Kind switch
    {
        EvaluationErrorKind.Type => $"Expected {Detail}, got {Article(Subject.Kind.Name())}, in {Shorten(At)}.",
        EvaluationErrorKind.EntityMissing => $"The entity {Subject} does not exist, so it has no '{Detail}'.",
        EvaluationErrorKind.AttributeMissing when Subject.Reference is EntityUid =>
            $"The entity {Subject} has no attribute '{Detail}'.",
        EvaluationErrorKind.AttributeMissing => $"The record has no attribute '{Detail}', in {Shorten(At)}.",
        EvaluationErrorKind.TagMissing => $"The entity {Subject} has no tag '{Detail}'.",
        EvaluationErrorKind.Overflow => $"The result of {Shorten(At)} is beyond 64 bits.",
        EvaluationErrorKind.ExtensionText => $"{Subject} is no {Detail}.",
        EvaluationErrorKind.ArgumentCount => $"Wrong number of arguments in {Shorten(At)}.",
        EvaluationErrorKind.Nesting => $"The value of {Shorten(At)} is nested too deeply.",
    };

    private static string Article(string noun) => noun[0] is 'e' or 'i' ? $"an {noun}" : $"a {noun}";

    private static string Shorten(Expr expr)
    {
        var text = expr.ToString();
        return text.Length <= 120 ? text : $"{text.AsSpan(0, 117)}...";
    }
}
