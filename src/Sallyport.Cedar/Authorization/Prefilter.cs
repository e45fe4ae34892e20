using System.Collections.Immutable;
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

/// <summary>
/// The first thing that a policy asks of the context, in sixteen bytes that lie in the index itself. Where it is
/// plainly false the policy is false, whatever follows, because <c>&amp;&amp;</c> stops there; where the attribute is
/// absent or of another kind it says nothing, and the policy is evaluated. So it is exact, and saves a walk through
/// memory for most policies that do not apply.
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

    public static Prefilter Of(
        ImmutableArray<Condition> conditions, Dictionary<string, ushort> attributes, ExprCompiler compiler)
    {
        if (conditions is not [{ Kind: ConditionKind.When, Body: var first }, ..])
        {
            return default;
        }

        while (first is Expr.And and)
        {
            first = and.Operands[0];
        }

        return first is Expr.Binary
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
    }

    /// <summary>Whether the policy may hold; false only if it certainly does not.</summary>
    public bool MayHold(in ContextFacts facts) => Kind switch
    {
        PrefilterKind.None => true,
        PrefilterKind.SetMeets => !facts.IsSet || (facts.SetSignature & (ulong)Operand) != 0,
        PrefilterKind.SetCovers => !facts.IsSet || (facts.SetSignature & (ulong)Operand) == (ulong)Operand,
        PrefilterKind.Equals => !facts.IsPresent || (facts.Signature & (ulong)Operand) != 0,
        PrefilterKind.Less => !facts.IsLong || facts.Number < Operand,
        PrefilterKind.LessOrEqual => !facts.IsLong || facts.Number <= Operand,
        PrefilterKind.Greater => !facts.IsLong || facts.Number > Operand,
        PrefilterKind.GreaterOrEqual => !facts.IsLong || facts.Number >= Operand,
    };

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

/// <summary>What prefilters may ask of one attribute of the context, found once a request.</summary>
internal readonly struct ContextFacts
{
    private readonly ValueKind _kind;

    public ContextFacts(RecordValue context, string name)
    {
        IsPresent = context.TryGet(name, out var value);
        _kind = value.Kind;
        Number = value.Bits;
        Signature = value.Signature;
        SetSignature = value.Reference is SetValue set ? set.Signature : 0;
    }

    public bool IsPresent { get; }

    public bool IsSet => IsPresent && _kind == ValueKind.Set;

    public bool IsLong => IsPresent && _kind == ValueKind.Long;

    public long Number { get; }

    public ulong Signature { get; }

    public ulong SetSignature { get; }
}
