using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Explaining;

/// <summary>Evaluates the clauses of policies one by one under one request.</summary>
internal sealed class ClauseReader(EvaluationState state)
{
    private readonly ExprCompiler _compiler = new();

    /// <summary>The clauses of a policy, in the order of evaluation.</summary>
    public ImmutableArray<ClauseExplanation> Read(Policy policy)
    {
        var body = policy.Body;
        var clauses = ImmutableArray.CreateBuilder<ClauseExplanation>();
        var isReached = true;
        void Add(ClauseExplanation clause)
        {
            clauses.Add(clause);
            isReached &= clause.Outcome == ClauseOutcome.Holds;
        }

        foreach (var part in ScopeParts(body))
        {
            Add(new ClauseExplanation(
                part.Kind,
                part.Text,
                part.Span,
                body.PositionOf(part.Span),
                Outcome(part.Holds),
                isReached,
                null,
                part.Observations));
        }

        foreach (var condition in body.Conditions)
        {
            foreach (var operand in Operands(condition))
            {
                Add(Read(body, condition.Kind, operand, isReached));
            }
        }

        return clauses.ToImmutable();
    }

    public bool ScopeHolds(Policy policy, ClauseKind kind) => kind switch
    {
        ClauseKind.Principal => ScopeMatch.Principal(policy.Body.Principal, state),
        ClauseKind.Action => ScopeMatch.Action(policy.Body.Action, state),
        _ => ScopeMatch.Resource(policy.Body.Resource, state),
    };

    public Value Evaluate(Expr expr) => _compiler.Compile(expr).Evaluate(state);

    private static ClauseOutcome Outcome(bool holds) => holds ? ClauseOutcome.Holds : ClauseOutcome.DoesNotHold;

    /// <summary>The parts that must each be true in a <c>when</c>, each false in an <c>unless</c>.</summary>
    private static ImmutableArray<Expr> Operands(Condition condition) => condition switch
    {
        { Kind: ConditionKind.When, Body: Expr.And and } => and.Operands,
        { Kind: ConditionKind.Unless, Body: Expr.Or or } => or.Operands,
        _ => [condition.Body],
    };

    private IEnumerable<(ClauseKind Kind, string Text, SourceSpan Span, bool Holds,
        ImmutableArray<Observation> Observations)> ScopeParts(PolicyBody body)
    {
        ImmutableArray<Observation> Observe(RequestVariable variable, bool isAny) =>
            isAny
                ? []
                : [new Observation(
                    new Expr.Variable(variable), _compiler.Compile(new Expr.Variable(variable)).Evaluate(state))];

        yield return (ClauseKind.Principal, PolicyPrinter.Print("principal", body.Principal), body.ScopeSpans.Principal,
            ScopeMatch.Principal(body.Principal, state),
                Observe(RequestVariable.Principal, body.Principal is EntityScope.Any));
        yield return (ClauseKind.Action, PolicyPrinter.Print(body.Action), body.ScopeSpans.Action,
            ScopeMatch.Action(body.Action, state), Observe(RequestVariable.Action, body.Action is ActionScope.Any));
        yield return (ClauseKind.Resource, PolicyPrinter.Print("resource", body.Resource), body.ScopeSpans.Resource,
            ScopeMatch.Resource(body.Resource, state),
                Observe(RequestVariable.Resource, body.Resource is EntityScope.Any));
    }

    private ClauseExplanation Read(PolicyBody body, ConditionKind kind, Expr expr, bool isReached)
    {
        var value = Evaluate(expr);
        EvaluationError? error = null;
        if (value.IsFailure || !value.IsBool)
        {
            if (!value.IsFailure)
            {
                state.FailType(expr, "a bool", value);
            }

            error = state.Fault.ToError();
        }

        var outcome = error is not null ? ClauseOutcome.Fails : Outcome(value.IsTrue == (kind == ConditionKind.When));
        return new ClauseExplanation(
            kind == ConditionKind.When ? ClauseKind.When : ClauseKind.Unless,
            expr.ToString(),
            expr.Span,
            body.PositionOf(expr.Span),
            outcome,
            isReached,
            error,
            [.. Observe(expr)]);
    }

    /// <summary>
    /// The variables, attributes and tags that an expression looks at, each once, with the values they have.
    /// </summary>
    private IEnumerable<Observation> Observe(Expr expr)
    {
        var seen = new HashSet<Expr>();
        foreach (var path in Paths(expr))
        {
            if (seen.Add(path) && Evaluate(path) is { IsFailure: false } value)
            {
                yield return new Observation(path, value);
            }
        }
    }

    private static IEnumerable<Expr> Paths(Expr expr) => expr switch
    {
        Expr.Variable { Name: RequestVariable.Context } => [], // as a whole too much to show; its attributes are shown
        Expr.Variable or Expr.GetAttribute or Expr.Binary { Operator: BinaryOperator.GetTag } => [expr],
        _ => ExprChildren.Of(expr).SelectMany(Paths),
    };
}
