using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Syntax;

namespace Sallyport.Cedar.Validation;

/// <summary>Attributes and tags, and what is known to be there.</summary>
internal sealed partial class Typechecker
{
    private CedarType? CheckGet(Expr.GetAttribute get, CapabilitySet prior)
    {
        var target = Check(get.Target, prior).Type;
        if (!HasAttributes(get.Target, target))
        {
            return null;
        }

        var found = FindAttribute(target, get.Name);
        if (found.Attribute is not { } attribute)
        {
            _findings.Error(
                ValidationKind.UnknownAttribute, get.Span,
                    $"{Describe(get.Target, target)} has no attribute {Shown(get.Name)}.",
                () => _findings.Nearest(get.Name, AttributeNames(target)) is { } near
                    ? $"Perhaps {Shown(near)}."
                    : "Declare it in the schema, or name one that is declared.");
            return null;
        }

        if (!attribute.IsRequired && !prior.Contains(new Capability(get.Target, get.Name, null)))
        {
            _findings.Error(ValidationKind.UnsafeAttribute, get.Span,
                $"{Describe(get.Target, target)} may lack the attribute {Shown(get.Name)}.",
                $"Ask before, joined by &&: {Excerpt(get.Target)} has {Shown(get.Name)}.");
        }

        return attribute.Type;
    }

    /// <summary><c>e has a.b</c> is <c>e has a &amp;&amp; e.a has b</c>.</summary>
    private Typed CheckHas(Expr.HasAttribute has, CapabilitySet prior)
    {
        var all = new Typed(CedarType.True, _nothing);
        var target = has.Target;
        var type = Check(target, prior).Type;
        foreach (var name in has.Path)
        {
            var next = HasAttribute(target, type, name, prior);
            if (next.IsFalse)
            {
                return Just(CedarType.False);
            }

            all = new Typed(next.IsTrue ? all.Type : CedarType.Bool, all.Known.Union(next.Known));
            target = new Expr.GetAttribute(target, name, has.Span);
            type = FindAttribute(type, name).Attribute?.Type;
        }

        return all;
    }

    private Typed HasAttribute(Expr target, CedarType? type, string name, CapabilitySet prior)
    {
        var capability = new Capability(target, name, null);
        var found = HasAttributes(target, type) ? FindAttribute(type, name) : (null, MayExist: true);
        if (found.Attribute is null && !found.MayExist)
        {
            return Just(CedarType.False);
        }

        // An entity that is not in the store has no attributes, the required ones included.
        return prior.Contains(capability) || (found.Attribute is { IsRequired: true } && type is CedarType.Record)
            ? Just(CedarType.True)
            : new Typed(CedarType.Bool, _nothing.With(capability));
    }

    private Typed CheckHasTag(Expr.Binary binary, CedarType? left, CedarType? right, CapabilitySet prior)
    {
        ExpectEntity(binary.Left, left);
        Expect(binary.Right, right, CedarType.String);
        if (left is CedarType.Entity entity
            && !entity.Names.Any(name => _schema.TryGetEntityType(name, out var type) && type.Tags is not null))
        {
            return Just(CedarType.False);
        }

        var capability = new Capability(binary.Left, null, binary.Right);
        return prior.Contains(capability) ? Just(CedarType.True) : new Typed(CedarType.Bool, _nothing.With(capability));
    }

    private CedarType? CheckGetTag(Expr.Binary binary, CedarType? left, CedarType? right, CapabilitySet prior)
    {
        ExpectEntity(binary.Left, left);
        Expect(binary.Right, right, CedarType.String);
        if (left is not { IsEntity: true })
        {
            return null;
        }

        if (!prior.Contains(new Capability(binary.Left, null, binary.Right)))
        {
            var (entityText, tagText) = (Excerpt(binary.Left), Excerpt(binary.Right));
            _findings.Error(ValidationKind.UnsafeTag, binary.Span,
                $"{Describe(binary.Left, left)} may lack the tag {tagText}.",
                $"Ask before, joined by &&: {entityText}.hasTag({tagText}).");
            return null;
        }

        CedarType? tags = null;
        foreach (var name in left is CedarType.Entity entity ? entity.Names : [])
        {
            if (_schema.TryGetEntityType(name, out var type) && type.Tags is not null)
            {
                tags = tags is null ? type.Tags : JoinOrReport(binary, tags, type.Tags);
            }
        }

        if (tags is null)
        {
            _findings.Error(ValidationKind.NoTags, binary.Span, $"{Describe(binary.Left, left)} has no tags.",
                "Declare 'tags' in the schema.");
        }

        return tags;
    }

    private bool HasAttributes(Expr expr, CedarType? type)
    {
        if (type is CedarType.Record or { IsEntity: true })
        {
            return true;
        }

        ReportUnlessUnknown(expr, type, "a record or an entity");
        return false;
    }

    /// <summary>The attribute of a record or entity, and whether there may be one even if none is known.</summary>
    private (CedarAttribute? Attribute, bool MayExist) FindAttribute(CedarType? target, string name)
    {
        switch (target)
        {
            case CedarType.Record record:
                return (record.Find(name), record.IsOpen);
            case CedarType.Entity entity:
                CedarAttribute? joined = null;
                var (isInAll, isInSome) = (true, false);
                foreach (var type in entity.Names)
                {
                    // The type of an action is not among the entity types: actions have no attributes.
                    var own = _schema.TryGetEntityType(type, out var definition)
                        ? definition.Attributes.Find(name)
                        : null;
                    isInAll &= own is not null;
                    isInSome |= own is not null;
                    if (isInAll && own is not null)
                    {
                        joined = joined is null ? own : Join(joined, own);
                        isInAll = joined is not null;
                    }
                }

                return (isInAll ? joined : null, isInSome);
            default:
                return (null, true);
        }
    }

    private CedarAttribute? Join(CedarAttribute left, CedarAttribute right) =>
        _lattice.Join(left.Type, right.Type) is { } type
        ? new CedarAttribute(left.Name, type, left.IsRequired && right.IsRequired)
        : null;

    private IEnumerable<string> AttributeNames(CedarType? target) => target switch
    {
        CedarType.Record record => record.Attributes.Select(a => a.Name),
        CedarType.Entity entity => entity.Names.SelectMany(
            name => _schema.TryGetEntityType(name, out var type) ? type.Attributes.Attributes.Select(a => a.Name) : []),
        _ => [],
    };

    private string Describe(Expr expr, CedarType? type) => expr is Expr.Variable { Name: RequestVariable.Context }
        ? $"The context of {_environment.Action.Uid}"
        : type is { IsEntity: true } ? $"An entity of type {type}" : $"The record {type}";

    private static string Shown(string name) => Identifiers.IsIdentifier(name) ? name : StringEscapes.Quote(name);

    /// <summary>The expression if it is short; anything else would make messages as long as policies.</summary>
    private static string Excerpt(Expr expr) => IsShort(expr) ? expr.ToString() : "...";

    private static bool IsShort(Expr expr) => expr.Height <= 8 && expr switch
    {
        Expr.Variable => true,
        Expr.Literal { Value.Kind: Values.ValueKind.String } literal => literal.Value.AsString().Length <= 60,
        Expr.Literal { Value.Kind: Values.ValueKind.Entity } literal => literal.Value.AsEntity().Id.Length <= 60,
        Expr.Literal => true,
        Expr.GetAttribute get => get.Name.Length <= 60 && IsShort(get.Target),
        _ => false,
    };
}
