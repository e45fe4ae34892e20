using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>
/// The types that are there without a declaration: <c>__cedar::Long</c> and so on, and as <c>Long</c> where nothing
/// hides it.
/// </summary>
internal static class BuiltInTypes
{
    /// <summary>What stands before the name that nothing can hide.</summary>
    public const string Prefix = $"{Identifiers.CedarNamespace}::";

    /// <summary>The type of a name without its namespace, or null.</summary>
    public static CedarType? Find(string name) => FindPrimitive(name) ?? FindExtension(name);

    public static CedarType? FindPrimitive(string name) => name switch
    {
        "Long" => CedarType.Long,
        "String" => CedarType.String,
        "Bool" => CedarType.Bool,
        _ => null,
    };

    public static CedarType? FindExtension(string name) => name switch
    {
        "decimal" => CedarType.Decimal,
        "ipaddr" => CedarType.IpAddress,
        "datetime" => CedarType.Datetime,
        "duration" => CedarType.Duration,
        _ => null,
    };

    /// <summary>Names of all built-in types, for suggestions.</summary>
    public static IEnumerable<string> Names => ["Long", "String", "Bool", "decimal", "ipaddr", "datetime", "duration"];

    /// <summary>
    /// Words of the schema language that no common type may be named (Cedar documentation, RESERVED).
    /// </summary>
    public static bool IsReservedCommonName(string name) => name
        is "Bool" or "Boolean" or "Entity" or "Extension" or "Long" or "Record" or "Set" or "String";
}
