using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Checks requests and entities against a schema (Cedar specification, "request and entity validation"). Only on what
/// conforms does a validated policy keep its promise not to fail.
/// </summary>
public static class SchemaConformance
{
    /// <summary>
    /// Checks a request: the action is declared, applies to the types of principal and resource, and the context has
    /// its type.
    /// </summary>
    /// <returns>Every mistake; empty if the request conforms.</returns>
    public static ImmutableArray<Diagnostic> Check(this Schema schema, Request request)
    {
        var checker = new ValueChecker(schema);
        CheckParty(schema, checker, request.Principal, "principal");
        CheckParty(schema, checker, request.Resource, "resource");
        if (!schema.TryGetAction(request.Action, out var action))
        {
            checker.Report("conformance.unknown-action", $"The schema has no action {request.Action}.",
                () => NearestName.Find(request.Action.Id, schema.Actions.Select(a => a.Uid.Id)) is { } near
                    ? $"Perhaps the id '{near}'."
                    : "Declare it.");
            return checker.Mistakes;
        }

        CheckApplies(checker, action, action.Principals, request.Principal, "principal");
        CheckApplies(checker, action, action.Resources, request.Resource, "resource");
        checker.CheckRecord(request.Context, action.Context, "the context");
        return checker.Mistakes;
    }

    /// <summary>
    /// Checks all entities of a store, those of actions included: these must be as the schema declares them.
    /// </summary>
    /// <returns>Every mistake, at most 100; empty if all entities conform.</returns>
    public static ImmutableArray<Diagnostic> Check(this Schema schema, EntityStore entities)
    {
        var checker = new ValueChecker(schema);
        foreach (var entity in entities.Entities)
        {
            Check(schema, checker, entity, entities.AncestorsOf(entity.Uid));
            if (checker.IsFull)
            {
                break;
            }
        }

        return checker.Mistakes;
    }

    /// <summary>Checks one entity.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="entity">The entity.</param>
    /// <param name="entities">Where its ancestors are looked up; without a store it has its parents only.</param>
    /// <returns>Every mistake; empty if the entity conforms.</returns>
    public static ImmutableArray<Diagnostic> Check(this Schema schema, Entity entity, EntityStore? entities)
    {
        var checker = new ValueChecker(schema);
        Check(schema, checker, entity, entities?.AncestorsOf(entity.Uid) ?? entity.Parents);
        return checker.Mistakes;
    }

    private static void Check(Schema schema, ValueChecker checker, Entity entity, ImmutableArray<EntityUid> ancestors)
    {
        if (entity.Uid.Type.IsAction)
        {
            CheckAction(schema, checker, entity, ancestors);
            return;
        }

        if (!schema.TryGetEntityType(entity.Uid.Type, out var type))
        {
            checker.ReportUnknownType(entity.Uid);
            return;
        }

        checker.CheckId(entity.Uid);
        checker.CheckRecord(entity.Attributes, type.Attributes, $"{entity.Uid}");
        foreach (var ancestor in ancestors)
        {
            if (!type.Ancestors.Contains(ancestor.Type))
            {
                checker.Report("conformance.parent",
                    $"{entity.Uid} cannot be in {ancestor}: the schema does not let {type.Name} be in {ancestor.Type}.",
                    () => $"Declare 'entity {type.Name.BaseName} in [{ancestor.Type}]', or remove the parent.");
            }

            checker.CheckId(ancestor);
        }

        checker.CheckTags(entity, type);
    }

    private static void CheckAction(Schema schema, ValueChecker checker, Entity entity,
        ImmutableArray<EntityUid> ancestors)
    {
        if (!schema.TryGetAction(entity.Uid, out var action))
        {
            checker.Report("conformance.unknown-action", $"The schema has no action {entity.Uid}.", () =>
                "Declare it, or leave out the entity.");
        }
        else if (entity.Attributes.Count > 0 || entity.Tags.Count > 0 || !action.Ancestors.SetEquals(ancestors))
        {
            checker.Report("conformance.action", $"{entity.Uid} is not as the schema declares it.",
                () => "Actions have no attributes and tags, and just the groups of the schema: leave out the entity.");
        }
    }

    private static void CheckParty(Schema schema, ValueChecker checker, EntityUid uid, string part)
    {
        if (schema.TryGetEntityType(uid.Type, out _))
        {
            checker.CheckId(uid);
        }
        else
        {
            checker.Report("conformance.unknown-type",
                $"The schema has no entity type '{uid.Type}' for the {part} {uid}.",
                () => NearestName.Find(uid.Type.Name, schema.EntityTypes.Select(e => e.Name.Name)) is { } near
                    ? $"Perhaps {near}."
                    : "Declare it.");
        }
    }

    private static void CheckApplies(ValueChecker checker, ActionDefinition action,
        ImmutableArray<EntityTypeName> types, EntityUid uid, string part)
    {
        if (!types.Contains(uid.Type))
        {
            checker.Report($"conformance.{part}", $"{action} does not apply to the {part} {uid}.",
                () => types.IsEmpty
                    ? "The action is only a group."
                    : $"It applies to {string.Join(", ", types.Take(10))}.");
        }
    }
}
