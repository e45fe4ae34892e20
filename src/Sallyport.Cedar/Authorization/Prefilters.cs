using System.Collections.Immutable;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Authorization;

/// <summary>The first two things that a policy asks, as far as prefilters can ask them.</summary>
/// <param name="First">The first.</param>
/// <param name="Second">
/// The second. It counts only after an answer to the first: while that may fail, the policy may fail, whatever the
/// second would say.
/// </param>
/// <param name="AreAll">Whether the policy asks nothing else: if both are true, so is the policy.</param>
internal readonly record struct Prefilters(Prefilter First, Prefilter Second, bool AreAll)
{
    public static Prefilters Of(
        ImmutableArray<Condition> conditions, Dictionary<string, ushort> attributes, ExprCompiler compiler)
    {
        var tests = Conjuncts(conditions).Take(3).ToArray();
        var first = tests.Length > 0 ? Prefilter.Of(tests[0], attributes, compiler) : default;
        var second = tests.Length > 1 && first.Kind != PrefilterKind.None
            ? Prefilter.Of(tests[1], attributes, compiler)
            : default;
        var asked = (first.Kind != PrefilterKind.None ? 1 : 0) + (second.Kind != PrefilterKind.None ? 1 : 0);
        return new Prefilters(first, second, asked > 0 && asked == tests.Length);
    }

    /// <summary>What a policy asks, in the order in which it is evaluated.</summary>
    private static IEnumerable<Expr> Conjuncts(ImmutableArray<Condition> conditions) =>
        conditions.SelectMany(condition => condition.Kind == ConditionKind.When
            ? Conjuncts(condition.Body)
            : [new Expr.Unary(UnaryOperator.Not, condition.Body, condition.Body.Span)]);

    private static IEnumerable<Expr> Conjuncts(Expr expr) =>
        expr is Expr.And and ? and.Operands.SelectMany(Conjuncts) : [expr];
}
