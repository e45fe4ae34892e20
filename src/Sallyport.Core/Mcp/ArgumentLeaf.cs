namespace Sallyport.Mcp;

/// <summary>One scalar of a call's arguments: what origins are looked up for. Closed.</summary>
/// <param name="Place">Its place in the arguments, as a JSON pointer.</param>
public abstract record ArgumentLeaf(string Place)
{
    /// <summary>A text.</summary>
    /// <param name="Place">Its place.</param>
    /// <param name="Value">As decoded from JSON.</param>
    public sealed record Text(string Place, string Value) : ArgumentLeaf(Place);

    /// <summary>A number.</summary>
    /// <param name="Place">Its place.</param>
    /// <param name="Written">As the call writes it: <c>1e3</c>.</param>
    /// <param name="Canonical">The one spelling of the same number: <c>1000</c>.</param>
    public sealed record Number(string Place, string Written, string Canonical) : ArgumentLeaf(Place);

    /// <summary>A boolean.</summary>
    /// <param name="Place">Its place.</param>
    /// <param name="Value">Which.</param>
    public sealed record Flag(string Place, bool Value) : ArgumentLeaf(Place);

    /// <summary>The name of a member that the tool does not declare: the caller chose it, so it is text too.</summary>
    /// <param name="Place">The member.</param>
    /// <param name="Value">Its name.</param>
    public sealed record MemberName(string Place, string Value) : ArgumentLeaf(Place);
}
