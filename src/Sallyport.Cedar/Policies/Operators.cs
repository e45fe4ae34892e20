namespace Sallyport.Cedar.Policies;

/// <summary>The four variables of a request.</summary>
public enum RequestVariable
{
    /// <summary>Who asks.</summary>
    Principal,

    /// <summary>To do what.</summary>
    Action,

    /// <summary>With what.</summary>
    Resource,

    /// <summary>The circumstances: a record.</summary>
    Context,
}

/// <summary>Operators with one operand.</summary>
public enum UnaryOperator
{
    /// <summary><c>!e</c></summary>
    Not,

    /// <summary><c>-e</c></summary>
    Negate,

    /// <summary><c>e.isEmpty()</c></summary>
    IsEmpty,
}

/// <summary>
/// Operators with two operands that evaluate both; <c>&amp;&amp;</c> and <c>||</c> are expressions of their own.
/// </summary>
public enum BinaryOperator
{
    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>in</c></summary>
    In,

    /// <summary><c>+</c></summary>
    Add,

    /// <summary><c>-</c></summary>
    Subtract,

    /// <summary><c>*</c></summary>
    Multiply,

    /// <summary><c>e.contains(e)</c></summary>
    Contains,

    /// <summary><c>e.containsAll(e)</c></summary>
    ContainsAll,

    /// <summary><c>e.containsAny(e)</c></summary>
    ContainsAny,

    /// <summary><c>e.getTag(e)</c></summary>
    GetTag,

    /// <summary><c>e.hasTag(e)</c></summary>
    HasTag,
}

/// <summary>The spelling of operators, the same in human syntax and in the JSON form.</summary>
public static class OperatorNames
{
    /// <summary>The word or symbol of a variable.</summary>
    public static string Symbol(this RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => "principal",
        RequestVariable.Action => "action",
        RequestVariable.Resource => "resource",
        RequestVariable.Context => "context",
    };

    /// <summary>The word or symbol of an operator; <c>neg</c> is the JSON form's word for <c>-</c>.</summary>
    public static string JsonName(this UnaryOperator @operator) => @operator switch
    {
        UnaryOperator.Not => "!",
        UnaryOperator.Negate => "neg",
        UnaryOperator.IsEmpty => "isEmpty",
    };

    /// <summary>The word or symbol of an operator.</summary>
    public static string Symbol(this BinaryOperator @operator) => @operator switch
    {
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.In => "in",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Contains => "contains",
        BinaryOperator.ContainsAll => "containsAll",
        BinaryOperator.ContainsAny => "containsAny",
        BinaryOperator.GetTag => "getTag",
        BinaryOperator.HasTag => "hasTag",
    };

    /// <summary>Whether the operator is written as a method, <c>left.name(right)</c>.</summary>
    public static bool IsMethod(this BinaryOperator @operator) => @operator >= BinaryOperator.Contains;

    internal static bool TryParseMethod(string name, out BinaryOperator @operator)
    {
        for (@operator = BinaryOperator.Contains; @operator <= BinaryOperator.HasTag; @operator++)
        {
            if (@operator.Symbol() == name)
            {
                return true;
            }
        }

        return false;
    }
}
