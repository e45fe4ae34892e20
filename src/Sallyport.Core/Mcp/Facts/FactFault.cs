namespace Sallyport.Mcp;

/// <summary>The words for a fact that is wrong as written, or that a call does not give.</summary>
internal static class FactFault
{
    public static Fault Definition(string name, string detail, string mend) =>
        new("fact.malformed", $"The fact '{Egress.Excerpt.Of(name)}': {detail}", mend);

    public static Fault Shape(string pointer, string wanted) => new(
        "fact.shape",
        $"{JsonPointer.Shown(pointer)} is not {wanted}",
        "Send the argument in the form that the fact reads, or change the fact");

    public static Fault Decode(string pointer, string what) => new(
        "fact.decode",
        $"{JsonPointer.Shown(pointer)} is not {what}",
        "Send it as that, or change the fact: what cannot be decoded is never taken for absent");

    public static Fault TooMany() => new(
        "fact.too-many",
        $"There are more than {FactDefinition.ItemsMax} values",
        "Divide the call, or have the fact read less");
}
