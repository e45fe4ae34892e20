using System.Collections.Immutable;

namespace Sallyport.Cedar.Policies;

/// <summary>Equality of expressions by form. Recursion is bounded by the height of the trees.</summary>
internal static class ExprEquality
{
    public static bool Same(Expr left, Expr right) => left.Height == right.Height && (left, right) switch
    {
        (Expr.Literal a, Expr.Literal b) => a.Value == b.Value,
        (Expr.Variable a, Expr.Variable b) => a.Name == b.Name,
        (Expr.Unary a, Expr.Unary b) => a.Operator == b.Operator && Same(a.Operand, b.Operand),
        (Expr.Binary a, Expr.Binary b) => a.Operator == b.Operator && Same(a.Left, b.Left) && Same(a.Right, b.Right),
        (Expr.And a, Expr.And b) => Same(a.Operands, b.Operands),
        (Expr.Or a, Expr.Or b) => Same(a.Operands, b.Operands),
        (Expr.If a, Expr.If b) => Same(a.Condition, b.Condition) && Same(a.Then, b.Then) && Same(a.Else, b.Else),
        (Expr.GetAttribute a, Expr.GetAttribute b) => a.Name == b.Name && Same(a.Target, b.Target),
        (Expr.HasAttribute a, Expr.HasAttribute b) => a.Path.SequenceEqual(b.Path) && Same(a.Target, b.Target),
        (Expr.Like a, Expr.Like b) => a.Pattern.Equals(b.Pattern) && Same(a.Target, b.Target),
        (Expr.Is a, Expr.Is b) => a.Type == b.Type && Same(a.Target, b.Target) && SameOrNone(a.Container, b.Container),
        (Expr.Set a, Expr.Set b) => Same(a.Elements, b.Elements),
        (Expr.Record a, Expr.Record b) => Same(a.Fields, b.Fields),
        (Expr.Call a, Expr.Call b) => a.Function == b.Function && Same(a.Arguments, b.Arguments),
        _ => false,
    };

    /// <summary>A hash over the form, one level deep: enough to tell most expressions apart, and bounded.</summary>
    public static int Hash(Expr expr) => expr switch
    {
        Expr.Literal a => a.Value.GetHashCode(),
        Expr.Variable a => 7 + (int)a.Name,
        Expr.Unary a => HashCode.Combine(1, a.Operator, a.Height),
        Expr.Binary a => HashCode.Combine(2, a.Operator, a.Height),
        Expr.And a => HashCode.Combine(3, a.Operands.Length, a.Height),
        Expr.Or a => HashCode.Combine(4, a.Operands.Length, a.Height),
        Expr.GetAttribute a => HashCode.Combine(5, a.Name, a.Height),
        Expr.HasAttribute a => HashCode.Combine(6, a.Path[0], a.Height),
        Expr.Like a => HashCode.Combine(7, a.Pattern, a.Height),
        Expr.Is a => HashCode.Combine(8, a.Type, a.Height),
        Expr.Call a => HashCode.Combine(9, a.Function.Id, a.Height),
        _ => expr.Height,
    };

    private static bool Same(ImmutableArray<Expr> left, ImmutableArray<Expr> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!Same(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Same(ImmutableArray<RecordField> left, ImmutableArray<RecordField> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (left[i].Name != right[i].Name || !Same(left[i].Value, right[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameOrNone(Expr? left, Expr? right) =>
        left is null || right is null ? left is null && right is null : Same(left, right);
}
