using Sallyport.Cedar.Explaining;
using Sallyport.Cedar.Policies;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Verbs;

/// <summary>A decision and its reasons as lines for people.</summary>
internal static class TrialLines
{
    /// <summary>Who, what, which rule and policy, why, and the smallest change that would turn it around.</summary>
    /// <param name="snapshot">The rules that decided.</param>
    /// <param name="trial">The decision.</param>
    /// <param name="isWhole">Whether every policy that was near is shown, clause by clause.</param>
    public static IEnumerable<string> Of(Snapshot snapshot, Trial trial, bool isWhole)
    {
        var facts = trial.Facts;
        var why = trial.Why;
        var code = why is null ? "" : $"  ({why.Code})";
        yield return $"{CaseResult.Word(trial.Verdict),-5} {facts.Agent} {facts.Method} {facts.Target}{code}";
        foreach (var line in About(facts))
        {
            yield return $"  {line}";
        }

        if (why is not null)
        {
            yield return $"  why: {why.Detail}";
            yield return $"  mend: {why.Mend}";
        }

        if (trial.Explanation is not { } explanation)
        {
            yield return "  No policy was asked.";
            yield break;
        }

        foreach (var line in isWhole ? Policies(snapshot, explanation) : [])
        {
            yield return $"  {line}";
        }

        foreach (var line in Turn(explanation))
        {
            yield return $"  {line}";
        }
    }

    /// <summary>The word for what came of a policy.</summary>
    public static string Word(PolicyOutcome outcome) => outcome switch
    {
        PolicyOutcome.Satisfied => "applies",
        PolicyOutcome.NotSatisfied => "does not apply",
        PolicyOutcome.Failed => "erred",
    };

    private static IEnumerable<string> About(Facts facts)
    {
        if (facts.Match is RuleMatch.Allowed allowed)
        {
            yield return $"rule: {allowed.Rule}, {ClassWord(allowed.Class)}";
        }

        yield return $"carries: {(facts.Labels.Count == 0 ? "no label" : facts.Labels)}; "
            + $"source {facts.Source.Name}: {(facts.Source.Labels.Count == 0 ? "no label" : facts.Source.Labels)}";
        foreach (var origin in facts.Arguments)
        {
            yield return $"origin: {origin.Place} {string.Join(',', origin.Words)}"
                + (origin.IsDestination ? ", a destination" : "");
        }

        if (facts.Call is { } call)
        {
            yield return $"facts: {call.Facts}; untyped: {string.Join(' ', call.Untyped.DefaultIfEmpty("nothing"))}";
        }
    }

    private static IEnumerable<string> Policies(Snapshot snapshot, Explanation explanation)
    {
        var rules = snapshot.Rules<PolicyRules>();
        foreach (var policy in explanation.Policies)
        {
            var reference = rules.ReferenceOf(policy.Policy.Id.Value);
            var effect = policy.Policy.Effect is Effect.Permit ? "permit" : reference.IsHold ? "hold" : "forbid";
            yield return $"{effect} {reference} {Word(policy.Outcome)}";
            foreach (var clause in policy.Clauses.Where(IsTelling))
            {
                yield return $"  {clause}";
            }
        }
    }

    // "principal: holds" without a condition says nothing.
    private static bool IsTelling(ClauseExplanation clause) =>
        clause.Kind is ClauseKind.When or ClauseKind.Unless
        || clause.Outcome is not ClauseOutcome.Holds
        || !clause.Observations.IsEmpty;

    private static IEnumerable<string> Turn(Explanation explanation)
    {
        if (explanation.SmallestChange is not { IsEmpty: false } changes)
        {
            yield return "No single fact turns it around; the policies themselves would have to change.";
            yield break;
        }

        yield return "to turn it around:";
        foreach (var change in changes)
        {
            yield return $"  {change}";
        }
    }

    private static string ClassWord(ActionClass action) => action switch
    {
        ActionClass.Read => "a read",
        ActionClass.Effect => "an effect",
        ActionClass.Model => "a model call",
    };
}
