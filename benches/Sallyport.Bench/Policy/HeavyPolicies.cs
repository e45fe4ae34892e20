namespace Sallyport.Bench.Policy;

/// <summary>
/// The set that does not flatter an index: every second policy of the workload is replaced by one whose scope says nothing and whose
/// conditions are long: calculation, sets, hierarchy, conditionals. All of them are evaluated for every request. Two of five start
/// with something that must be calculated, so that no look at the context alone can dismiss them.
/// </summary>
internal static class HeavyPolicies
{
    /// <summary>The policies with every second one replaced.</summary>
    public static IReadOnlyList<string> HalfOf(IReadOnlyList<string> policies)
    {
        var random = new MulberryRandom((uint)(4242 + policies.Count));
        var groups = Math.Max(4, policies.Count / 20);
        return [.. policies.Select((policy, i) => i % 2 == 0 ? policy : Heavy(i, random, groups))];
    }

    private static string Heavy(int index, MulberryRandom random, int groups) => (index / 2 % 5) switch
    {
        0 => $$"""
            permit(principal, action, resource) when { (context.bytes * 3 - 7000 < {{random.Next(90000)}} && context.labels.containsAll([{{Labels(random, 2)}}]))
            """ + $" || (principal in [{Of("Role", "r", random, groups, 3)}] && resource in [{Of("ToolGroup", "g", random, groups, 2)}] && context.bytes + 500 < {1000 + random.Next(100000)}) }};",
        1 => $$"""
            forbid(principal, action, resource) when { context.labels.containsAny([{{Labels(random, 2)}}, "pii-{{index}}"]) && context.bytes * 2 > {{150000 + random.Next(80000)}}
            """ + $" && (if context.bytes > {random.Next(120000)} then resource in [{Of("ToolGroup", "g", random, groups, 1)}] else principal in [{Of("Role", "r", random, groups, 1)}])"
            + $" && !(principal in [{Of("Role", "r", random, groups, 2)}]) }};",
        2 => $$"""
            permit(principal, action, resource) when { principal is Agent && resource is Tool && !(context.labels.contains({{Labels(random, 1)}}) || context.labels.contains({{Labels(random, 1)}}))
            """ + $" && context.bytes - 10 * 20 < {random.Next(60000)} && resource in [{Of("ToolGroup", "g", random, groups, 2)}] }}"
            + $" unless {{ principal in [{Of("Role", "r", random, groups, 4)}] }};",
        3 => $$"""
            forbid(principal, action, resource) when { [context.bytes, context.bytes + 1, context.bytes * 2].contains({{random.Next(240000)}})
            """ + $" || (resource in [{Of("ToolGroup", "g", random, groups, 1)}] && principal in [{Of("Role", "r", random, groups, 1)}] && context.labels.containsAll([{Labels(random, 3)}])) }};",
        _ => $$"""
            permit(principal, action, resource) when { {label: {{Labels(random, 1)}}, limit: context.bytes + {{random.Next(1000)}}}.limit < {{20000 + random.Next(100000)}}
            """ + $" && context.labels.contains({Labels(random, 1)}) && (principal in [{Of("Role", "r", random, groups, 2)}] || resource in [{Of("ToolGroup", "g", random, groups, 2)}]) }}"
            + $" unless {{ context.labels.containsAny([{Labels(random, 3)}]) }};",
    };

    private static string Labels(MulberryRandom random, int count) =>
        string.Join(", ", Enumerable.Range(0, count).Select(_ => $"\"label{random.Next(16)}\"").ToArray());

    private static string Of(string type, string prefix, MulberryRandom random, int groups, int count) =>
        string.Join(", ", Enumerable.Range(0, count).Select(_ => $"{type}::\"{prefix}{random.Next(groups)}\"").ToArray());
}
