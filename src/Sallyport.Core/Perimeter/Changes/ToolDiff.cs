using Sallyport.Decisions;
using Sallyport.Mcp;

namespace Sallyport.Perimeter.Changes;

/// <summary>What differs between the reviewed tools and the facts.</summary>
internal static class ToolDiff
{
    public static IEnumerable<PerimeterChange> Of(CompiledPerimeter before, CompiledPerimeter after)
    {
        var own = PolicyDiff.IsOwn(before.Policies) || PolicyDiff.IsOwn(after.Policies);
        var old = before.Tools.Tools.ToDictionary(Name, StringComparer.Ordinal);
        var now = after.Tools.Tools.ToDictionary(Name, StringComparer.Ordinal);
        foreach (var (name, tool) in now)
        {
            foreach (var change in old.TryGetValue(name, out var known) ? Of(known, tool, own) : [New(tool)])
            {
                yield return change;
            }
        }

        foreach (var name in old.Keys.Where(name => !now.ContainsKey(name)))
        {
            yield return new PerimeterChange(ChangeDirection.Narrows, $"tool {name}", "is gone");
        }

        if (before.Sections.GetValueOrDefault("facts") != after.Sections.GetValueOrDefault("facts"))
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, "facts", "other facts are taken out of the arguments of tools");
        }
    }

    private static PerimeterChange New(ToolRule tool) =>
        new(ChangeDirection.Widens, $"tool {Name(tool)}", $"is new, {Word(tool.Class)}");

    private static IEnumerable<PerimeterChange> Of(ToolRule old, ToolRule now, bool own)
    {
        var subject = $"tool {Name(now)}";
        if (old.Class != now.Class)
        {
            yield return new PerimeterChange(
                now.Class is ActionClass.Effect && !own ? ChangeDirection.Narrows : ChangeDirection.MayWiden, subject,
                $"is {Word(now.Class)}, and was {Word(old.Class)}");
        }

        foreach (var change in SourceDiff.Labels(subject, old.Labels, now.Labels, own))
        {
            yield return change;
        }

        var (before, after) = (Destinations(old), Destinations(now));
        var lost = before.Except(after, StringComparer.Ordinal).ToList();
        var won = after.Except(before, StringComparer.Ordinal).ToList();
        if (lost.Count > 0)
        {
            yield return new PerimeterChange(
                ChangeDirection.Widens, subject,
                $"{string.Join(", ", lost)} no longer counts as where the call goes");
        }

        if (won.Count > 0)
        {
            yield return new PerimeterChange(
                own ? ChangeDirection.MayWiden : ChangeDirection.Narrows, subject,
                $"{string.Join(", ", won)} counts as where the call goes");
        }

        if (old.Definition.Fingerprint != now.Definition.Fingerprint)
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, subject, "has another description or other arguments");
        }
    }

    private static List<string> Destinations(ToolRule tool) =>
        [.. tool.Destinations.Select(place => place.ToString()!)]; // a path has a text

    private static string Name(ToolRule tool) => tool.Name.ToString();

    private static string Word(ActionClass action) => action switch
    {
        ActionClass.Read => "a read",
        ActionClass.Effect => "an effect",
        ActionClass.Model => "a model call",
    };
}
