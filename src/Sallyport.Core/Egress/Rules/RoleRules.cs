using Sallyport.Decisions;

namespace Sallyport.Egress;

/// <summary>The compiled allow and deny rules of one role. Deny wins; of several allow rules the first written
/// counts.</summary>
public sealed class RoleRules
{
    private static readonly RuleMatch.None NoRule = new();

    private readonly RuleIndex allow;
    private readonly RuleIndex deny;

    /// <summary>Compiles rules, in the order in which they are written.</summary>
    public RoleRules(IReadOnlyList<EgressRule> allow, IReadOnlyList<EgressRule> deny)
    {
        (Allow, Deny) = (allow, deny);
        this.allow = new RuleIndex(allow, RuleSide.Allow);
        this.deny = new RuleIndex(deny, RuleSide.Deny);
    }

    /// <summary>No rule at all.</summary>
    internal static RoleRules None { get; } = new([], []);

    /// <summary>The allow rules, as written.</summary>
    public IReadOnlyList<EgressRule> Allow { get; }

    /// <summary>The deny rules, as written.</summary>
    public IReadOnlyList<EgressRule> Deny { get; }

    /// <summary>Allow rules that no request can ever reach, each with the rule that stands before it.</summary>
    public IEnumerable<(EgressRule Rule, EgressRule By)> Unreachable()
    {
        for (var order = 0; order < Allow.Count; order++)
        {
            if (CoverOf(order) is { } by)
            {
                yield return (Allow[order], by);
            }
        }
    }

    internal RuleMatch Match(string method, Target target, out EgressRule? rule)
    {
        var refused = target.Host is HostAddress host ? AddressClass.Of(host.Address) : null;
        Span<Range> ranges = stackalloc Range[RequestPath.SegmentsMax];
        var segments = target.PathFlaw is PathFlaw.None ? Split(target.Path.AsSpan(1), ranges) : default;
        if (Forbidding(method, target, segments) is { } forbidding)
        {
            rule = forbidding;
            return new RuleMatch.Forbidden(forbidding.Reference);
        }

        var search = new RuleSearch(RuleSide.Allow, method, target, refused, segments);
        foreach (var bucket in allow.Of(target.Host))
        {
            bucket.Show(ref search);
        }

        rule = Passes(target) ? search.Match : null;
        if (rule is not null)
        {
            return rule.AllowedAs(rule.ClassOf(method));
        }

        rule = search.Near;
        return Refusal(target, refused, rule);
    }

    internal RuleMatch MatchConnect(Target target, out EgressRule? rule)
    {
        var refused = target.Host is HostAddress host ? AddressClass.Of(host.Address) : null;
        var nearest = new RuleSearch(RuleSide.Allow, "CONNECT", target, refused, default);
        var order = int.MaxValue;
        rule = null;
        foreach (var bucket in allow.Of(target.Host))
        {
            nearest.ConsiderNear(bucket.First);
            foreach (var (at, candidate) in bucket.Ports)
            {
                // Without a port a rule opens a CONNECT to 443 alone: to 80 it would be plain text that nobody looks
                // at.
                if (at < order && (candidate.Pattern.Port ?? 443) == target.Port && nearest.Permits(candidate.Pattern))
                {
                    (order, rule) = (at, candidate);
                }
            }
        }

        if (ForbiddingConnect(target, rule?.Mode ?? ConnectMode.Inspect) is { } forbidding)
        {
            rule = forbidding;
            return new RuleMatch.Forbidden(forbidding.Reference);
        }

        if (rule is not null)
        {
            // Opening for inspection sends nothing of the run's: the requests inside are decided one by one.
            return rule.AllowedAs(rule.Mode is ConnectMode.Tunnel ? ActionClass.Effect : ActionClass.Read);
        }

        rule = nearest.Near;
        return Refusal(target, refused, rule);
    }

    private static RuleMatch Refusal(Target target, AddressClass? refused, EgressRule? near)
    {
        if (near is not null)
        {
            return new RuleMatch.NearMiss(near.Reference);
        }

        return refused is null ? NoRule : new RuleMatch.RefusedAddress(target.Host.Text, refused.ToString());
    }

    // 1. A climbing path passes nowhere. 2. Any other path on which servers disagree passes only where no rule of this
    // role
    // for this host looks at paths: it could otherwise escape a deny, or be taken for another rule's read.
    private bool Passes(Target target)
    {
        if (target.PathFlaw is PathFlaw.None or PathFlaw.DotSegment)
        {
            return target.PathFlaw is PathFlaw.None;
        }

        var looks = false;
        foreach (var bucket in allow.Of(target.Host))
        {
            looks |= bucket.LooksAtPaths;
        }

        foreach (var bucket in deny.Of(target.Host))
        {
            looks |= bucket.LooksAtPaths;
        }

        return !looks;
    }

    private EgressRule? Forbidding(string method, Target target, ReadOnlySpan<Range> segments)
    {
        var search = new RuleSearch(RuleSide.Deny, method, target, refused: null, segments);
        foreach (var bucket in deny.Of(target.Host))
        {
            bucket.Show(ref search);
        }

        // "/dm/" and "/dm" are one resource for most servers; what denies one denies the other.
        if (segments.Length > 1 && target.Path.EndsWith('/'))
        {
            search.DropLastSegment();
            foreach (var bucket in deny.Of(target.Host))
            {
                bucket.Show(ref search);
            }
        }

        return search.Match;
    }

    // Inspected requests meet the narrow deny rules later; in a tunnel they never could, so there any of them forbids.
    private EgressRule? ForbiddingConnect(Target target, ConnectMode mode)
    {
        foreach (var bucket in deny.Of(target.Host))
        {
            foreach (var (_, rule) in mode is ConnectMode.Tunnel ? bucket.Ports : bucket.Whole)
            {
                if ((rule.Pattern.Port ?? target.Port) == target.Port)
                {
                    return rule;
                }
            }
        }

        return null;
    }

    private EgressRule? CoverOf(int order)
    {
        var covered = Allow[order];
        foreach (var bucket in deny.Around(covered.Pattern.Host))
        {
            foreach (var (_, rule) in bucket.Along(covered.Pattern.Path))
            {
                if (rule.Pattern.Covers(covered.Pattern, RuleSide.Deny))
                {
                    return rule;
                }
            }
        }

        foreach (var bucket in allow.Around(covered.Pattern.Host))
        {
            foreach (var (at, rule) in bucket.Along(covered.Pattern.Path))
            {
                if (at < order
                    && covered.Mode is ConnectMode.Inspect
                    && rule.Pattern.Covers(covered.Pattern, RuleSide.Allow))
                {
                    return rule;
                }
            }

            foreach (var (at, rule) in bucket.Ports)
            {
                if (at < order && OpensFirst(rule, covered))
                {
                    return rule;
                }
            }
        }

        return null;
    }

    // The first rule that names host and port decides how a CONNECT is treated, so of two modes the later is never met.
    private static bool OpensFirst(EgressRule rule, EgressRule covered) =>
        (rule.Mode is ConnectMode.Tunnel || covered.Mode is ConnectMode.Tunnel)
        && (rule.Pattern.Port ?? 443) == (covered.Pattern.Port ?? 443);

    private static ReadOnlySpan<Range> Split(ReadOnlySpan<char> path, Span<Range> ranges)
    {
        var count = 0;
        foreach (var range in path.Split('/'))
        {
            ranges[count++] = range;
        }

        return ranges[..count];
    }
}
