using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Mcp;

/// <summary>What a fact gives to policies.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "Bool, Long and String are Cedar's own words for its types.")]
public enum FactType
{
    /// <summary>By <c>exists</c>, <c>matches-any</c>, or a boolean as it is.</summary>
    Bool,

    /// <summary>By <c>count</c>, or a whole number as it is.</summary>
    Long,

    /// <summary>One text.</summary>
    String,

    /// <summary>Any number of texts; an array of texts gives its elements.</summary>
    SetOfString,
}

/// <summary>A fact as configuration writes it.</summary>
/// <param name="Name">What policies call it.</param>
/// <param name="Tools">Which tools it reads: <c>server__tool</c>, with <c>*</c> for any characters.</param>
/// <param name="Path">A JSON pointer into the arguments, with <c>*</c> for every element or member.</param>
/// <param name="Steps">What is done with what is there, in order.</param>
/// <param name="Type"><c>Bool</c>, <c>Long</c>, <c>String</c> or <c>Set&lt;String&gt;</c>.</param>
public sealed record FactOptions(
    string Name, IReadOnlyList<string> Tools, string Path, IReadOnlyList<string> Steps, string Type);

/// <summary>A named extractor: what it reads, of which tools, and what it gives.</summary>
public sealed record FactDefinition
{
    /// <summary>Steps of one fact.</summary>
    public const int StepsMax = 16;

    /// <summary>Values that a step may give.</summary>
    public const int ItemsMax = 4096;

    /// <summary>Patterns of tools.</summary>
    public const int ToolsMax = 64;

    /// <summary>What a name looks like, for messages.</summary>
    public const string NameForm =
        "1 to 63 of a-z, 0-9, '-' and '_', beginning with a letter and not ending with '-' or '_'";

    private FactDefinition(string name, ImmutableArray<Glob> tools, FactPath path, ImmutableArray<FactStep> steps,
        FactType type) => (Name, Tools, Path, Steps, Type) = (name, tools, path, steps, type);

    /// <summary>What policies call it.</summary>
    public string Name { get; }

    /// <summary>Which tools it reads.</summary>
    public ImmutableArray<Glob> Tools { get; }

    /// <summary>Where it begins.</summary>
    public FactPath Path { get; }

    /// <summary>What it does with what is there.</summary>
    public ImmutableArray<FactStep> Steps { get; }

    /// <summary>What it gives.</summary>
    public FactType Type { get; }

    /// <summary>The only way in; every mistake is told at once.</summary>
    public static bool TryCreate(
        FactOptions options,
        [NotNullWhen(true)] out FactDefinition? definition,
        out ImmutableArray<Fault> faults)
    {
        var isFact = TryRead(options, out definition, out var mistakes);
        faults = [.. mistakes.Select(mistake => FactFault.Definition(options.Name, mistake.Detail, mistake.Mend))];
        return isFact;
    }

    /// <summary>The same, with the part of the definition that each mistake is in.</summary>
    internal static bool TryRead(
        FactOptions options,
        [NotNullWhen(true)] out FactDefinition? definition,
        out ImmutableArray<FactMistake> mistakes)
    {
        var found = new List<FactMistake>();
        if (!IsName(options.Name))
        {
            found.Add(new(FactPart.Name, 0, "the name does not have the form of names", $"Use {NameForm}"));
        }

        if (options.Tools.Count is 0 or > ToolsMax
            || options.Tools.Any(tool => tool.Length is 0 or > Glob.LengthMax || !tool.All(IsToolPattern)))
        {
            found.Add(new(
                FactPart.Tools, 0, $"'tools' is not 1 to {ToolsMax} patterns",
                "Write server__tool, with '*' for any characters"));
        }

        if (!FactPath.TryParse(options.Path, out var path))
        {
            found.Add(new(
                FactPart.Path, 0,
                $"'{Egress.Excerpt.Of(options.Path)}' is no JSON pointer of at most {FactPath.TokensMax} parts",
                "Write for example /files/*/url, or nothing for the whole"));
        }

        var steps = ReadSteps(options.Steps, found);
        if (!TryReadType(options.Type, out var type))
        {
            found.Add(new(
                FactPart.Type, 0, $"'{Egress.Excerpt.Of(options.Type)}' is no type of a fact",
                "Write Bool, Long, String or Set<String>"));
        }
        else if (steps is [.., var last] && GivenBy(last) is { } given && given != type)
        {
            found.Add(new(
                FactPart.Type, 0, $"'{last.Word}' gives {WordOf(given)}, not {WordOf(type)}",
                $"Write type: {WordOf(given)}"));
        }

        mistakes = [.. found];
        definition = mistakes.IsEmpty && path is not null
            ? new FactDefinition(options.Name, [.. options.Tools.Select(tool => new Glob(tool))], path, steps, type)
            : null;
        return definition is not null;
    }

    /// <summary>Whether it reads the arguments of a tool.</summary>
    public bool AppliesTo(ToolName tool) => Tools.Any(pattern => pattern.Matches(tool.ToString()));

    /// <summary>Its Cedar type: <c>Set&lt;String&gt;</c>.</summary>
    public string CedarType => WordOf(Type);

    /// <summary>Its attribute in a Cedar schema, always optional: <c>"iam-actions"?: Set&lt;String&gt;</c>.</summary>
    public string ToCedar() => $"{CedarName.Of(Name)}?: {WordOf(Type)}";

    private static ImmutableArray<FactStep> ReadSteps(IReadOnlyList<string> texts, List<FactMistake> found)
    {
        if (texts.Count > StepsMax)
        {
            found.Add(new(
                FactPart.Steps, 0, $"{texts.Count} steps are more than {StepsMax}", "Divide it into two facts"));
            return [];
        }

        var steps = ImmutableArray.CreateBuilder<FactStep>();
        foreach (var (index, text) in texts.Index())
        {
            if (!FactStepReader.TryParse(text, out var step))
            {
                found.Add(new(
                    FactPart.Steps, index, $"'{Egress.Excerpt.Of(text)}' is no step", $"Write {FactStepReader.Form}"));
                continue;
            }

            if (steps is [.., var before] && GivenBy(before) is not null)
            {
                found.Add(new(
                    FactPart.Steps, index - 1, $"'{before.Word}' is not the last step",
                    "Put it last: nothing can follow it"));
            }

            steps.Add(step);
        }

        return steps.ToImmutable();
    }

    // The steps that end a chain, and what they give.
    private static FactType? GivenBy(FactStep step) => step switch
    {
        FactStep.Count => FactType.Long,
        FactStep.Exists or FactStep.MatchesAny => FactType.Bool,
        _ => null,
    };

    private static bool TryReadType(string text, out FactType type)
    {
        foreach (var candidate in Enum.GetValues<FactType>())
        {
            if (WordOf(candidate) == text)
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }

    private static string WordOf(FactType type) => type switch
    {
        FactType.Bool => "Bool",
        FactType.Long => "Long",
        FactType.String => "String",
        FactType.SetOfString => "Set<String>",
    };

    // As other names, and '_' for '-': attributes that are Cedar identifiers stand without quotes in policies.
    private static bool IsName(string text) => Identity.Name.IsValid(text.Replace('_', '-'));

    private static bool IsToolPattern(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '*';
}
