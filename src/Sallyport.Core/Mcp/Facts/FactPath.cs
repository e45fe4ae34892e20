using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Sallyport.Mcp;

/// <summary>
/// A JSON pointer (RFC 6901) in which <c>*</c> stands for every element of an array or every member of an object. What
/// is missing is absent; what has another form than the path says is a fault, for a silent absence would hide it.
/// </summary>
public sealed class FactPath
{
    /// <summary>Steps in one path.</summary>
    public const int TokensMax = 32;

    private readonly string[] tokens;

    private FactPath(string text, string[] tokens) => (Text, this.tokens) = (text, tokens);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>The only way in.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FactPath? path)
    {
        path = JsonPointer.TrySplit(text, out var tokens) && tokens.Length <= TokensMax
            ? new FactPath(text, tokens)
            : null;
        return path is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Whether a place is what the path leads to, or lies below it.</summary>
    /// <param name="place">A JSON pointer.</param>
    public bool Covers(string place) =>
        JsonPointer.TrySplit(place, out var steps)
        && steps.Length >= tokens.Length
        && tokens.Zip(steps).All(pair => pair.First == "*" || pair.First == pair.Second);

    /// <summary>The first step: the name of an argument; null for the whole.</summary>
    public string? Head => tokens is [var head, ..] ? head : null;

    /// <summary>The path to one argument, whatever characters its name has.</summary>
    public static FactPath OfArgument(string name) => new(JsonPointer.Join(JsonPointer.Root, name), [name]);

    /// <summary>Appends what the path leads to.</summary>
    internal Fault? Select(FactItem from, List<FactItem> to) => Select(from, 0, to);

    // Recursion is bounded by TokensMax, the number of items by ItemsMax.
    private Fault? Select(FactItem from, int index, List<FactItem> to)
    {
        if (index == tokens.Length)
        {
            to.Add(from);
            return to.Count > FactDefinition.ItemsMax ? FactFault.TooMany() : null;
        }

        var token = tokens[index];
        switch (from.Element.ValueKind)
        {
            case JsonValueKind.Object when token != "*":
                return from.Element.TryGetProperty(token, out var member)
                    ? Select(from.Step(member, token), index + 1, to)
                    : null;
            case JsonValueKind.Object or JsonValueKind.Array when token == "*":
                foreach (var child in from.Children())
                {
                    if (Select(child, index + 1, to) is { } fault)
                    {
                        return fault;
                    }
                }

                return null;
            case JsonValueKind.Array when IsIndex(token):
                return int.TryParse(token, out var at) && at < from.Element.GetArrayLength()
                    ? Select(from.Step(from.Element[at], token), index + 1, to)
                    : null;
            case JsonValueKind.Null:
                return null;
            default:
                return FactFault.Shape(from.Pointer, token == "*" ? "an array or object" : "an object with members");
        }
    }

    // RFC 6901, 4: no leading zeros.
    private static bool IsIndex(string token) =>
        token == "0" || (token.Length > 0 && token[0] != '0' && token.All(char.IsAsciiDigit));
}

/// <summary>A value on its way through the steps, with the place that it came from.</summary>
/// <param name="Pointer">For messages: where it came from in the arguments, and in what was decoded from there.</param>
/// <param name="Element">The JSON value; undefined where a step has made a text.</param>
/// <param name="Decoded">The text that a step has made.</param>
internal readonly record struct FactItem(string Pointer, JsonElement Element, string? Decoded = null)
{
    public string? Text => Decoded ?? (Element.ValueKind is JsonValueKind.String ? Element.GetString() : null);

    public FactItem Step(JsonElement child, string token) => new(JsonPointer.Join(Pointer, token), child);

    public FactItem With(string text) => new(Pointer, default, text);

    /// <summary>The elements of an array or the values of an object.</summary>
    public IEnumerable<FactItem> Children()
    {
        if (Element.ValueKind is JsonValueKind.Object)
        {
            foreach (var member in Element.EnumerateObject())
            {
                yield return Step(member.Value, member.Name);
            }

            yield break;
        }

        var index = 0;
        foreach (var item in Element.EnumerateArray())
        {
            yield return new FactItem(JsonPointer.Join(Pointer, index++), item);
        }
    }

    /// <summary>Where a text is wanted and an array is found, its elements are meant.</summary>
    public IEnumerable<FactItem> Flattened() => Element.ValueKind is JsonValueKind.Array ? Children() : [this];
}
