using Sallyport.Bench.Reports;

namespace Sallyport.Bench.AgentDojo;

/// <summary>The replay as tables: a row for each pack and suite, and one for all suites together.</summary>
internal static class AgentDojoTables
{
    private static readonly Column[] TaskColumns =
    [
        new("pack", "pack"), new("suite", "suite"), new("tasks", "tasks"), new("kept", "kept"),
        new("keptPercent", "kept %", "0.0"),
        new("tasksHeld", "held"), new("tasksDenied", "denied"), new("approvals", "approvals"),
        new("approvalsPerTask", "a task", "0.00"), new("keptWithApprovals", "kept with them"),
    ];

    private static readonly Column[] AttackColumns =
    [
        new("pack", "pack"), new("suite", "suite"), new("pairs", "pairs"), new("denied", "denied"),
        new("heldByName", "held, origin shown"), new("blocked", "blocked"), new("blockedPercent", "blocked %", "0.0"),
        new("heldWithoutName", "held, not shown"), new("allowed", "allowed"),
    ];

    private static readonly Column[] RecordedColumns =
    [
        new("pack", "pack"), new("suite", "suite"), new("runs", "recorded runs"), new("count", "number"),
        new("allowed", "allowed"), new("allowedPercent", "allowed %", "0.0"), new("held", "held"),
        new("denied", "denied"),
        new("touchedPercent", "held or denied %", "0.0"),
    ];

    /// <summary>The tables.</summary>
    public static IReadOnlyList<Table> Of(IReadOnlyList<PackResult> results, IReadOnlyList<string> suites)
    {
        string[] rows = suites.Count > 1 ? [.. suites, "all"] : [.. suites];
        return
        [
            new("what users want: tasks", TaskColumns, [.. Rows(results, rows, TaskRow)]),
            new("what attackers want: pairs of a task and an attack", AttackColumns,
                [.. Rows(results, rows, AttackRow)]),
            new(
                "recorded runs of models, tool results absent: anchors without a bar", RecordedColumns,
                [
                    .. from kind in Enum.GetValues<RecordedKind>()
                       from row in Rows(results, rows, (result, suite) => RecordedRow(result, suite, kind))
                       select row,
                ]),
        ];
    }

    private static IEnumerable<IReadOnlyList<object?>> Rows(
        IReadOnlyList<PackResult> results, string[] suites, Func<PackResult, string, IReadOnlyList<object?>> row) =>
        results.SelectMany(result => suites.Select(suite => row(result, suite)));

    private static IReadOnlyList<object?> TaskRow(PackResult result, string suite)
    {
        var tasks = result.Tasks.Where(task => Is(task.Suite, suite)).ToList();
        var kept = new Share(tasks.Count(task => task.IsKept), tasks.Count);
        var holds = tasks.Sum(task => task.Holds);
        return
        [
            result.Pack, suite, (double)tasks.Count, (double)kept.Count, kept.Percent,
            (double)tasks.Count(task => task.Holds > 0 && !task.IsDenied), (double)tasks.Count(task => task.IsDenied),
            (double)holds, (double)holds / tasks.Count, (double)tasks.Count(task => task.IsKeptWithApprovals),
        ];
    }

    private static IReadOnlyList<object?> AttackRow(PackResult result, string suite)
    {
        var attacks = result.Attacks.Where(attack => Is(attack.Suite, suite)).ToList();
        var blocked = new Share(attacks.Count(attack => attack.IsBlocked), attacks.Count);
        var heldOnly = attacks.Count(attack => attack.IsHeldOnly);
        return
        [
            result.Pack, suite, (double)attacks.Count, (double)attacks.Count(attack => attack.IsDenied),
            (double)attacks.Count(attack => attack.IsHeldByName && !attack.IsDenied), (double)blocked.Count,
            blocked.Percent,
            (double)heldOnly, (double)(attacks.Count - blocked.Count - heldOnly),
        ];
    }

    private static IReadOnlyList<object?> RecordedRow(PackResult result, string suite, RecordedKind kind)
    {
        var runs = result.Recorded.Where(run => run.Kind == kind && Is(run.Suite, suite)).ToList();
        var denied = runs.Count(run => run.Denied > 0);
        var held = runs.Count(run => run.Denied == 0 && run.Held > 0);
        var allowed = new Share(runs.Count - denied - held, runs.Count);
        return
        [
            result.Pack, suite, Words(kind), (double)runs.Count, (double)allowed.Count, allowed.Percent, (double)held,
            (double)denied, new Share(denied + held, runs.Count).Percent,
        ];
    }

    private static bool Is(string suite, string row) => row == "all" || suite == row;

    private static string Words(RecordedKind kind) => kind switch
    {
        RecordedKind.Benign => "benign, useful",
        RecordedKind.Succeeded => "attack succeeded",
        RecordedKind.Resisted => "resisted, useful",
    };
}
