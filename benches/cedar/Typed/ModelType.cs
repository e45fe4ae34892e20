using System.Collections.Immutable;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>A type in a generated schema. Its text is its form in the schema, and what makes two of them
/// equal.</summary>
internal abstract record ModelType
{
    private ModelType()
    {
    }

    /// <summary>A type with a name: Bool, Long, String, or an extension type.</summary>
    public sealed record Named(string Name) : ModelType
    {
        public override string ToString() => Name;
    }

    /// <summary>Entities of one type.</summary>
    public sealed record Entity(string Name) : ModelType
    {
        public override string ToString() => Name;
    }

    /// <summary>Sets.</summary>
    public sealed record Set(ModelType Element) : ModelType
    {
        public override string ToString() => $"Set<{Element}>";
    }

    /// <summary>Records.</summary>
    public sealed record Record(ImmutableArray<ModelAttribute> Attributes) : ModelType
    {
        public override string ToString() => $"{{{string.Join(", ", Attributes)}}}";
    }

    public static Named Bool { get; } = new("Bool");

    public static Named Long { get; } = new("Long");

    public static Named Text { get; } = new("String");

    public static Named Decimal { get; } = new("decimal");

    public static Named Ip { get; } = new("ipaddr");

    public static Named Datetime { get; } = new("datetime");

    public static Named Duration { get; } = new("duration");

    /// <summary>The types that are no entities and hold nothing else.</summary>
    public static ImmutableArray<Named> Simple { get; } = [Bool, Long, Text, Decimal, Ip, Datetime, Duration];

    /// <summary>Whether two types are one.</summary>
    public bool IsSame(ModelType other) => ToString() == other.ToString();
}

/// <summary>An attribute of a record or an entity.</summary>
internal sealed record ModelAttribute(string Name, ModelType Type, bool IsOptional)
{
    public override string ToString() => $"{CedarText.AttributeName(Name)}{(IsOptional ? "?" : "")}: {Type}";
}

/// <summary>An entity type; with ids declared, an enumerated one.</summary>
internal sealed record ModelEntity(string Name, string? MemberOf, ImmutableArray<ModelAttribute> Attributes,
    ModelType? Tags, ImmutableArray<string> Declared);

/// <summary>An action and what it applies to.</summary>
internal sealed record ModelAction(
    string Id, ImmutableArray<string> Groups, ImmutableArray<string> Principals, ImmutableArray<string> Resources,
        ModelType.Record Context);

/// <summary>Cedar's lexical forms, written apart from the product's printer.</summary>
internal static class CedarText
{
    private static readonly string[] s_reserved = ["if", "true", "false", "in", "like", "has", "then", "else", "is",
        "__cedar"];

    public static bool IsIdentifier(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !s_reserved.Contains(name,
            StringComparer.Ordinal);

    public static string AttributeName(string name) => IsIdentifier(name) ? name : Quote(name);

    public static string Member(string target, string name) => IsIdentifier(name) ? $"{target}.{name}"
        : $"{target}[{Quote(name)}]";

    /// <summary>A string literal; what is not printable ASCII is written as an escape, now and then in another
    /// way.</summary>
    public static string Quote(string text) => $"\"{string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\t' => "\\t",
        '\r' => "\\r",
        0 => "\\0",
        < 0x20 or 0x7F => $"\\x{rune.Value:X2}",
        0xE9 or 0x1F600 => rune.ToString(),
        > 0x7F => $"\\u{{{rune.Value:x}}}",
        _ => rune.ToString(),
    }))}\"";
}
