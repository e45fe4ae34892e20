namespace Sallyport.Tidy;

/// <summary>The table of rooms, as data: ARCHITECTURE.md says the same for people.</summary>
public static class Rooms
{
    /// <summary>What a room may use; what those use comes with them.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Identity"] = [],
        ["Flow"] = ["Identity"],
        ["Ledger"] = ["Flow"],
        ["Trace"] = ["Identity"],
        ["Freeze"] = ["Ledger"],
        ["Limits"] = ["Ledger"],
        ["Decisions"] = ["Freeze", "Limits", "Trace"],
        ["Egress"] = ["Decisions"],
        ["Sandbox"] = ["Freeze"],
        ["Llm"] = ["Egress"],
        ["Mcp"] = ["Egress", "Sandbox"],
        ["Http"] = ["Egress", "Llm"],
        ["Skills"] = ["Decisions", "Sandbox"],
        ["Feeds"] = ["Flow", "Ledger"],
        ["Watch"] = ["Decisions"],
        ["Perimeter"] =
        [
            "Identity", "Flow", "Ledger", "Trace", "Freeze", "Limits", "Decisions", "Egress", "Sandbox", "Llm", "Mcp",
                "Http", "Skills",
            "Feeds", "Watch",
        ],
        ["Console"] = ["Perimeter"],
    };

    /// <summary>What a project may reference; what those reference comes with them.</summary>
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["Sallyport.Cedar"] = [],
        ["Sallyport.Tlog"] = [],
        ["Sallyport.Core"] = ["Sallyport.Cedar", "Sallyport.Tlog"],
        ["Sallyport.Node"] = ["Sallyport.Core"],
        ["Sallyport"] = ["Sallyport.Node"],
        ["Sallyport.Range"] = [],
    };

    /// <summary>The projects that are divided into the rooms of the table.</summary>
    public static IReadOnlyList<string> Halves { get; } = ["src/Sallyport.Core", "src/Sallyport.Node"];

    public static IReadOnlyCollection<string> Names => MayUse.Keys;

    public static IReadOnlyCollection<string> Projects => MayReference.Keys;

    /// <summary>Everything that a room may use, itself included.</summary>
    public static IReadOnlySet<string> Reach(string room) => Closure(room, MayUse);

    /// <summary>Everything that a project may reference, itself included.</summary>
    public static IReadOnlySet<string> ReferenceReach(string project) => Closure(project, MayReference);

    private static HashSet<string> Closure(string from, Dictionary<string, string[]> arrows)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([from]);
        while (next.TryPop(out var at))
        {
            if (reached.Add(at) && arrows.TryGetValue(at, out var more))
            {
                Array.ForEach(more, next.Push);
            }
        }

        return reached;
    }
}
