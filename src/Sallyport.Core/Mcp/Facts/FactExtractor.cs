using System.Text.Json;
using Sallyport.Cedar.Values;

namespace Sallyport.Mcp;

/// <summary>What a fact gives for one call. Closed.</summary>
public abstract record FactResult
{
    private FactResult()
    {
    }

    /// <summary>A value of the fact's type.</summary>
    /// <param name="Value">The value.</param>
    public sealed record Found(Value Value) : FactResult;

    /// <summary>What the fact reads is not in the call.</summary>
    public sealed record Absent : FactResult;

    /// <summary>It is in the call, and could not be read: policies hold, never pass.</summary>
    /// <param name="Fault">Why not.</param>
    public sealed record Failed(Fault Fault) : FactResult;
}

/// <summary>Takes a fact out of the arguments of one call. Pure.</summary>
public static class FactExtractor
{
    /// <summary>Of arguments as somebody else parsed them.</summary>
    public static FactResult Extract(FactDefinition fact, JsonElement arguments) =>
        StrictJson.TryCheck(arguments, JsonBounds.Call, out var json, out var fault)
            ? Extract(fact, json)
            : new FactResult.Failed(fault);

    /// <summary>Of arguments that were checked.</summary>
    public static FactResult Extract(FactDefinition fact, StrictJson arguments)
    {
        var items = new List<FactItem>();
        if (fact.Path.Select(new FactItem(JsonPointer.Root, arguments.Root), items) is { } wrong)
        {
            return new FactResult.Failed(wrong);
        }

        foreach (var step in fact.Steps)
        {
            switch (step)
            {
                case FactStep.Count:
                    return new FactResult.Found(Value.Of((long)items.Count));
                case FactStep.Exists:
                    return new FactResult.Found(Value.Of(items.Count > 0));
                case FactStep.MatchesAny matches:
                    return Match(items, matches);
            }

            var next = new List<FactItem>(items.Count);
            foreach (var item in items)
            {
                if ((step.Apply(item, next) ?? (next.Count > FactDefinition.ItemsMax ? FactFault.TooMany() : null))
                    is { } fault)
                {
                    return new FactResult.Failed(fault);
                }
            }

            items = next;
        }

        return Give(items, fact.Type);
    }

    private static FactResult Match(List<FactItem> items, FactStep.MatchesAny matches)
    {
        var isMatch = false;
        foreach (var item in items.SelectMany(item => item.Flattened()))
        {
            if (item.Text is not { } text)
            {
                return new FactResult.Failed(FactFault.Shape(item.Pointer, "a text"));
            }

            isMatch |= matches.Globs.Any(glob => glob.Matches(text));
        }

        return new FactResult.Found(Value.Of(isMatch));
    }

    private static FactResult Give(List<FactItem> items, FactType type)
    {
        if (items.Count == 0)
        {
            return new FactResult.Absent();
        }

        if (type is FactType.SetOfString)
        {
            return GiveSet(items);
        }

        if (items.Count > 1)
        {
            return new FactResult.Failed(FactFault.Shape(items[1].Pointer, "the only value"));
        }

        var only = items[0];
        if (only.Decoded is null && only.Element.ValueKind is JsonValueKind.Null)
        {
            return new FactResult.Absent();
        }

        return type switch
        {
            FactType.String when only.Text is { } text => new FactResult.Found(Value.Of(text)),
            FactType.Bool when only.Element.ValueKind is JsonValueKind.True or JsonValueKind.False =>
                new FactResult.Found(Value.Of(only.Element.GetBoolean())),
            FactType.Long when only.Element.ValueKind is JsonValueKind.Number
                && JsonNumber.TryParse(only.Element.GetRawText(), out var number)
                && number.TryGetLong(out var whole) => new FactResult.Found(Value.Of(whole)),
            _ => new FactResult.Failed(FactFault.Shape(only.Pointer, type switch
            {
                FactType.String => "a text",
                FactType.Bool => "a boolean",
                _ => "a whole number of 64 bits",
            })),
        };
    }

    private static FactResult GiveSet(List<FactItem> items)
    {
        var texts = new List<Value>(items.Count);
        foreach (var item in items.SelectMany(item => item.Flattened()))
        {
            if (item.Text is not { } text)
            {
                return new FactResult.Failed(FactFault.Shape(item.Pointer, "a text"));
            }

            texts.Add(Value.Of(text));
            if (texts.Count > FactDefinition.ItemsMax)
            {
                return new FactResult.Failed(FactFault.TooMany());
            }
        }

        return new FactResult.Found(Value.Of(SetValue.Create([.. texts])));
    }
}
