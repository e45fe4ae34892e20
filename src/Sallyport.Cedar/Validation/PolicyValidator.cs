using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Checks policies against a schema: in strict mode, a policy without errors cannot fail when it is evaluated on a
/// request and entities that conform to the schema, save for overflow, missing entities and limits (Cedar
/// specification, validator soundness). Immutable, and safe to share between threads.
/// </summary>
public sealed class PolicyValidator
{
    private readonly Schema _schema;
    private readonly ValidationOptions _options;
    private readonly RequestEnvironment[] _environments;

    /// <summary>Checks against a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="options">What is asked of policies; strict mode if left out.</param>
    public PolicyValidator(Schema schema, ValidationOptions? options = null)
    {
        _schema = schema;
        _options = options ?? ValidationOptions.Default;
        _environments = [.. schema.RequestEnvironments];
    }

    /// <summary>
    /// Checks all policies, static and linked, and all templates of a set. Of a link only what fills the slots is
    /// checked: its conditions are its template's, which holds for whatever may fill them.
    /// </summary>
    public ValidationReport Validate(PolicySet policies)
    {
        var budget = new StepBudget(_options.Limits.ValidationStepsMax);
        var findings = new List<ValidationFinding>();
        foreach (var (id, body, isLink) in policies.Policies.Select(p => (p.Id, p.Body, IsLink: p.Link is not null))
            .Concat(policies.Templates.Select(t => (t.Id, t.Body, IsLink: false))))
        {
            findings.AddRange(isLink ? ValidateLink(id, body, budget) : Validate(id, body, budget));
            if (budget.IsExhausted)
            {
                break;
            }
        }

        return new ValidationReport([.. findings]);
    }

    private List<ValidationFinding> ValidateLink(PolicyId id, PolicyBody body, StepBudget budget)
    {
        var findings = new Findings(id, body, budget);
        new ReferenceChecks(_schema, findings, budget).CheckSlots(body);
        CheckApplication(body, findings);
        CheckBudget(body, findings, budget);
        return findings.All;
    }

    /// <summary>Says that the budget is used up, if it is.</summary>
    private bool CheckBudget(PolicyBody body, Findings findings, StepBudget budget)
    {
        if (budget.IsExhausted)
        {
            findings.Error(ValidationKind.LimitExceeded, body.Span,
                $"Checking took more than {_options.Limits.ValidationStepsMax} steps.",
                    "Validate fewer policies at once, or raise ValidationStepsMax.");
        }

        return !budget.IsExhausted;
    }

    private void CheckApplication(PolicyBody body, Findings findings)
    {
        if (!ScopeApplication.IsPossible(_schema, body))
        {
            findings.Add(ValidationKind.InapplicableScope, _options.InapplicableScope,
                body.ScopeSpans.Principal.To(body.ScopeSpans.Resource),
                "No action applies to the principals and resources that this scope names.", () =>
                    "Compare the scope with 'appliesTo' in the schema.");
        }
    }

    private List<ValidationFinding> Validate(PolicyId id, PolicyBody body, StepBudget budget)
    {
        var findings = new Findings(id, body, budget);
        var height = body.Conditions.Select(c => c.Body.Height).DefaultIfEmpty().Max();
        if (height > _options.Limits.ExpressionHeightMax)
        {
            findings.Error(ValidationKind.LimitExceeded, body.Span,
                $"The expression has {height} levels; the limit is {_options.Limits.ExpressionHeightMax}.",
                    "Split it into several clauses.");
            return findings.All;
        }

        new ReferenceChecks(_schema, findings, budget).Check(body);
        CheckApplication(body, findings);
        var checker = new Typechecker(_schema, _options.Mode, findings, budget);
        var conjuncts = PolicyConditions.Of(body);
        var isPossible = false;
        foreach (var environment in _environments)
        {
            findings.Environment = environment;
            isPossible |= checker.CanHold(conjuncts, environment);
            if (budget.IsExhausted)
            {
                break;
            }
        }

        findings.Environment = null;
        if (CheckBudget(body, findings, budget) && !isPossible)
        {
            findings.Add(ValidationKind.ImpossiblePolicy, ValidationSeverity.Warning, body.Span,
                "The policy is false for every request that the schema allows.", () =>
                    "Remove it, or look for a comparison that cannot be true.");
        }

        return findings.All;
    }
}
