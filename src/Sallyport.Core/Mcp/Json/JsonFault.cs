namespace Sallyport.Mcp;

/// <summary>The words for JSON that has no single meaning or asks too much. The value is never repeated.</summary>
internal static class JsonFault
{
    public static Fault TooLarge(JsonBounds bounds) => new(
        $"{bounds.Area}.too-large",
        $"{bounds.Subject}: more than {bounds.BytesMax} bytes",
        "Send less at once, or hand large content over by reference");

    public static Fault TooMany(JsonBounds bounds) => new(
        $"{bounds.Area}.too-large",
        $"{bounds.Subject}: more than {bounds.NodesMax} values",
        "Send less at once");

    public static Fault TooWide(JsonBounds bounds, string pointer) => new(
        $"{bounds.Area}.too-large",
        $"{bounds.Subject}: {JsonPointer.Shown(pointer)} has more than {bounds.WidthMax} members",
        "Send less at once");

    public static Fault TooDeep(JsonBounds bounds, string pointer) => new(
        $"{bounds.Area}.too-deep",
        $"{bounds.Subject}: {JsonPointer.Shown(pointer)} is more than {bounds.DepthMax} levels deep",
        "Send a flatter document");

    public static Fault LongName(JsonBounds bounds, string pointer) => new(
        $"{bounds.Area}.too-large",
        $"{bounds.Subject}: the name of {JsonPointer.Shown(pointer)} has more than {bounds.NameLengthMax} characters",
        "Use a shorter name");

    public static Fault Malformed(JsonBounds bounds, long line, long position) => new(
        $"{bounds.Area}.malformed",
        $"{bounds.Subject}: no JSON (RFC 8259) at line {line + 1}, byte {position + 1}",
        "Send one JSON value, without comments and trailing commas");

    public static Fault InvalidText(JsonBounds bounds, string pointer) => new(
        $"{bounds.Area}.invalid-text",
        $"{bounds.Subject}: {JsonPointer.Shown(pointer)} is not valid Unicode text",
        "Send UTF-8, and no half of a surrogate pair");

    public static Fault Duplicate(JsonBounds bounds, string pointer) => new(
        $"{bounds.Area}.duplicate-key",
        $"{bounds.Subject}: {JsonPointer.Shown(pointer)} is there twice",
        "Send each member once: readers disagree which one counts");

    public static Fault Number(JsonBounds bounds, string pointer) => new(
        $"{bounds.Area}.number-range",
        $"{bounds.Subject}: the number at {JsonPointer.Shown(pointer)} is beyond a double or has more than "
            + $"{JsonBounds.NumberLengthMax} characters",
        "Send it as a text");
}
