using System.Collections.Immutable;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Schemas;

/// <summary>Looks up the names inside of types. A common type is resolved once and shared by all who use it.</summary>
internal sealed class TypeResolver(SchemaNames names, CedarLimits limits, List<Diagnostic> errors)
{
    private readonly Dictionary<string, CommonType> _commonTypes = new(StringComparer.Ordinal);

    /// <summary>Resolves every common type, used or not, so that all mistakes are found.</summary>
    public void ResolveCommonTypes()
    {
        foreach (var name in names.CommonTypes.Keys)
        {
            ResolveCommon(name, 1);
        }
    }

    /// <summary>The type, or null if a mistake in it has been reported.</summary>
    public CedarType? Resolve(SchemaType type, SchemaScope scope) => Resolve(type, scope, 1, out _);

    public void ReportUnknown(string name, string what, SchemaScope scope, SourceSpan span)
    {
        // Beyond the mistakes that are shown, looking for suggestions would only cost time.
        if (errors.Count >= TokenReader.ErrorsMax)
        {
            return;
        }

        var known = names.EntityTypes.Keys.Concat(names.CommonTypes.Keys).Concat(BuiltInTypes.Names);
        var near = NearestName.Find(name, known) ?? NearestName.Find(scope.Qualify(name), known);
        errors.Add(scope.Fault("schema.unknown-type", $"'{name}' is not declared as {what}.",
            near is not null && near != name
                ? $"Perhaps {near}."
                : "Declare it, or write its whole name with the namespace.", span));
    }

    // The depth counts sets, records and names that stand for others: the depth of recursion, and an upper bound of
    // the type's height.
    private CedarType? Resolve(SchemaType type, SchemaScope scope, int depth, out int levels)
    {
        levels = 1;
        if (depth > limits.SchemaTypeHeightMax)
        {
            return TooDeep(scope, type.Span);
        }

        var resolved = type switch
        {
            SchemaType.Named named => ResolveName(named, scope, depth, out levels),
            SchemaType.Set set => ResolveSet(set, scope, depth, out levels),
            SchemaType.Record record => ResolveRecord(record, scope, depth, out levels),
            _ => null,
        };
        if (resolved?.Size > limits.SchemaTypeSizeMax)
        {
            errors.Add(scope.Fault("schema.size", $"The type has more than {limits.SchemaTypeSizeMax} parts.",
                "Use an entity type instead of common types inside one another.", type.Span));
            return null;
        }

        return resolved;
    }

    private CedarType.Set? ResolveSet(SchemaType.Set set, SchemaScope scope, int depth, out int levels)
    {
        var element = Resolve(set.Element, scope, depth + 1, out levels);
        levels++;
        return element is null ? null : new CedarType.Set(element);
    }

    private CedarType.Record? ResolveRecord(SchemaType.Record record, SchemaScope scope, int depth, out int levels)
    {
        levels = 1;
        var attributes = ImmutableArray.CreateBuilder<CedarAttribute>(record.Attributes.Length);
        foreach (var attribute in record.Attributes)
        {
            if (Resolve(attribute.Type, scope, depth + 1, out var inner) is { } type)
            {
                attributes.Add(new CedarAttribute(attribute.Name, type, attribute.IsRequired));
                levels = Math.Max(levels, inner + 1);
            }
        }

        if (attributes.Count < record.Attributes.Length)
        {
            return null;
        }

        attributes.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new CedarType.Record(attributes.MoveToImmutable());
    }

    private CedarType? ResolveName(SchemaType.Named named, SchemaScope scope, int depth, out int levels)
    {
        levels = 1;
        var (asCommon, asEntity) = (named.Kind is TypeReferenceKind.EntityOrCommon or TypeReferenceKind.Common,
            named.Kind is TypeReferenceKind.EntityOrCommon or TypeReferenceKind.Entity);
        foreach (var candidate in asCommon || asEntity ? SchemaNames.Candidates(named.Name, scope) : [])
        {
            if (asCommon && names.CommonTypes.ContainsKey(candidate))
            {
                return UseCommon(candidate, named, scope, depth, out levels);
            }

            if (asEntity && names.IsEntityType(candidate))
            {
                return new CedarType.Entity(EntityTypeName.Trusted(candidate));
            }
        }

        var builtIn = named.Kind switch
        {
            TypeReferenceKind.Extension => BuiltInTypes.FindExtension(named.Name),
            TypeReferenceKind.Primitive => BuiltInTypes.FindPrimitive(named.Name),
            TypeReferenceKind.EntityOrCommon or TypeReferenceKind.Common => SchemaNames.FindBuiltIn(named.Name),
            TypeReferenceKind.Entity => null,
        };
        if (builtIn is null)
        {
            var what = named.Kind switch
            {
                TypeReferenceKind.Entity => "an entity type",
                TypeReferenceKind.Common => "a common type",
                TypeReferenceKind.Extension => "an extension type",
                TypeReferenceKind.EntityOrCommon or TypeReferenceKind.Primitive => "a common or entity type",
            };
            ReportUnknown(named.Name, what, scope, named.Span);
        }

        return builtIn;
    }

    private CedarType? UseCommon(string name, SchemaType.Named at, SchemaScope scope, int depth, out int levels)
    {
        levels = 1;
        if (_commonTypes.TryGetValue(name, out var known) && known.Levels == 0)
        {
            errors.Add(scope.Fault("schema.cycle", $"The common type '{name}' refers to itself.",
                "Types cannot be recursive: use an entity type for one of the steps.", at.Span));
            return null;
        }

        var common = ResolveCommon(name, depth + 1);
        levels = common.Levels + 1;

        // A type that was resolved before has been counted from its own depth, not from this one.
        return common.Type is not null && depth + common.Levels > limits.SchemaTypeHeightMax
            ? TooDeep(scope, at.Span)
            : common.Type;
    }

    private CommonType ResolveCommon(string name, int depth)
    {
        if (_commonTypes.TryGetValue(name, out var known))
        {
            return known;
        }

        _commonTypes[name] = default; // in progress: no levels yet
        var (declaration, scope) = names.CommonTypes[name];
        var type = Resolve(declaration.Type, scope, depth, out var levels);
        return _commonTypes[name] = new CommonType(type, levels);
    }

    private CedarType? TooDeep(SchemaScope scope, SourceSpan span)
    {
        errors.Add(scope.Fault("schema.nesting",
            $"More than {limits.SchemaTypeHeightMax} levels of types inside one another.",
            "Use an entity type for one of the levels.", span));
        return null;
    }

    /// <summary>A common type: null if it has a mistake, no levels while it is being resolved.</summary>
    private readonly record struct CommonType(CedarType? Type, int Levels);
}
