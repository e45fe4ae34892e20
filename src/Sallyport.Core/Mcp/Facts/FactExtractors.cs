using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Cedar.Values;

namespace Sallyport.Mcp;

/// <summary>The facts of one call.</summary>
/// <param name="Record">What was found, by name; conforms to <see cref="FactExtractors.ToCedar"/>.</param>
/// <param name="Untyped">Facts that failed, as <c>fact:NAME</c>, in ordinal order: for <c>context.untyped</c>, where no
/// JSON pointer can look like one.</param>
/// <param name="Faults">Why they failed.</param>
public sealed record ExtractedFacts(
    RecordValue Record, ImmutableArray<string> Untyped, ImmutableArray<Fault> Faults);

/// <summary>All facts of a configuration, each name once.</summary>
public sealed class FactExtractors
{
    /// <summary>Facts of one configuration.</summary>
    public const int FactsMax = 256;

    private readonly ImmutableArray<FactDefinition> facts; // ordinal order of the names

    private FactExtractors(ImmutableArray<FactDefinition> facts) => this.facts = facts;

    /// <summary>No facts.</summary>
    public static FactExtractors None { get; } = new([]);

    /// <summary>The only way in.</summary>
    public static bool TryCreate(
        IReadOnlyCollection<FactDefinition> facts,
        [NotNullWhen(true)] out FactExtractors? extractors,
        out ImmutableArray<Fault> faults)
    {
        faults =
        [
            .. facts.GroupBy(fact => fact.Name, StringComparer.Ordinal)
                .Where(same => same.Skip(1).Any())
                .Select(same => FactFault.Definition(same.Key, "it is defined twice", "Rename one of them")),
        ];
        if (facts.Count > FactsMax)
        {
            faults = faults.Add(new Fault(
                "fact.too-many", $"{facts.Count} facts are more than {FactsMax}", "Remove those that no policy reads"));
        }

        extractors = faults.IsEmpty
            ? new FactExtractors([.. facts.OrderBy(fact => fact.Name, StringComparer.Ordinal)])
            : null;
        return extractors is not null;
    }

    /// <summary>Every fact, in ordinal order of names.</summary>
    public IReadOnlyList<FactDefinition> Facts => facts;

    /// <summary>Attribute name and Cedar type of every fact, as the schema of policies wants them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes =>
        [.. facts.Select(fact => KeyValuePair.Create(fact.Name, fact.CedarType))];

    /// <summary>The Cedar record type of the facts of one tool, every attribute optional.</summary>
    public string ToCedar(ToolName tool)
    {
        var attributes = facts.Where(fact => fact.AppliesTo(tool)).Select(fact => $"\n  {fact.ToCedar()}").ToList();
        return attributes.Count == 0 ? "{}" : $"{{{string.Join(',', attributes)}\n}}";
    }

    /// <summary>The facts of one call to one tool.</summary>
    public ExtractedFacts Extract(ToolName tool, StrictJson arguments)
    {
        var found = new List<(string, Value)>();
        var untyped = ImmutableArray.CreateBuilder<string>();
        var faults = ImmutableArray.CreateBuilder<Fault>();
        foreach (var fact in facts.Where(fact => fact.AppliesTo(tool)))
        {
            switch (FactExtractor.Extract(fact, arguments))
            {
                case FactResult.Found value:
                    found.Add((fact.Name, value.Value));
                    break;
                case FactResult.Failed failed:
                    untyped.Add($"fact:{fact.Name}");
                    faults.Add(failed.Fault with { Detail = $"The fact '{fact.Name}': {failed.Fault.Detail}" });
                    break;
                case FactResult.Absent:
                    break;
            }
        }

        return new ExtractedFacts(RecordValue.Create([.. found]), untyped.ToImmutable(), faults.ToImmutable());
    }
}
