using System.Collections.Immutable;
using System.Text.Json;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Json;

/// <summary>
/// Reads policies and templates in Cedar's JSON form. Enters at the first token of what is read and leaves at its last.
/// </summary>
internal sealed class PolicyReader
{
    private readonly ValueReader _values;
    private readonly ExprReader _expressions;
    private readonly CedarLimits _limits;

    public PolicyReader(CedarLimits limits)
    {
        _limits = limits;
        _values = new ValueReader(limits);
        _expressions = new ExprReader(_values, limits);
    }

    /// <summary>An operator takes two levels of JSON, so conditions go deeper than values.</summary>
    public static JsonReaderOptions Options(CedarLimits limits) =>
        new() { MaxDepth = (limits.ExpressionHeightMax * 4) + limits.JsonDepthMax };

    public PolicyBody ReadBody(ref Utf8JsonReader reader)
    {
        RequireObject(reader, "a policy");
        var start = reader.TokenStartIndex;
        Effect? effect = null;
        EntityScope? principal = null;
        ActionScope? action = null;
        EntityScope? resource = null;
        ImmutableArray<Condition> conditions = default;
        ImmutableArray<Annotation> annotations = default;
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var member = ValueReader.ReadText(ref reader);
            var at = reader.TokenStartIndex;
            ValueReader.Read(ref reader);
            switch (member)
            {
                case "effect" when effect is null:
                    effect = ReadEffect(ref reader);
                    break;
                case "principal" when principal is null:
                    principal = ReadScope(ref reader, SlotId.Principal);
                    break;
                case "action" when action is null:
                    action = ReadActionScope(ref reader);
                    break;
                case "resource" when resource is null:
                    resource = ReadScope(ref reader, SlotId.Resource);
                    break;
                case "conditions" when conditions.IsDefault:
                    conditions = ReadConditions(ref reader);
                    break;
                case "annotations" when annotations.IsDefault:
                    annotations = ReadAnnotations(ref reader);
                    break;
                default:
                    throw new JsonFault("est.member", $"'{member}' is not, or not again, a member of a policy.",
                        "A policy has effect, principal, action, resource, conditions and annotations.", at);
            }
        }

        if (effect is null || principal is null || action is null || resource is null || conditions.IsDefault)
        {
            throw new JsonFault(
                "est.member", "A policy needs effect, principal, action, resource and conditions.", "", start);
        }

        return new PolicyBody
        {
            Effect = effect.Value,
            Principal = principal,
            Action = action,
            Resource = resource,
            Conditions = conditions,
            Annotations = annotations.IsDefault ? [] : annotations,
        };
    }

    public EntityUid ReadUid(ref Utf8JsonReader reader) => _values.ReadUid(ref reader);

    public static void RequireObject(in Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw JsonFault.Expected(what, reader);
        }
    }

    private static Effect ReadEffect(ref Utf8JsonReader reader) => ValueReader.ReadText(ref reader) switch
    {
        "permit" => Effect.Permit,
        "forbid" => Effect.Forbid,
        var other =>
            throw new JsonFault(
                "est.effect", $"There is no effect '{other}'.", "Write permit or forbid.", reader.TokenStartIndex),
    };

    private EntityScope ReadScope(ref Utf8JsonReader reader, SlotId slot)
    {
        var start = reader.TokenStartIndex;
        var members = ReadScopeMembers(ref reader, slot);
        return (members.Operator, members) switch
        {
            ("All", { Type: null, Reference: null, In: null }) => new EntityScope.Any(),
            ("==", { Type: null, Reference: { } target, In: null }) => new EntityScope.Equal(target),
            ("in", { Type: null, Reference: { } container, In: null }) => new EntityScope.In(container),
            ("is", { Type: { } type, Reference: null, In: null }) => new EntityScope.Is(type),
            ("is", { Type: { } type, Reference: null, In: { } container }) => new EntityScope.IsIn(type, container),
            _ => throw BadScope(start),
        };
    }

    private ActionScope ReadActionScope(ref Utf8JsonReader reader)
    {
        var start = reader.TokenStartIndex;
        var members = ReadScopeMembers(ref reader, slot: null);
        ActionScope scope = (members.Operator, members) switch
        {
            ("All", { Reference: null, Entities: null }) => new ActionScope.Any(),
            ("==", { Reference: EntityReference.Named { Uid: var action }, Entities: null }) =>
                new ActionScope.Equal(action),
            ("in", { Reference: EntityReference.Named { Uid: var group }, Entities: null }) =>
                new ActionScope.In(group),
            ("in", { Reference: null, Entities: [var group] }) => new ActionScope.In(group),
            ("in", { Reference: null, Entities: { } groups }) => new ActionScope.InAny([.. groups]),
            _ => throw BadScope(start),
        };
        return members is { Type: null, In: null } && scope.Entities.All(uid => uid.Type.IsAction)
            ? scope
            : throw new JsonFault(
                "est.scope",
                "The scope of the action names something that is no action.",
                "The type of an action is Action, with or without a namespace.",
                start);
    }

    private ScopeMembers ReadScopeMembers(ref Utf8JsonReader reader, SlotId? slot)
    {
        RequireObject(reader, "a part of a scope");
        var members = new ScopeMembers();
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var member = ValueReader.ReadText(ref reader);
            var at = reader.TokenStartIndex;
            ValueReader.Read(ref reader);
            switch (member)
            {
                case "op" when members.Operator is null:
                    members.Operator = ValueReader.ReadText(ref reader);
                    break;
                case "entity" when members.Reference is null:
                    members.Reference = new EntityReference.Named(_values.ReadUid(ref reader));
                    break;
                case "slot" when members.Reference is null && slot is not null:
                    members.Reference = ReadSlot(ref reader, slot.Value);
                    break;
                case "entity_type" when members.Type is null:
                    members.Type = _values.ReadTypeName(ref reader);
                    break;
                case "in" when members.In is null && slot is not null:
                    members.In = ReadScopeMembers(ref reader, slot) is
                    {
                        Operator: null, Type: null, In: null,
                        Entities: null, Reference: { } container
                    }
                        ? container
                        : throw BadScope(at);
                    break;
                case "entities" when members.Entities is null && slot is null:
                    members.Entities = ReadEntities(ref reader);
                    break;
                default:
                    throw new JsonFault(
                        "est.member", $"'{member}' is not, or not again, a member of this part of the scope.", "", at);
            }
        }

        return members;
    }

    private static EntityReference.Slot ReadSlot(ref Utf8JsonReader reader, SlotId slot)
    {
        var reference = new EntityReference.Slot(slot);
        return ValueReader.ReadText(ref reader) == reference.ToString()
            ? reference
            : throw new JsonFault("est.slot", $"The slot here can only be {reference}.", "", reader.TokenStartIndex);
    }

    private List<EntityUid> ReadEntities(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected("an array of entities", reader);
        }

        var entities = new List<EntityUid>();
        while (ValueReader.Read(ref reader) != JsonTokenType.EndArray && entities.Count <= _limits.WidthMax)
        {
            entities.Add(_values.ReadUid(ref reader));
        }

        return entities.Count <= _limits.WidthMax
            ? entities
            : throw new JsonFault(
                "json.width", $"More than {_limits.WidthMax} actions.", "Use an action group.", reader.TokenStartIndex);
    }

    private ImmutableArray<Condition> ReadConditions(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw JsonFault.Expected("an array of conditions", reader);
        }

        var conditions = ImmutableArray.CreateBuilder<Condition>();
        while (ValueReader.Read(ref reader) != JsonTokenType.EndArray)
        {
            conditions.Add(ReadCondition(ref reader));
        }

        return conditions.ToImmutable();
    }

    private Condition ReadCondition(ref Utf8JsonReader reader)
    {
        RequireObject(reader, "a condition");
        var start = reader.TokenStartIndex;
        ConditionKind? kind = null;
        Expr? body = null;
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var member = ValueReader.ReadText(ref reader);
            var at = reader.TokenStartIndex;
            ValueReader.Read(ref reader);
            switch (member)
            {
                case "kind" when kind is null:
                    kind = ReadKind(ref reader);
                    break;
                case "body" when body is null:
                    body = _expressions.Read(ref reader);
                    break;
                default:
                    throw new JsonFault(
                        "est.condition",
                        $"'{member}' is not, or not again, a member of a condition.",
                        "A condition has kind and body.",
                        at);
            }
        }

        return kind is { } found && body is not null
            ? new Condition(found, body)
            : throw new JsonFault("est.condition", "A condition needs kind and body.", "", start);
    }

    private static ConditionKind ReadKind(ref Utf8JsonReader reader) => ValueReader.ReadText(ref reader) switch
    {
        "when" => ConditionKind.When,
        "unless" => ConditionKind.Unless,
        var other =>
            throw new JsonFault(
                "est.condition",
                $"There is no kind of condition '{other}'.",
                "Write when or unless.",
                reader.TokenStartIndex),
    };

    private static ImmutableArray<Annotation> ReadAnnotations(ref Utf8JsonReader reader)
    {
        RequireObject(reader, "an object of annotations");
        var annotations = ImmutableArray.CreateBuilder<Annotation>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (ValueReader.Read(ref reader) == JsonTokenType.PropertyName)
        {
            var key = ValueReader.ReadText(ref reader);
            if (!Identifiers.IsAnyIdentifier(key) || !keys.Add(key))
            {
                throw new JsonFault(
                    "est.annotation", $"'{key}' is no identifier, or given twice.", "", reader.TokenStartIndex);
            }

            annotations.Add(new Annotation(key, ValueReader.Read(ref reader) == JsonTokenType.Null
                ? null
                : ValueReader.ReadText(ref reader)));
        }

        return annotations.ToImmutable();
    }

    private static JsonFault BadScope(long at) =>
        new(
            "est.scope",
            "This part of the scope has not the members that its operator needs.",
            "See the JSON policy format: op, entity, slot, entity_type, in.",
            at);

    private sealed class ScopeMembers
    {
        public string? Operator { get; set; }

        public EntityTypeName? Type { get; set; }

        public EntityReference? Reference { get; set; }

        public EntityReference? In { get; set; }

        public List<EntityUid>? Entities { get; set; }
    }
}
