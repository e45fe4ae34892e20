using Sallyport.Console;

namespace Sallyport.Verbs;

/// <summary>A plan as lines for people: what it widens and narrows in words, then the files as text.</summary>
internal static class PlanLines
{
    /// <summary>The lines.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="isFull">Whether the text of packs is shown: they come with the program, and are named else.</param>
    public static IEnumerable<string> Of(PlanView plan, bool isFull)
    {
        if (plan.Before == plan.After)
        {
            yield return $"nothing to change: {plan.Before[..12]} is in force";
            yield break;
        }

        yield return $"{plan.Before[..12]} -> {plan.After[..12]}: {Sum(plan)}";
        foreach (var change in plan.Changes)
        {
            yield return $"  {change.Direction,-9}  {change.Subject}: {change.What}"
                + (change.AtRestart ? " (needs a restart)" : "");
        }

        foreach (var file in plan.Files)
        {
            yield return $"  {file.Kind} {file.Name}: {file.Added} lines added, {file.Removed} removed";
            if (!isFull && file.Name.StartsWith(Pack, StringComparison.Ordinal))
            {
                yield return $"    its text: sallyport policy packs {file.Name[Pack.Length..]}, or plan --full";
                continue;
            }

            foreach (var line in file.Lines)
            {
                yield return $"    {line}";
            }

            if (file.Lines.Count < file.Added + file.Removed)
            {
                yield return $"    ... and {file.Added + file.Removed - file.Lines.Count} more";
            }
        }

        foreach (var warning in plan.Warnings)
        {
            yield return $"{warning} (warning)";
        }

        if (plan.SecondPerson)
        {
            yield return "It needs a second person.";
        }
    }

    private const string Pack = "pack ";

    private static string Sum(PlanView plan) => plan.Direction switch
    {
        "widens" => "it widens what agents may do",
        "narrows" => "it narrows what agents may do",
        _ => "it changes nothing that agents may do",
    };
}
