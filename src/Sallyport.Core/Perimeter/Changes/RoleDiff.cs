using Sallyport.Decisions;
using Sallyport.Egress;

namespace Sallyport.Perimeter.Changes;

/// <summary>What differs between the rules of one role.</summary>
internal static class RoleDiff
{
    public static IEnumerable<PerimeterChange> Of(string role, RoleRules before, RoleRules after, bool isOwnPolicy) =>
        Allow(role, before, after, isOwnPolicy).Concat(Deny(role, before, after));

    private static IEnumerable<PerimeterChange> Allow(
        string role, RoleRules before, RoleRules after, bool isOwnPolicy)
    {
        foreach (var rule in after.Allow.DistinctBy(Key, StringComparer.Ordinal))
        {
            var old = Find(before.Allow, rule);
            if (old is null)
            {
                yield return new PerimeterChange(ChangeDirection.Widens, role, $"may {Text(rule)}");
            }
            else if (!IsAlike(old, rule))
            {
                // A class that is stricter for the packs may be looser for policies of one's own.
                var stricter = rule.Declared is ActionClass.Effect && rule.Mode == old.Mode && !isOwnPolicy;
                yield return new PerimeterChange(
                    stricter ? ChangeDirection.Narrows : ChangeDirection.MayWiden, role,
                    $"may {Text(rule)}; it was {Traits(old)}");
            }
        }

        foreach (var rule in Only(before.Allow, after.Allow))
        {
            var behind = DecidingNow(rule, after.Allow);
            yield return behind is null
                ? new PerimeterChange(ChangeDirection.Narrows, role, $"may no longer {Text(rule)}")
                : new PerimeterChange(
                    ChangeDirection.MayWiden, role,
                    $"the rule {rule.Pattern} ({Traits(rule)}) is gone, and what it named is now decided by "
                    + $"{behind.Pattern} ({Traits(behind)})");
        }

        if (IsReordered(before.Allow, after.Allow))
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, role, "its rules stand in another order, and the first that matches counts");
        }
    }

    private static IEnumerable<PerimeterChange> Deny(string role, RoleRules before, RoleRules after)
    {
        foreach (var rule in Only(after.Deny, before.Deny))
        {
            yield return new PerimeterChange(ChangeDirection.Narrows, role, $"is denied {rule.Pattern}");
        }

        foreach (var rule in Only(before.Deny, after.Deny))
        {
            yield return new PerimeterChange(ChangeDirection.Widens, role, $"is no longer denied {rule.Pattern}");
        }
    }

    // What was named by the rule that went may now be named by one that stands behind it, and be of another class, go
    // through a tunnel, or have a path on which servers disagree.
    private static EgressRule? DecidingNow(EgressRule gone, IReadOnlyList<EgressRule> left) =>
        left.FirstOrDefault(rule =>
            (rule.Pattern.Host.Covers(gone.Pattern.Host) || gone.Pattern.Host.Covers(rule.Pattern.Host))
            && ((!IsAlike(rule, gone) && ShareMethods(rule, gone))
                || (!gone.Pattern.Path.IsAll && rule.Pattern.Path.IsAll)));

    private static bool IsReordered(IReadOnlyList<EgressRule> before, IReadOnlyList<EgressRule> after)
    {
        var common = before.Select(Key).Intersect(after.Select(Key), StringComparer.Ordinal)
            .ToHashSet(StringComparer.Ordinal);
        return !before.Select(Key).Where(common.Contains).Distinct(StringComparer.Ordinal)
                .SequenceEqual(
                    after.Select(Key).Where(common.Contains).Distinct(StringComparer.Ordinal), StringComparer.Ordinal)
            && before.Concat(after).Select(Traits).Distinct(StringComparer.Ordinal).Count() > 1;
    }

    private static IEnumerable<EgressRule> Only(IReadOnlyList<EgressRule> these, IReadOnlyList<EgressRule> others) =>
        these.DistinctBy(Key, StringComparer.Ordinal).Where(rule => Find(others, rule) is null);

    private static EgressRule? Find(IReadOnlyList<EgressRule> rules, EgressRule wanted) =>
        rules.FirstOrDefault(rule => Key(rule) == Key(wanted));

    private static string Key(EgressRule rule) => rule.Pattern.ToString();

    private static bool IsAlike(EgressRule one, EgressRule other) =>
        one.Declared == other.Declared && one.Mode == other.Mode;

    // A tunnel has every method.
    private static bool ShareMethods(EgressRule one, EgressRule other) =>
        one.Pattern.Methods.IsEmpty || other.Pattern.Methods.IsEmpty
        || one.Pattern.Methods.Intersect(other.Pattern.Methods, StringComparer.Ordinal).Any();

    private static string Text(EgressRule rule) => rule.Declared is null && rule.Mode is ConnectMode.Inspect
        ? $"{Methods(rule)} {Place(rule)}"
        : $"{Methods(rule)} {Place(rule)}, {Traits(rule)}";

    private static string Methods(EgressRule rule) =>
        rule.Pattern.Methods.IsEmpty ? "do anything at" : string.Join(',', rule.Pattern.Methods);

    private static string Place(EgressRule rule) =>
        rule.Pattern.ToString() is var text && text.IndexOf(' ', StringComparison.Ordinal) is var space and >= 0
            ? text[(space + 1)..]
            : text;

    private static string Traits(EgressRule rule) => rule switch
    {
        { Mode: ConnectMode.Tunnel } => "in a tunnel that nobody looks into",
        { Declared: ActionClass.Read } => "as a read",
        { Declared: ActionClass.Effect } => "as an effect",
        { Declared: ActionClass.Model } => "as a model call",
        _ => "of the class that its method says",
    };
}
