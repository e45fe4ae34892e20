using System.Collections.Immutable;
using Sallyport.Decisions;

namespace Sallyport.Perimeter.Cases;

/// <summary>One case as it is written beside the policies: a question, and the answer that it must have.</summary>
/// <param name="File">File name, as messages print it.</param>
/// <param name="Position">Where it begins.</param>
/// <param name="Name">What it says, in words; empty where nothing is written.</param>
/// <param name="Question">What is asked.</param>
/// <param name="Expected">What must come of it.</param>
public sealed record PolicyCase(
    string File, Position Position, string Name, Question Question, TrialVerdict Expected)
{
    /// <summary>The code that the denial must have; null for any.</summary>
    public string? Code { get; init; }

    /// <summary>Policies that must be among those that decide.</summary>
    public ImmutableArray<string> Policies { get; init; } = [];

    /// <summary>Decides it, and compares.</summary>
    public CaseResult Run(Snapshot snapshot) => new(this, Trial.Of(snapshot, Question));
}

/// <summary>What came of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Trial">How it was decided.</param>
public sealed record CaseResult(PolicyCase Case, Trial Trial)
{
    /// <summary>Whether all is as the case says.</summary>
    public bool IsPass => Difference is null;

    /// <summary>What is not as the case says, as one clause; null when all is.</summary>
    public string? Difference
    {
        get
        {
            var code = Trial.Why?.Code;
            if (Trial.Verdict != Case.Expected)
            {
                return $"expected {Word(Case.Expected)}, got {Word(Trial.Verdict)}{(code is null ? "" : $" ({code})")}";
            }

            if (Case.Code is { } expected && expected != code)
            {
                return $"expected the code {expected}, got {code ?? "none: it is allowed"}";
            }

            var missing = Case.Policies.Except(Trial.DecidedBy, StringComparer.Ordinal).ToList();
            return missing.Count == 0
                ? null
                : $"expected {string.Join(", ", missing)} to decide, and it was "
                    + string.Join(", ", Trial.DecidedBy.DefaultIfEmpty("no policy"));
        }
    }

    /// <summary>A verdict as cases write it.</summary>
    public static string Word(TrialVerdict verdict) => verdict switch
    {
        TrialVerdict.Allow => "allow",
        TrialVerdict.Deny => "deny",
        TrialVerdict.Hold => "hold",
    };
}
