using System.Text;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Syntax;

/// <summary>Writes policies in human syntax, so that reading what was written gives an equal policy.</summary>
internal static class PolicyPrinter
{
    private const int LineWidth = 100;

    public static string Print(Expr expr)
    {
        var to = new StringBuilder();
        new ExprPrinter(to).Append(expr);
        return to.ToString();
    }

    public static string Print(PolicyBody body)
    {
        var to = new StringBuilder();
        foreach (var annotation in body.Annotations)
        {
            to.Append('@').Append(annotation.Key);
            if (annotation.Value is not null)
            {
                to.Append('(').Append(StringEscapes.Quote(annotation.Value)).Append(')');
            }

            to.Append('\n');
        }

        to.Append(body.Effect == Effect.Permit ? "permit (" : "forbid (");
        var parts = new[] { Print("principal", body.Principal), Print(body.Action), Print("resource", body.Resource) };
        var isPlain = body is { Principal: EntityScope.Any, Action: ActionScope.Any, Resource: EntityScope.Any };
        to.Append(isPlain ? string.Join(", ", parts) : $"\n  {string.Join(",\n  ", parts)}\n").Append(')');
        foreach (var condition in body.Conditions)
        {
            Append(to, condition);
        }

        return to.Append(';').ToString();
    }

    private static void Append(StringBuilder to, Condition condition)
    {
        to.Append(condition.Kind == ConditionKind.When ? "\nwhen {" : "\nunless {");
        var line = Print(condition.Body);
        if (line.Length <= LineWidth || condition.Body is not Expr.And and)
        {
            to.Append(' ').Append(line).Append(" }");
            return;
        }

        // The top conjuncts of a long clause stand one to a line: what "and" joins is read as a list.
        var printer = new ExprPrinter(to);
        for (var i = 0; i < and.Operands.Length; i++)
        {
            to.Append(i == 0 ? "\n  " : " &&\n  ");
            printer.AppendConjunct(and.Operands[i]);
        }

        to.Append("\n}");
    }

    public static string Print(string variable, EntityScope scope) => scope switch
    {
        EntityScope.Equal equal => $"{variable} == {equal.Target}",
        EntityScope.In @in => $"{variable} in {@in.Container}",
        EntityScope.Is @is => $"{variable} is {@is.Type}",
        EntityScope.IsIn isIn => $"{variable} is {isIn.Type} in {isIn.Container}",
        _ => variable,
    };

    public static string Print(ActionScope scope) => scope switch
    {
        ActionScope.Equal equal => $"action == {equal.Action}",
        ActionScope.In @in => $"action in {@in.Group}",
        ActionScope.InAny inAny => $"action in [{string.Join(", ", inAny.Groups)}]",
        _ => "action",
    };
}
