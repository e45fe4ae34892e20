using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Whether there is an action that the scope names and that applies to principals and resources of the scope.
/// </summary>
internal static class ScopeApplication
{
    public static bool IsPossible(Schema schema, PolicyBody body) => ActionsOf(schema, body.Action).Any(action =>
        action.Principals.Any(type => Fits(schema, body.Principal, type))
            && action.Resources.Any(type => Fits(schema, body.Resource, type)));

    private static IEnumerable<ActionDefinition> ActionsOf(Schema schema, ActionScope scope) => scope switch
    {
        ActionScope.Equal equal => schema.TryGetAction(equal.Action, out var action) ? [action] : [],
        ActionScope.In @in => schema.Actions.Where(a => a.IsIn(@in.Group)),
        ActionScope.InAny inAny => schema.Actions.Where(a => inAny.Groups.Any(a.IsIn)),
        _ => schema.Actions,
    };

    /// <summary>
    /// Whether an entity of the type, which the schema declares, can satisfy the scope. A slot may be filled with what
    /// fits.
    /// </summary>
    private static bool Fits(Schema schema, EntityScope scope, EntityTypeName type) => scope switch
    {
        EntityScope.Equal equal => equal.Entity is null || equal.Entity.Type == type,
        EntityScope.In @in => @in.Entity is null || schema.CanBeIn(type, @in.Entity.Type),
        EntityScope.Is @is => @is.Type == type,
        EntityScope.IsIn isIn => isIn.Type == type && (isIn.Entity is null || schema.CanBeIn(type, isIn.Entity.Type)),
        _ => true,
    };
}
