using System.Collections.Immutable;

namespace Sallyport.Perimeter.Changes;

/// <summary>What one perimeter allows that another does not. Pure.</summary>
/// <remarks>What is called narrowing is certainly no more than before; whatever cannot be told counts as widening. So
/// does a section that nobody here compares: a key that is added later is never taken for harmless.</remarks>
public static class PerimeterDiff
{
    // Those that are compared below, thing by thing.
    private static readonly ImmutableHashSet<string> Compared =
    [
        "version", "organisation", "listen", "ledger", "content", "roles", "agents", "sources", "tools", "facts",
        "policies", "changes",
    ];

    /// <summary>Every difference, widest first, then by subject.</summary>
    /// <param name="before">What is in force.</param>
    /// <param name="after">What would be.</param>
    public static ImmutableArray<PerimeterChange> Of(CompiledPerimeter before, CompiledPerimeter after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return
        [
            .. Options(before.Options, after.Options)
                .Concat(StorageDiff.Of(before, after))
                .Concat(ContentDiff.Of(before.Options.Content, after.Options.Content))
                .Concat(Agents(before, after))
                .Concat(Roles(before, after))
                .Concat(SourceDiff.Of(before, after))
                .Concat(ToolDiff.Of(before, after))
                .Concat(PolicyDiff.Of(before.Policies, after.Policies))
                .Concat(PolicyDiff.OfShadow(before.Shadow, after.Shadow))
                .Concat(OperatorDiff.Of(before.Approvals, after.Approvals))
                .Concat(Others(before, after))
                .OrderByDescending(change => change.Direction)
                .ThenBy(change => change.Subject, StringComparer.Ordinal)
                .ThenBy(change => change.What, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<PerimeterChange> Options(PerimeterOptions before, PerimeterOptions after)
    {
        if (before.Organisation != after.Organisation)
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, "organisation",
                $"{before.Organisation.Text} becomes {after.Organisation.Text}");
        }

        if (!Equals(before.Proxy, after.Proxy))
        {
            yield return new PerimeterChange(
                after.Proxy is null ? ChangeDirection.Narrows : ChangeDirection.Widens, "listen",
                $"the proxy listener on {before.Proxy?.ToString() ?? "nothing"} "
                + $"moves to {after.Proxy?.ToString() ?? "nothing"}",
                AtRestart: true);
        }

        if (before.Reads != after.Reads)
        {
            yield return new PerimeterChange(
                after.Reads is ReadRecord.Synced ? ChangeDirection.Narrows : ChangeDirection.Widens, "ledger",
                after.Reads is ReadRecord.Synced
                    ? "reads wait until their entry survives a power cut"
                    : "reads no longer wait until their entry survives a power cut",
                AtRestart: true);
        }

        if (before.Witnesses.Summary != after.Witnesses.Summary)
        {
            yield return new PerimeterChange(
                before.Witnesses.Witnesses.IsEmpty ? ChangeDirection.Narrows : ChangeDirection.MayWiden, "ledger",
                $"checkpoints are cosigned by {after.Witnesses.Summary}, and were by {before.Witnesses.Summary}",
                AtRestart: true);
        }

        if (before.SecondPerson != after.SecondPerson)
        {
            yield return new PerimeterChange(
                after.SecondPerson < before.SecondPerson ? ChangeDirection.Widens : ChangeDirection.Narrows, "changes",
                $"a second person is asked {Word(after.SecondPerson)}, and was {Word(before.SecondPerson)}");
        }
    }

    private static IEnumerable<PerimeterChange> Agents(CompiledPerimeter before, CompiledPerimeter after)
    {
        var (old, now) = (before.Agents.ToDictionary(one => one.Id), after.Agents.ToDictionary(one => one.Id));
        foreach (var (id, agent) in now)
        {
            if (!old.TryGetValue(id, out var known))
            {
                yield return new PerimeterChange(
                    ChangeDirection.Widens, $"agent {id}", $"is new, with the role {agent.Role}");
            }
            else if (known.Role != agent.Role)
            {
                yield return new PerimeterChange(
                    ChangeDirection.MayWiden, $"agent {id}",
                    $"has the role {agent.Role} instead of {known.Role}; its open runs end");
            }
            else if (known.Owner != agent.Owner)
            {
                yield return new PerimeterChange(
                    ChangeDirection.MayWiden, $"agent {id}", $"belongs to {agent.Owner} instead of {known.Owner}");
            }
        }

        foreach (var id in old.Keys.Where(id => !now.ContainsKey(id)))
        {
            yield return new PerimeterChange(ChangeDirection.Narrows, $"agent {id}", "is gone; its open runs end");
        }
    }

    // Roles that no agent has allow nobody anything.
    private static IEnumerable<PerimeterChange> Roles(CompiledPerimeter before, CompiledPerimeter after)
    {
        var old = before.Agents.ToDictionary(agent => agent.Id);
        return after.Agents
            .Where(agent => old.TryGetValue(agent.Id, out var known) && known.Role == agent.Role)
            .DistinctBy(agent => agent.Role)
            .SelectMany(agent => RoleDiff.Of(
                $"role {agent.Role}", before.Rules.Of(agent.Id), after.Rules.Of(agent.Id),
                PolicyDiff.IsOwn(before.Policies) || PolicyDiff.IsOwn(after.Policies)));
    }

    private static IEnumerable<PerimeterChange> Others(CompiledPerimeter before, CompiledPerimeter after)
    {
        foreach (var key in before.Sections.Keys.Union(after.Sections.Keys, StringComparer.Ordinal))
        {
            if (!Compared.Contains(key)
                && before.Sections.GetValueOrDefault(key) != after.Sections.GetValueOrDefault(key))
            {
                yield return new PerimeterChange(ChangeDirection.MayWiden, key, "is written otherwise");
            }
        }
    }

    private static string Word(SecondPerson when) => when switch
    {
        SecondPerson.Never => "never",
        SecondPerson.Widening => "before what widens",
        SecondPerson.Always => "always",
    };
}
