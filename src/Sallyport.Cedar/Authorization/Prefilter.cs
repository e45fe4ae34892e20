using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Authorization;

/// <summary>What a prefilter asks of an attribute of the context.</summary>
internal enum PrefilterKind : byte
{
    None,
    SetMeets, // a set that may have one of the operand's signature bits
    SetCovers, // a set that may have all of them
    Equals, // a value that may have the operand's signature bit
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>What a prefilter can say.</summary>
internal enum PrefilterAnswer : byte
{
    Unknown, // nothing: the attribute is absent or of another kind, and the test may fail
    No, // the test is false
    Maybe, // the test is true or false; it does not fail
    Yes, // the test is true
}

/// <summary>
/// One thing that a policy asks of the context, in sixteen bytes that lie in the index itself. Where it is plainly
/// false the policy is false, whatever follows, because <c>&amp;&amp;</c> stops there; where the attribute is absent or
/// of another kind it says nothing, and the policy is evaluated. So it is exact, and saves a walk through memory for
/// most policies that do not apply.
/// </summary>
internal readonly struct Prefilter
{
    private Prefilter(PrefilterKind kind, ushort attribute, long operand)
    {
        Kind = kind;
        Attribute = attribute;
        Operand = operand;
    }

    public PrefilterKind Kind { get; }

    /// <summary>The number of the attribute among those that prefilters ask for.</summary>
    public ushort Attribute { get; }

    /// <summary>A bound, or signature bits.</summary>
    public long Operand { get; }

    /// <summary>What is certain of the test without evaluating it.</summary>
    public PrefilterAnswer Ask(in ContextFacts facts) => Kind switch
    {
        PrefilterKind.None => PrefilterAnswer.Unknown,
        PrefilterKind.SetMeets => facts.IsSet ? MaybeIf((facts.SetSignature & (ulong)Operand) != 0) : default,
        PrefilterKind.SetCovers =>
            facts.IsSet ? MaybeIf((facts.SetSignature & (ulong)Operand) == (ulong)Operand) : default,
        PrefilterKind.Equals => facts.IsPresent ? MaybeIf((facts.Signature & (ulong)Operand) != 0) : default,
        PrefilterKind.Less => facts.IsLong ? YesIf(facts.Number < Operand) : default,
        PrefilterKind.LessOrEqual => facts.IsLong ? YesIf(facts.Number <= Operand) : default,
        PrefilterKind.Greater => facts.IsLong ? YesIf(facts.Number > Operand) : default,
        PrefilterKind.GreaterOrEqual => facts.IsLong ? YesIf(facts.Number >= Operand) : default,
    };

    /// <summary>The prefilter of an expression; of kind <see cref="PrefilterKind.None"/> if there is none.</summary>
    public static Prefilter Of(Expr expr, Dictionary<string, ushort> attributes, ExprCompiler compiler) =>
        expr is Expr.Binary
        {
            Left: Expr.GetAttribute
            {
                Target: Expr.Variable { Name: RequestVariable.Context },
                Name: var name
            }
        } test
            && compiler.Compile(test.Right) is ConstantNode { Value: var constant }
            && KindOf(test.Operator, constant) is var kind and not PrefilterKind.None
            && TryNumber(name, attributes, out var number)
                ? new Prefilter(kind, number, OperandOf(test.Operator, constant))
                : default;

    private static PrefilterAnswer MaybeIf(bool maybe) => maybe ? PrefilterAnswer.Maybe : PrefilterAnswer.No;

    private static PrefilterAnswer YesIf(bool yes) => yes ? PrefilterAnswer.Yes : PrefilterAnswer.No;

    private static PrefilterKind KindOf(BinaryOperator @operator, Value constant) => @operator switch
    {
        BinaryOperator.Contains => PrefilterKind.SetMeets,
        BinaryOperator.ContainsAny when constant.Kind == ValueKind.Set => PrefilterKind.SetMeets,
        BinaryOperator.ContainsAll when constant.Kind == ValueKind.Set => PrefilterKind.SetCovers,
        BinaryOperator.Equal => PrefilterKind.Equals,
        BinaryOperator.Less when constant.IsLong => PrefilterKind.Less,
        BinaryOperator.LessOrEqual when constant.IsLong => PrefilterKind.LessOrEqual,
        BinaryOperator.Greater when constant.IsLong => PrefilterKind.Greater,
        BinaryOperator.GreaterOrEqual when constant.IsLong => PrefilterKind.GreaterOrEqual,
        _ => PrefilterKind.None,
    };

    private static long OperandOf(BinaryOperator @operator, Value constant) => @operator switch
    {
        BinaryOperator.ContainsAny or BinaryOperator.ContainsAll => (long)constant.AsSet().Signature,
        BinaryOperator.Contains or BinaryOperator.Equal => (long)constant.Signature,
        _ => constant.Bits,
    };

    private static bool TryNumber(string name, Dictionary<string, ushort> attributes, out ushort number)
    {
        if (attributes.TryGetValue(name, out number))
        {
            return true;
        }

        number = (ushort)attributes.Count;
        return attributes.Count < ushort.MaxValue && attributes.TryAdd(name, number);
    }
}
