using System.Text.Json;
using System.Text.Json.Serialization;
using Sallyport.Cedar.Explaining;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Perimeter.Cases;

namespace Sallyport.Verbs;

/// <summary>One pack.</summary>
internal sealed record PackView(string Name, string Says, IReadOnlyList<string> Needs, bool IsDefault);

/// <summary>The sum of a test; the last line of its output.</summary>
internal sealed record TestsView(int Passed, int Failed, CoverageView? Coverage);

/// <summary>A case that another perimeter answers otherwise.</summary>
internal sealed record ChangedView(string File, int Line, string Name, string Before, string After);

/// <summary>The sum of a comparison; the last line of its output.</summary>
internal sealed record DiffView(int Cases, int Changed);

/// <summary>What no case has met.</summary>
internal sealed record CoverageView(
    IReadOnlyList<string> Rules, IReadOnlyList<string> Policies, int RulesAll, int PoliciesAll)
{
    public static CoverageView Of(Coverage met) => new(
        [.. met.Rules.Select(rule => rule.ToString())], [.. met.Policies.Select(policy => policy.ToString())],
        met.RulesAll, met.PoliciesAll);
}

/// <summary>One case.</summary>
internal sealed record CaseView(
    string File, int Line, string Name, bool Pass, string Expected, string? Difference, TrialView Trial)
{
    public static CaseView Of(Snapshot snapshot, CaseResult result) => new(
        result.Case.File, result.Case.Position.Line, result.Case.Name, result.IsPass,
        CaseResult.Word(result.Case.Expected), result.Difference, TrialView.Of(snapshot, result.Trial));
}

/// <summary>One decision with its reasons.</summary>
internal sealed record TrialView(
    string Verdict,
    string? Code,
    string? Detail,
    string? Mend,
    string Agent,
    string Method,
    string Target,
    string? Class,
    string? Rule,
    string Source,
    IReadOnlyList<string> Labels,
    IReadOnlyList<string> DecidedBy,
    IReadOnlyList<PolicyView>? Policies,
    IReadOnlyList<ChangeView>? SmallestChange)
{
    public static TrialView Of(Snapshot snapshot, Trial trial)
    {
        var allowed = trial.Facts.Match as RuleMatch.Allowed;
        var rules = snapshot.Rules<PolicyRules>();
        return new TrialView(
            CaseResult.Word(trial.Verdict), trial.Why?.Code, trial.Why?.Detail, trial.Why?.Mend,
            trial.Facts.Agent?.Value ?? "", trial.Facts.Method, trial.Facts.Target,
            allowed is null ? null : ClassWord(allowed.Class), allowed?.Rule.ToString(), trial.Facts.Source.Name,
            [.. trial.Facts.Labels.Labels.Select(label => label.Value)], trial.DecidedBy,
            trial.Explanation is { } why ? [.. why.Policies.Select(policy => PolicyView.Of(rules, policy))] : null,
            trial.Explanation?.SmallestChange is { } changes
                ? [.. changes.Select(change => new ChangeView(change.Policy.Id.Value, change.Text, change.MustBecome))]
                : null);
    }

    private static string ClassWord(ActionClass action) => action switch
    {
        ActionClass.Read => "read",
        ActionClass.Effect => "effect",
        ActionClass.Model => "model",
    };
}

/// <summary>A part of a policy that would have to come out otherwise.</summary>
internal sealed record ChangeView(string Policy, string Text, bool MustBecome);

/// <summary>One policy that decided or was near.</summary>
internal sealed record PolicyView(
    string Id, string Place, string Effect, bool Hold, string Outcome, IReadOnlyList<ClauseView> Clauses)
{
    public static PolicyView Of(PolicyRules rules, PolicyExplanation policy)
    {
        var reference = rules.ReferenceOf(policy.Policy.Id.Value);
        return new PolicyView(
            reference.Id, reference.Place, policy.Policy.Effect is Cedar.Policies.Effect.Permit ? "permit" : "forbid",
            reference.IsHold, TrialLines.Word(policy.Outcome), [.. policy.Clauses.Select(ClauseView.Of)]);
    }
}

/// <summary>One clause with the values that it saw, as Cedar writes them.</summary>
internal sealed record ClauseView(
    string Text, string Outcome, bool Reached, string? Error, IReadOnlyDictionary<string, string> Values)
{
    public static ClauseView Of(ClauseExplanation clause) => new(
        clause.Text,
        clause.Outcome switch
        {
            ClauseOutcome.Holds => "holds",
            ClauseOutcome.DoesNotHold => "does not hold",
            ClauseOutcome.Fails => "erred",
        },
        clause.IsReached,
        clause.Error?.Message,
        clause.Observations.ToDictionary(
            seen => seen.Expression.ToString(), seen => seen.Value.ToString(), StringComparer.Ordinal));
}

/// <summary>Decisions that come out otherwise, in the same way.</summary>
internal sealed record ReplayedView(
    string Agent, string Was, string Now, string By, int Count, IReadOnlyList<string> Entries);

/// <summary>Decisions that cannot be made again.</summary>
internal sealed record NotReplayableView(string Why, long Count);

/// <summary>A whole replay.</summary>
internal sealed record ReplayView(long Same, long Changed, long NotReplayable);

/// <summary>What the shadow said in sum; the last line of its output.</summary>
internal sealed record ShadowView(long Same, long Changed, long Unknown, long Without, int Perimeters);

/// <summary>What no recorded decision has met.</summary>
internal sealed record RecordedCoverageView(long Decisions, long Unknown, CoverageView Coverage);

/// <summary>JSON of the policy verbs.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PackView))]
[JsonSerializable(typeof(TestsView))]
[JsonSerializable(typeof(CaseView))]
[JsonSerializable(typeof(ChangedView))]
[JsonSerializable(typeof(DiffView))]
[JsonSerializable(typeof(TrialView))]
[JsonSerializable(typeof(ReplayedView))]
[JsonSerializable(typeof(NotReplayableView))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(ShadowView))]
[JsonSerializable(typeof(RecordedCoverageView))]
internal sealed partial class PolicyJson : JsonSerializerContext;
