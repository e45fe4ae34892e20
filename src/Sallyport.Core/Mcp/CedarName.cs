using Sallyport.Cedar.Values;

namespace Sallyport.Mcp;

/// <summary>The name of an attribute in Cedar text (Cedar grammar, IDENT and STR).</summary>
internal static class CedarName
{
    /// <summary>The name as it is where that is an identifier, else in quotes.</summary>
    public static string Of(string name) => IsIdentifier(name) ? name : Value.Of(name).ToString();

    private static bool IsIdentifier(string name) =>
        name.Length > 0
        && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && name is not ("true" or "false" or "if" or "then" or "else" or "in" or "like" or "has" or "is" or "__cedar");
}
