using Sallyport.Egress;
using Sallyport.Flow;

namespace Sallyport.Perimeter.Changes;

/// <summary>What differs between the sources, host by host: a host that one side does not name is what it says of all
/// such hosts.</summary>
internal static class SourceDiff
{
    public static IEnumerable<PerimeterChange> Of(CompiledPerimeter before, CompiledPerimeter after)
    {
        var own = PolicyDiff.IsOwn(before.Policies) || PolicyDiff.IsOwn(after.Policies);
        foreach (var host in before.Sources.Hosts.Union(after.Sources.Hosts).OrderBy(Text, StringComparer.Ordinal))
        {
            var (old, now) = (before.Sources.OfAll(host), after.Sources.OfAll(host));
            var subject = $"source of {host}";
            if (old is null || now is null)
            {
                // Narrower hosts below it have sources of their own on one side: they are told by themselves, and the
                // rest of it may differ.
                if (Named(before.Sources, host) != Named(after.Sources, host))
                {
                    yield return new PerimeterChange(
                        ChangeDirection.MayWiden, subject, "is named otherwise, with narrower hosts below it");
                }

                continue;
            }

            foreach (var change in Of(subject, old, now, own))
            {
                yield return change;
            }
        }
    }

    private static IEnumerable<PerimeterChange> Of(string subject, Upstream old, Upstream now, bool own)
    {
        foreach (var change in Labels(subject, old.Source.Labels, now.Source.Labels, own))
        {
            yield return change;
        }

        foreach (var path in old.Paths.Concat(now.Paths).Select(at => at.Path).Distinct())
        {
            foreach (var change in Labels($"{subject}{path}", LabelsOf(old, path), LabelsOf(now, path), own))
            {
                yield return change;
            }
        }

        if (old.Source.Carries != now.Source.Carries)
        {
            yield return new PerimeterChange(
                now.Source.Carries ? ChangeDirection.Narrows : ChangeDirection.Widens, subject,
                now.Source.Carries
                    ? "carries the labels of what runs write there"
                    : "no longer carries the labels of what runs write there");
        }

        foreach (var change in SenderChanges(subject, old.Senders, now.Senders))
        {
            yield return change;
        }

        if (old.Source.Name != now.Source.Name)
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, subject, $"is {now.Source.Name} instead of {old.Source.Name}");
        }

        if (!Equals(old.Dial, now.Dial))
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, subject,
                $"is dialled at {now.Dial?.ToString() ?? "what its name resolves to"}, "
                + $"and was at {old.Dial?.ToString() ?? "what its name resolves to"}");
        }

        if (old.CaPem != now.CaPem)
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, subject,
                now.CaPem is null ? "is verified by the system's roots" : "is verified by another CA");
        }
    }

    // Who is bound speaks for a person; and another place in the answer is another's word for who that is.
    private static IEnumerable<PerimeterChange> SenderChanges(string subject, Senders? old, Senders? now)
    {
        var moved = old is not null && now is not null
            && (!old.Path.Equals(now.Path) || old.Messages != now.Messages || old.From != now.From
                || old.Text != now.Text);
        var (before, after) = (Bound(old), Bound(now));
        var won = moved ? after : [.. after.Except(before, StringComparer.Ordinal)];
        var lost = before.Except(after, StringComparer.Ordinal).ToList();
        if (won.Count > 0)
        {
            yield return new PerimeterChange(
                ChangeDirection.Widens, subject,
                $"takes messages for a person's own words: {string.Join(", ", won)}"
                + (moved ? ", found elsewhere" : ""));
        }

        if (lost.Count > 0)
        {
            yield return new PerimeterChange(
                ChangeDirection.Narrows, subject,
                $"no longer takes messages for a person's own words: {string.Join(", ", lost)}");
        }
    }

    private static List<string> Bound(Senders? senders) => senders is null ? [] :
    [
        .. senders.People.Select(pair => $"{pair.Key} ({pair.Value})").Order(StringComparer.Ordinal),
    ];

    /// <summary>What differs between two sets of labels that reading brings.</summary>
    public static IEnumerable<PerimeterChange> Labels(string subject, LabelSet old, LabelSet now, bool own)
    {
        var lost = old.Labels.Except(now.Labels).ToList();
        var won = now.Labels.Except(old.Labels).ToList();
        if (lost.Count > 0)
        {
            yield return new PerimeterChange(
                ChangeDirection.Widens, subject, $"no longer brings {string.Join(", ", lost)}");
        }

        if (won.Count > 0)
        {
            // The packs only ever deny by a label; a policy of one's own may permit by one, and what is confidential
            // may be told to whoever is confidential too.
            var mayWiden = own || won.Any(label => label == Label.Confidential || label == Label.Secret);
            yield return new PerimeterChange(
                mayWiden ? ChangeDirection.MayWiden : ChangeDirection.Narrows, subject,
                $"brings {string.Join(", ", won)}");
        }
    }

    private static LabelSet LabelsOf(Upstream upstream, PathPattern path) =>
        upstream.Paths.Where(at => at.Path.Equals(path))
            .Aggregate(upstream.Source.Labels, (all, at) => all.Join(at.Labels));

    private static string Text(HostPattern host) => host.ToString()!; // every pattern has a text

    private static Upstream? Named(Sources sources, HostPattern host) => sources.Named(host);
}
