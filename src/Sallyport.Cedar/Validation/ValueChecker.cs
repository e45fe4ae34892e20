using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Syntax;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Checks values against types, and collects the mistakes. Recursion is bounded by the height of the types.
/// </summary>
internal sealed class ValueChecker(Schema schema)
{
    private readonly List<Diagnostic> _mistakes = [];

    public bool IsFull => _mistakes.Count >= TokenReader.ErrorsMax;

    public ImmutableArray<Diagnostic> Mistakes => [.. _mistakes];

    /// <summary>Records a mistake; its mend is made only if it is kept.</summary>
    public void Report(string code, string message, Func<string> mend)
    {
        if (!IsFull)
        {
            _mistakes.Add(Diagnostic.Unplaced(code, message, mend()));
        }
    }

    public void ReportUnknownType(EntityUid uid) =>
        Report("conformance.unknown-type", $"The schema has no entity type '{uid.Type}' for {uid}.",
        () => NearestName.Find(uid.Type.Name, schema.EntityTypes.Select(e => e.Name.Name)) is { } near
            ? $"Perhaps {near}."
            : "Declare it.");

    /// <summary>Whether the id is among those of an enumerated type; any id of another type is.</summary>
    public void CheckId(EntityUid uid)
    {
        if (schema.TryGetEntityType(uid.Type, out var type) && type.Ids is { } ids && !ids.Contains(uid.Id))
        {
            Report("conformance.undeclared-id", $"{StringEscapes.Quote(uid.Id)} is not among the ids of {uid.Type}.",
                () => ListIds(ids));
        }
    }

    /// <summary>Some of the ids, for a mend.</summary>
    public static string ListIds(IReadOnlySet<string> ids) =>
        $"There are {string.Join(", ", ids.Take(10).Select(StringEscapes.Quote))}.";

    public void CheckTags(Entity entity, EntityTypeDefinition type)
    {
        if (type.Tags is null && entity.Tags.Count > 0)
        {
            Report("conformance.tag", $"{entity.Uid} has tags, and the schema declares none for {type.Name}.", () =>
                "Declare 'tags', or remove them.");
            return;
        }

        for (var i = 0; i < entity.Tags.Count && !IsFull && type.Tags is not null; i++)
        {
            var name = entity.Tags.Names[i];
            Check(entity.Tags.Values[i], type.Tags, () => $"the tag {StringEscapes.Quote(name)} of {entity.Uid}");
        }
    }

    public void CheckRecord(RecordValue record, CedarType.Record type, string what) =>
        CheckRecord(record, type, () => what);

    // The place of a value is put together only for a mistake.
    private void CheckRecord(RecordValue record, CedarType.Record type, Func<string> what)
    {
        for (var i = 0; i < record.Count && !IsFull; i++)
        {
            var name = record.Names[i];
            if (type.Find(name) is { } attribute)
            {
                Check(record.Values[i], attribute.Type, () => $"the attribute {StringEscapes.Quote(name)} of {what()}");
            }
            else
            {
                Report("conformance.unknown-attribute",
                    $"The schema has no attribute {StringEscapes.Quote(name)} of {what()}.",
                    () => NearestName.Find(name, type.Attributes.Select(a => a.Name)) is { } near
                        ? $"Perhaps {StringEscapes.Quote(near)}."
                        : "Declare it, or remove it.");
            }
        }

        foreach (var attribute in type.Required)
        {
            if (IsFull)
            {
                break;
            }

            if (!record.Has(attribute.Name))
            {
                Report("conformance.missing-attribute",
                    $"The attribute {StringEscapes.Quote(attribute.Name)} of {what()} is missing.",
                    () => $"Give it a value of type {attribute.Type}, or declare it as optional, with '?'.");
            }
        }
    }

    private void Check(Value value, CedarType type, Func<string> what)
    {
        switch (type)
        {
            case CedarType.Record record when value.Kind == ValueKind.Record:
                CheckRecord(value.AsRecord(), record, what);
                break;
            case CedarType.Set set when value.Kind == ValueKind.Set:
                foreach (var element in value.AsSet().Elements)
                {
                    if (IsFull)
                    {
                        break;
                    }

                    Check(element, set.Element, () => $"an element of {what()}");
                }

                break;
            case CedarType.Entity entity when value.Kind == ValueKind.Entity
                && entity.Names.Contains(value.AsEntity().Type):
                CheckReference(value.AsEntity(), what);
                break;
            case CedarType.Primitive primitive when primitive.Kind == value.Kind:
                break;
            default:
                var found = value.Kind == ValueKind.Entity ? $"{value.AsEntity().Type}" : $"a {value.Kind.Name()}";
                Report("conformance.type", $"Expected {type} for {what()}, found {found}.", () => "");
                break;
        }
    }

    private void CheckReference(EntityUid uid, Func<string> what)
    {
        CheckId(uid);
        if (uid.Type.IsAction && !schema.TryGetAction(uid, out _))
        {
            Report("conformance.unknown-action", $"The schema has no action {uid}, which is the value for {what()}.",
                () => "Declare it.");
        }
    }
}
