using Sallyport.Cedar.Policies;
using Sallyport.Decisions.Policies;

namespace Sallyport.Perimeter.Changes;

/// <summary>What differs between two sets of policies: by what they say, not by how they are laid out.</summary>
internal static class PolicyDiff
{
    private static readonly Lazy<HashSet<string>> Shipped = new(() =>
        [.. PolicyPacks.Names.SelectMany(Texts)]);

    /// <summary>Whether there is a policy that comes with no pack: nobody knows what it makes of a label.</summary>
    public static bool IsOwn(PolicyRules rules) => Said(rules).Any(said => !Shipped.Value.Contains(said.Text));

    public static IEnumerable<PerimeterChange> Of(PolicyRules before, PolicyRules after)
    {
        var (old, now) = (Said(before), Said(after));
        var gone = old.ExceptBy(now.Select(Key), Key).ToList();
        var come = now.ExceptBy(old.Select(Key), Key).ToList();
        foreach (var policy in come)
        {
            // A policy without an @id has its line for a name, which says nothing about which one it was.
            var was = gone.Find(one => one.Reference.Id == policy.Reference.Id && !IsLine(one.Reference));
            if (was is not null)
            {
                gone.Remove(was);
                yield return Changed(was, policy);
            }
            else
            {
                yield return new PerimeterChange(
                    policy.IsPermit ? ChangeDirection.Widens : ChangeDirection.Narrows, Subject(policy),
                    policy.IsPermit ? "is a new permit" : $"is a new {Kind(policy)}");
            }
        }

        foreach (var policy in gone)
        {
            yield return new PerimeterChange(
                policy.IsPermit ? ChangeDirection.Narrows : ChangeDirection.Widens, Subject(policy),
                $"is gone; it was a {Kind(policy)}");
        }
    }

    /// <summary>The same of a shadow: whatever it says, nothing is allowed or denied by it.</summary>
    public static IEnumerable<PerimeterChange> OfShadow(ShadowRules? before, ShadowRules? after)
    {
        var what = (before, after) switch
        {
            (null, null) => null,
            (null, _) => "is asked from now on, and not enforced",
            (_, null) => "is not asked any more",
            var (old, now) => Of(old.Rules, now.Rules).Any() ? "says something else; it is not enforced" : null,
        };
        return what is null ? [] : [new PerimeterChange(ChangeDirection.Neutral, "policies.shadow", what)];
    }

    private static PerimeterChange Changed(Statement was, Statement now)
    {
        if (was.Text != now.Text)
        {
            return new PerimeterChange(ChangeDirection.MayWiden, Subject(now), "says something else");
        }

        return now.Reference.IsHold
            ? new PerimeterChange(ChangeDirection.Widens, Subject(now), "asks a person instead of denying")
            : new PerimeterChange(ChangeDirection.Narrows, Subject(now), "denies instead of asking a person");
    }

    private static string Subject(Statement policy) => $"policy {policy.Reference}";

    private static string Kind(Statement policy) =>
        policy.IsPermit ? "permit" : policy.Reference.IsHold ? "hold" : "forbid";

    private static bool IsLine(PolicyReference reference) => reference.Id == reference.Place;

    private static (string Text, bool IsHold) Key(Statement policy) => (policy.Text, policy.Reference.IsHold);

    private static List<Statement> Said(PolicyRules rules) =>
    [
        .. rules.Set.Policies.Select(policy => new Statement(
            rules.ReferenceOf(policy.Id.Value), TextOf(policy.Body), policy.Effect is Effect.Permit)),
    ];

    private static IEnumerable<string> Texts(string pack) => PolicyPacks.TryRead(pack, out var text)
        ? PolicySet.Parse(text.Text).ValueOrThrow().Policies.Select(policy => TextOf(policy.Body))
        : [];

    // Annotations are advice to people; the one that decides is looked at by itself.
    private static string TextOf(PolicyBody body) => new PolicyBody
    {
        Effect = body.Effect,
        Principal = body.Principal,
        Action = body.Action,
        Resource = body.Resource,
        Conditions = body.Conditions,
    }.ToString();

    private sealed record Statement(PolicyReference Reference, string Text, bool IsPermit);
}
