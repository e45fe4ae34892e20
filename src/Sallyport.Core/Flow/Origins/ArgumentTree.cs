using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sallyport.Flow.Origins;

/// <summary>Walks a JSON argument and traces its strings and numbers, and the parts of its URLs.</summary>
internal static class ArgumentTree
{
    private const int UrlPartsMax = 64;

    /// <summary>Traces every leaf. True, false and null hold no text.</summary>
    public static IReadOnlyList<TracedArgument> Trace(ReadOnlySpan<byte> json, Tracer tracer)
    {
        var traced = new List<TracedArgument>();
        var path = new List<(string Name, int Index)>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = tracer.Limits.DepthMax + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number
                    && traced.Count >= tracer.Limits.LeavesMax)
                {
                    traced.Add(new TracedArgument("", "", "", ValueTrace.Over(TraceBound.Leaves)));
                    return traced;
                }

                if (reader.CurrentDepth >= tracer.Limits.DepthMax)
                {
                    traced.Add(new TracedArgument(Pointer(path), "", "", ValueTrace.Over(TraceBound.Depth)));
                    return traced;
                }

                Step(ref reader, path, tracer, traced);
            }
        }
        catch (JsonException)
        {
            // Whoever decodes it otherwise may see other leaves: none of those traced so far says anything.
            return [new TracedArgument("", "", "", ValueTrace.Over(TraceBound.Unparsable))];
        }
        catch (InvalidOperationException)
        {
            // A string of half a surrogate pair: no text.
            return [new TracedArgument("", "", "", ValueTrace.Over(TraceBound.Unparsable))];
        }

        return traced;
    }

    /// <summary>Traces a text, and its parts where it is a URL.</summary>
    public static void AddText(string value, string pointer, Tracer tracer, List<TracedArgument> traced)
    {
        var whole = tracer.Text(value);
        traced.Add(new TracedArgument(pointer, "", value, whole));
        if (whole.Shape != ValueShape.Url)
        {
            return;
        }

        var count = 0;
        foreach (var (part, text) in UrlParts.Of(value))
        {
            if (++count > UrlPartsMax)
            {
                traced.Add(new TracedArgument(pointer, part, "", ValueTrace.Over(TraceBound.Leaves)));
                return;
            }

            traced.Add(new TracedArgument(pointer, part, text, tracer.Text(text)));
        }
    }

    private static void Step(ref Utf8JsonReader reader, List<(string Name, int Index)> path, Tracer tracer,
        List<TracedArgument> traced)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                path[^1] = (reader.GetString() ?? "", -1);
                return;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Count(path);
                path.Add(("", reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.RemoveAt(path.Count - 1);
                return;
            case JsonTokenType.String:
                Count(path);
                AddText(reader.GetString() ?? "", Pointer(path), tracer, traced);
                return;
            case JsonTokenType.Number:
                Count(path);
                traced.Add(new TracedArgument(
                    Pointer(path), "", Encoding.ASCII.GetString(reader.ValueSpan), tracer.Text(reader.ValueSpan)));
                return;
            default:
                Count(path);
                return;
        }
    }

    // In an array the index counts the elements begun so far.
    private static void Count(List<(string Name, int Index)> path)
    {
        if (path.Count > 0 && path[^1].Index >= 0)
        {
            path[^1] = path[^1] with { Index = path[^1].Index + 1 };
        }
    }

    private static string Pointer(List<(string Name, int Index)> path)
    {
        var pointer = new StringBuilder();
        foreach (var (name, index) in path)
        {
            pointer.Append('/').Append(index >= 0
                ? Math.Max(0, index - 1).ToString(CultureInfo.InvariantCulture)
                : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }

        return pointer.ToString();
    }
}
