using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Collects the findings of one policy; what is found again in another request environment counts once.
/// </summary>
internal sealed class Findings(PolicyId policy, PolicyBody body, StepBudget budget)
{
    // A policy with more mistakes than this is not shown more of them.
    private const int CountMax = 100;

    // What a message costs, in steps: types are written out in it.
    private const int MessageSteps = 100;

    private const int CandidateSteps = 20;

    private readonly HashSet<(ValidationKind, SourceSpan, string)> _seen = [];

    public List<ValidationFinding> All { get; } = [];

    /// <summary>Where the type checker is; null outside of it.</summary>
    public RequestEnvironment? Environment { get; set; }

    public void Error(ValidationKind kind, SourceSpan span, string message, string mend) =>
        Add(kind, ValidationSeverity.Error, span, message, () => mend);

    /// <summary>A finding whose mend is costly: it is made only if the finding is new.</summary>
    public void Error(ValidationKind kind, SourceSpan span, string message, Func<string> mend) =>
        Add(kind, ValidationSeverity.Error, span, message, mend);

    public void Add(ValidationKind kind, ValidationSeverity severity, SourceSpan span, string message,
        Func<string> mend)
    {
        budget.TrySpend(MessageSteps);
        if (All.Count < CountMax && _seen.Add((kind, span, message)))
        {
            All.Add(new ValidationFinding(
                policy, kind, severity, new Diagnostic(kind.Code(), message, mend(), span, body.PositionOf(span)),
                    Environment));
        }
    }

    /// <summary>The candidate that was perhaps meant, or null.</summary>
    public string? Nearest(string name, IEnumerable<string> candidates) =>
        NearestName.Find(name, candidates.TakeWhile(_ => budget.TrySpend(CandidateSteps)));
}
