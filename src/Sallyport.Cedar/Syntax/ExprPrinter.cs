using System.Collections.Immutable;
using System.Text;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Syntax;

/// <summary>
/// Writes expressions with as few parentheses as the grammar allows. Recursion is bounded by the height of the tree.
/// </summary>
internal sealed class ExprPrinter(StringBuilder to)
{
    /// <summary>How tightly a form binds, loosest first; an operand looser than its place gets parentheses.</summary>
    private enum Binding
    {
        If,
        Or,
        And,
        Relation,
        Sum,
        Product,
        Unary,
        Member,
    }

    public void Append(Expr expr) => Append(expr, Binding.If);

    public void AppendConjunct(Expr expr) => Append(expr, Binding.Relation);

    private void Append(Expr expr, Binding place)
    {
        var isLoose = BindingOf(expr) < place;
        to.Append(isLoose ? "(" : "");
        AppendBare(expr);
        to.Append(isLoose ? ")" : "");
    }

    private static Binding BindingOf(Expr expr) => expr switch
    {
        Expr.If => Binding.If,
        Expr.Or => Binding.Or,
        Expr.And => Binding.And,
        Expr.Binary { Operator: BinaryOperator.Add or BinaryOperator.Subtract } => Binding.Sum,
        Expr.Binary { Operator: BinaryOperator.Multiply } => Binding.Product,
        Expr.Binary { Operator: var @operator } when @operator.IsMethod() => Binding.Member,
        Expr.Binary or Expr.HasAttribute or Expr.Like or Expr.Is => Binding.Relation,
        Expr.Unary { Operator: not UnaryOperator.IsEmpty } => Binding.Unary,
        Expr.Literal { Value: { Kind: ValueKind.Long } value } when value.AsLong() < 0 => Binding.Unary,
        _ => Binding.Member,
    };

    private void AppendBare(Expr expr)
    {
        switch (expr)
        {
            case Expr.Literal literal: to.Append(literal.Value); break;
            case Expr.Variable variable: to.Append(variable.Name.Symbol()); break;
            case Expr.Unary unary: AppendUnary(unary); break;
            case Expr.Binary binary: AppendBinary(binary); break;
            case Expr.And and: AppendChain(and.Operands, " && ", Binding.Relation); break;
            case Expr.Or or: AppendChain(or.Operands, " || ", Binding.And); break;
            case Expr.If @if: AppendIf(@if); break;
            case Expr.GetAttribute get:
                Append(get.Target, Binding.Member);
                to.Append(Identifiers.IsIdentifier(get.Name) ? $".{get.Name}" : $"[{StringEscapes.Quote(get.Name)}]");
                break;
            case Expr.HasAttribute has:
                Append(has.Target, Binding.Sum);
                to.Append(" has ").Append(has.Path is [var name] && !Identifiers.IsIdentifier(name)
                    ? StringEscapes.Quote(name)
                    : string.Join('.', has.Path));
                break;
            case Expr.Like like:
                Append(like.Target, Binding.Sum);
                to.Append(" like ").Append(like.Pattern);
                break;
            case Expr.Is @is: AppendIs(@is); break;
            case Expr.Set set:
                to.Append('[');
                AppendList(set.Elements);
                to.Append(']');
                break;
            case Expr.Record record: AppendRecord(record); break;
            case Expr.Call call: AppendCall(call); break;
        }
    }

    private void AppendUnary(Expr.Unary unary)
    {
        if (unary.Operator == UnaryOperator.IsEmpty)
        {
            Append(unary.Operand, Binding.Member);
            to.Append(".isEmpty()");
            return;
        }

        // "-5" is the number, "-(5)" the negation of five.
        var isNumber = unary.Operator == UnaryOperator.Negate
            && unary.Operand is Expr.Literal { Value.Kind: ValueKind.Long };
        to.Append(unary.Operator == UnaryOperator.Not ? "!" : "-").Append(isNumber ? "(" : "");
        Append(unary.Operand, isNumber ? Binding.If : Binding.Member);
        to.Append(isNumber ? ")" : "");
    }

    private void AppendBinary(Expr.Binary binary)
    {
        if (binary.Operator.IsMethod())
        {
            Append(binary.Left, Binding.Member);
            to.Append('.').Append(binary.Operator.Symbol()).Append('(');
            Append(binary.Right, Binding.If);
            to.Append(')');
            return;
        }

        var binding = BindingOf(binary);
        Append(binary.Left, binding == Binding.Relation ? Binding.Sum : binding);
        to.Append(' ').Append(binary.Operator.Symbol()).Append(' ');
        Append(binary.Right, binding + 1);
    }

    private void AppendChain(ImmutableArray<Expr> operands, string @operator, Binding place)
    {
        for (var i = 0; i < operands.Length; i++)
        {
            to.Append(i == 0 ? "" : @operator);
            Append(operands[i], place);
        }
    }

    private void AppendIf(Expr.If @if)
    {
        to.Append("if ");
        Append(@if.Condition, Binding.If);
        to.Append(" then ");
        Append(@if.Then, Binding.If);
        to.Append(" else ");
        Append(@if.Else, Binding.If);
    }

    private void AppendIs(Expr.Is @is)
    {
        Append(@is.Target, Binding.Sum);
        to.Append(" is ").Append(@is.Type);
        if (@is.Container is not null)
        {
            to.Append(" in ");
            Append(@is.Container, Binding.Sum);
        }
    }

    private void AppendRecord(Expr.Record record)
    {
        to.Append('{');
        for (var i = 0; i < record.Fields.Length; i++)
        {
            var (name, value) = record.Fields[i];
            to.Append(i == 0
                ? ""
                : ", ").Append(Identifiers.IsIdentifier(name)
                ? name
                : StringEscapes.Quote(name)).Append(": ");
            Append(value, Binding.If);
        }

        to.Append('}');
    }

    private void AppendCall(Expr.Call call)
    {
        if (call.Function.IsConstructor)
        {
            to.Append(call.Function.Name).Append('(');
            AppendList(call.Arguments);
            to.Append(')');
            return;
        }

        // A method without a receiver cannot be written; it can only come from JSON, whose reader refuses it.
        Append(call.Arguments[0], Binding.Member);
        to.Append('.').Append(call.Function.Name).Append('(');
        AppendList(call.Arguments.RemoveAt(0));
        to.Append(')');
    }

    private void AppendList(ImmutableArray<Expr> items)
    {
        for (var i = 0; i < items.Length; i++)
        {
            to.Append(i == 0 ? "" : ", ");
            Append(items[i], Binding.If);
        }
    }
}
