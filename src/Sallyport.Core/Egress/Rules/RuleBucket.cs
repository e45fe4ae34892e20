namespace Sallyport.Egress;

/// <summary>A rule and its place in the file: of two that match, the earlier one counts.</summary>
internal readonly record struct OrderedRule(int Order, EgressRule Rule);

/// <summary>The rules of one host pattern, found by the leading literal segments of their paths.</summary>
/// <remarks>Ten thousand rules below one host are then as cheap as those that share the beginning of the request's
/// path.</remarks>
internal sealed class RuleBucket(RuleSide side)
{
    private readonly Node root = new(side is RuleSide.Deny ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
    private readonly List<OrderedRule> ports = [];
    private readonly List<OrderedRule> whole = [];

    /// <summary>The first rule of the bucket: what a near miss points at.</summary>
    public OrderedRule First { get; private set; }

    /// <summary>Whether a rule of the bucket looks at paths.</summary>
    public bool LooksAtPaths { get; private set; }

    /// <summary>Of each port and mode the first rule: all that a CONNECT needs.</summary>
    public IReadOnlyList<OrderedRule> Ports => ports;

    /// <summary>Of each port the first rule that names every method and path.</summary>
    public IReadOnlyList<OrderedRule> Whole => whole;

    public void Add(OrderedRule added)
    {
        var (_, rule) = added;
        var pattern = rule.Pattern;
        First = First.Rule is null ? added : First;
        LooksAtPaths |= !pattern.Path.IsAll;
        if (!ports.Exists(held => held.Rule.Pattern.Port == pattern.Port && held.Rule.Mode == rule.Mode))
        {
            ports.Add(added);
        }

        if (pattern.NamesWholeHost && !whole.Exists(held => held.Rule.Pattern.Port == pattern.Port))
        {
            whole.Add(added);
        }

        // What is inside a tunnel is never seen, so no request matches its rule.
        if (rule.Mode is ConnectMode.Inspect)
        {
            NodeOf(pattern.Path).Rules.Add(added);
        }
    }

    /// <summary>Shows the search every rule whose literal beginning is the path's.</summary>
    public void Show(ref RuleSearch search)
    {
        search.ConsiderNear(First);
        var node = root;
        for (var depth = 0; node is not null; depth++)
        {
            search.Consider(node.Rules);
            node = depth < search.Segments.Length ? node.Follow(search.Path[search.Segments[depth]]) : null;
        }
    }

    /// <summary>Every rule that could cover a path pattern: those along its own literal beginning.</summary>
    public IEnumerable<OrderedRule> Along(PathPattern path)
    {
        var node = root;
        for (var depth = 0; node is not null; depth++)
        {
            foreach (var rule in node.Rules)
            {
                yield return rule;
            }

            node = depth < path.Segments.Length ? node.Follow(path.Segments[depth]) : null;
        }
    }

    private Node NodeOf(PathPattern path)
    {
        var node = root;
        foreach (var segment in path.Segments)
        {
            if (PathPattern.IsGlob(segment))
            {
                break;
            }

            node = node.Child(segment);
        }

        return node;
    }

    private sealed class Node(StringComparer letters)
    {
        private Dictionary<string, Node>? children;

        public List<OrderedRule> Rules { get; } = [];

        public Node Child(string segment)
        {
            children ??= new Dictionary<string, Node>(letters);
            if (!children.TryGetValue(segment, out var child))
            {
                child = new Node(letters);
                children.Add(segment, child);
            }

            return child;
        }

        public Node? Follow(ReadOnlySpan<char> segment) =>
            children?.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out var child) is true
                ? child
                : null;
    }
}
