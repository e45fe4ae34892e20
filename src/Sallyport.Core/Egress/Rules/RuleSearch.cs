namespace Sallyport.Egress;

/// <summary>Whether a rule lets through or forbids. Where servers differ in what they read, an allow is read narrowly
/// and a deny widely.</summary>
internal enum RuleSide
{
    /// <summary>Exact letters, and without a port the default port of the scheme.</summary>
    Allow,

    /// <summary>Letters of either case, without a port every port, and a trailing slash makes no difference.</summary>
    Deny,
}

/// <summary>One request on its way through the buckets; keeps the earliest rule that names it and the earliest that
/// nearly does.</summary>
internal ref struct RuleSearch(
    RuleSide side, string method, Target target, AddressClass? refused, ReadOnlySpan<Range> segments)
{
    private readonly AddressClass? refused = refused;
    private int matchOrder = int.MaxValue;
    private int nearOrder = int.MaxValue;

    /// <summary>Segments of <see cref="Path"/>.</summary>
    public ReadOnlySpan<Range> Segments { get; private set; } = segments;

    /// <summary>The normalised path without its first slash.</summary>
    public readonly ReadOnlySpan<char> Path => target.Path.AsSpan(1);

    /// <summary>The earliest rule that names the request.</summary>
    public EgressRule? Match { get; private set; }

    /// <summary>The earliest rule that names the host.</summary>
    public EgressRule? Near { get; private set; }

    /// <summary>Goes on without the last segment; what matched so far stays.</summary>
    public void DropLastSegment() => Segments = Segments[..^1];

    public void Consider(List<OrderedRule> rules)
    {
        foreach (var (order, rule) in rules)
        {
            if (order < matchOrder && Names(rule.Pattern))
            {
                (matchOrder, Match) = (order, rule);
            }
        }
    }

    /// <summary>A rule that names the host; it becomes <see cref="Near"/> unless the address would be refused under
    /// it.</summary>
    public void ConsiderNear(OrderedRule near)
    {
        if (near.Order < nearOrder && Permits(near.Rule.Pattern))
        {
            (nearOrder, Near) = near;
        }
    }

    private readonly bool Names(RulePattern pattern) =>
        NamesMethod(pattern)
        && (pattern.Port is { } port ? port == target.Port : side is RuleSide.Deny || target.IsDefaultPort)
        && (pattern.Path.IsAll || pattern.Path.Matches(Path, Segments, Letters))
        && Permits(pattern);

    private readonly StringComparison Letters =>
        side is RuleSide.Deny ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly bool NamesMethod(RulePattern pattern)
    {
        if (pattern.Methods.IsEmpty)
        {
            return side is RuleSide.Deny || !RulePattern.IsNeverAllowed(method);
        }

        foreach (var named in pattern.Methods)
        {
            if (method.Equals(named, Letters))
            {
                return true;
            }
        }

        return false;
    }

    public readonly bool Permits(RulePattern pattern) =>
        side is RuleSide.Deny
            || refused is null
            || (pattern.Host is HostPattern.Network network && network.Permits(refused));
}
