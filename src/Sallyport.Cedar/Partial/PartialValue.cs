using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Partial;

/// <summary>What is known of an expression's value.</summary>
internal abstract record PartialValue
{
    private PartialValue()
    {
    }

    /// <summary>An expression that has this value, error or residual for every completion of the request.</summary>
    public Expr Expr => this switch
    {
        Known known => ValueExpr.Of(known.Value),
        Failed failed => failed.Source,
        Residual residual => residual.Rest,
        _ => throw new InvalidOperationException("The hierarchy is closed."),
    };

    public static PartialValue Of(bool value) => new Known(Value.Of(value));

    /// <summary>It has this value.</summary>
    public sealed record Known(Value Value) : PartialValue;

    /// <summary>It fails, whatever the unknowns are.</summary>
    public sealed record Failed(Expr Source) : PartialValue;

    /// <summary>It depends on the unknowns as this expression does.</summary>
    public sealed record Residual(Expr Rest) : PartialValue;
}
