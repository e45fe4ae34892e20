using System.Collections.Immutable;

namespace Sallyport.Cedar.Policies;

/// <summary>The direct parts of expressions, for walks that treat all forms alike.</summary>
internal static class ExprChildren
{
    public static ImmutableArray<Expr> Of(Expr expr) => expr switch
    {
        Expr.Unary unary => [unary.Operand],
        Expr.Binary binary => [binary.Left, binary.Right],
        Expr.And and => and.Operands,
        Expr.Or or => or.Operands,
        Expr.If @if => [@if.Condition, @if.Then, @if.Else],
        Expr.GetAttribute get => [get.Target],
        Expr.HasAttribute has => [has.Target],
        Expr.Like like => [like.Target],
        Expr.Is { Container: { } container } @is => [@is.Target, container],
        Expr.Is @is => [@is.Target],
        Expr.Set set => set.Elements,
        Expr.Record record => [.. record.Fields.Select(field => field.Value)],
        Expr.Call call => call.Arguments,
        _ => [],
    };
}
