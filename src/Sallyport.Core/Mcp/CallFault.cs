using System.Text.Json;

namespace Sallyport.Mcp;

/// <summary>
/// The words for a call that is denied because its arguments are not what the tool declares. Kinds and places are
/// named, never values: an argument may be a secret.
/// </summary>
internal static class CallFault
{
    public static Fault WrongType(string pointer, string wanted, JsonElement found) => new(
        "call.wrong-type",
        $"{JsonPointer.Shown(pointer)} is {KindOf(found)}, and the tool's schema wants {wanted}",
        $"Send {wanted} at {JsonPointer.Shown(pointer)}");

    public static Fault Missing(string pointer) => new(
        "call.missing-argument",
        $"{JsonPointer.Shown(pointer)} is missing, and the tool's schema requires it",
        $"Send {JsonPointer.Shown(pointer)}");

    public static Fault BeyondLong(string pointer) => new(
        "call.number-range",
        $"The whole number at {JsonPointer.Shown(pointer)} does not fit 64 bits",
        "Send a number from -9223372036854775808 to 9223372036854775807");

    public static Fault TooManyLeaves() => new(
        "call.too-many-values",
        $"The arguments have more than {ToolArguments.LeavesMax} texts, numbers and booleans",
        "Divide the call");

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Undefined => "missing",
        _ => "unknown",
    };
}
