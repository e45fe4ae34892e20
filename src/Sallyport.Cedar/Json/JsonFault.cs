using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Json;

/// <summary>
/// A mistake in a JSON document, thrown from the depth of a reader to its edge, where it becomes a
/// <see cref="Diagnostic"/>. One a document, so that its cost does not matter. Never leaves this folder.
/// </summary>
[SuppressMessage(
    "Design", "CA1032", Justification = "Control flow within this folder; always made with all its parts.")]
[SuppressMessage("Design", "CA1064", Justification = "Never leaves this folder.")]
internal sealed class JsonFault(string code, string message, string mend, long offset) : Exception(message)
{
    /// <summary>Runs a reader; whatever is wrong with the document becomes an error with its line.</summary>
    public static Parsed<T> Guard<T>(ReadOnlySpan<byte> utf8, int bytesMax, Func<ReadOnlySpan<byte>, T> read)
        where T : class
    {
        if (utf8.Length > bytesMax)
        {
            return new Parsed<T>(Diagnostic.Unplaced(
                "json.too-long", $"The document has {utf8.Length} bytes; the limit is {bytesMax}.", "Split it."));
        }

        try
        {
            return new Parsed<T>(read(utf8));
        }
        catch (JsonFault fault)
        {
            return new Parsed<T>(fault.ToDiagnostic(utf8));
        }
        catch (JsonException exception)
        {
            return new Parsed<T>(NotJson(exception));
        }
    }

    /// <summary>Throws the fault of a token that is not of the wanted kind.</summary>
    public static JsonFault Expected(string what, in Utf8JsonReader reader) =>
        new("json.unexpected", $"Expected {what}, found {Describe(reader.TokenType)}.", "", reader.TokenStartIndex);

    public static Diagnostic NotJson(JsonException exception) => new(
        "json.syntax", $"This is no JSON: {FirstSentence(exception.Message)}", "", default,
        new LinePosition((int)(exception.LineNumber ?? 0) + 1, (int)(exception.BytePositionInLine ?? 0) + 1));

    private Diagnostic ToDiagnostic(ReadOnlySpan<byte> utf8)
    {
        var before = utf8[..(int)Math.Min(offset, utf8.Length)];
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return new Diagnostic(code, Message, mend, default, new LinePosition(line, column));
    }

    private static string FirstSentence(string message) =>
        message.IndexOf(" LineNumber:", StringComparison.Ordinal) is var at and > 0 ? message[..at] : message;

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a Boolean",
        JsonTokenType.Null => "null",
        JsonTokenType.PropertyName => "a member",
        JsonTokenType.EndObject => "the end of an object",
        JsonTokenType.EndArray => "the end of an array",
        _ => "nothing",
    };
}
