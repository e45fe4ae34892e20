namespace Sallyport.Mcp;

/// <summary>How much a JSON text from outside may ask of the reader, and in whose name it is refused.</summary>
/// <param name="Area">First part of the code of its faults: <c>call</c>, <c>tools</c> or <c>fact</c>.</param>
/// <param name="Subject">What the text is, as the beginning of a sentence.</param>
/// <param name="BytesMax">UTF-8 bytes of the whole text.</param>
/// <param name="DepthMax">Objects and arrays inside one another.</param>
/// <param name="NodesMax">Values in the whole text, the containers included.</param>
/// <param name="WidthMax">Members of one object or elements of one array.</param>
/// <param name="NameLengthMax">UTF-16 units of the name of a member.</param>
public sealed record JsonBounds(
    string Area, string Subject, int BytesMax, int DepthMax, int NodesMax, int WidthMax, int NameLengthMax)
{
    /// <summary>The arguments of one call.</summary>
    public static JsonBounds Call { get; } = new("call", "The arguments", 1024 * 1024, 64, 65_536, 16_384, 256);

    /// <summary>What a server answers to <c>tools/list</c>.</summary>
    public static JsonBounds Tools { get; } = new("tools", "The tool list", 4 * 1024 * 1024, 64, 262_144, 16_384, 256);

    /// <summary>A document within a text of the arguments, decoded for a fact.</summary>
    public static JsonBounds Fact { get; } = Call with { Area = "fact", Subject = "The decoded document" };

    /// <summary>Characters of one number: longer ones are read differently everywhere.</summary>
    public const int NumberLengthMax = 64;
}
