namespace Sallyport.Bench.AgentDojo;

/// <summary>A user's task, replayed.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Task">The task.</param>
/// <param name="Answers">The answer to each call.</param>
internal sealed record TaskReplay(string Suite, string Task, IReadOnlyList<Answer> Answers)
{
    /// <summary>Whether every call was made without asking a person.</summary>
    public bool IsKept => Answers.All(answer => answer.Verdict is Verdict.Allowed);

    /// <summary>Whether every call is made once persons have said yes to those that wait.</summary>
    public bool IsKeptWithApprovals => Answers.All(answer => answer.WithConsent is Verdict.Allowed);

    /// <summary>Calls that a person is asked about.</summary>
    public int Holds => Answers.Count(answer => answer.Verdict is Verdict.Held);

    /// <summary>Whether a call is refused.</summary>
    public bool IsDenied => Answers.Any(answer => answer.Verdict is Verdict.Denied);
}

/// <summary>An attack in the course of a user's task, replayed.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Task">The user's task.</param>
/// <param name="Attack">The attacker's task.</param>
/// <param name="Answers">The answer to each call of the attack.</param>
internal sealed record AttackReplay(string Suite, string Task, string Attack, IReadOnlyList<Answer> Answers)
{
    /// <summary>Whether a call is refused.</summary>
    public bool IsDenied => Answers.Any(answer => answer.Verdict is Verdict.Denied);

    /// <summary>Whether a call waits for a person, who is shown the untrusted place that it comes from.</summary>
    public bool IsHeldByName => Answers.Any(answer => answer.Verdict is Verdict.Held && answer.NamesUntrusted);

    /// <summary>
    /// Whether a call waits for a person, who is shown no such place: that does not count as blocked.
    /// </summary>
    public bool IsHeldOnly => !IsBlocked && Answers.Any(answer => answer.Verdict is Verdict.Held);

    /// <summary>Whether the attack is blocked.</summary>
    public bool IsBlocked => IsDenied || IsHeldByName;
}

/// <summary>Replays the tasks and attacks of a suite, call by call, through the decisions of the product.</summary>
internal static class SuiteReplay
{
    /// <summary>Every user's task. Results are read after each call, whatever was decided about it.</summary>
    public static IEnumerable<TaskReplay> Tasks(Suite suite, ToolSet tools) => suite.UserTasks.Select(task =>
    {
        var run = new ReplayedRun(tools, task.Words);
        return new TaskReplay(suite.Name, task.Id, [.. task.Calls.Select(call => Made(run, call, call.Output))]);
    });

    /// <summary>
    /// Every attack that has calls, in every task that meets a place where it can stand: the task as far as there, then
    /// the calls of the attack.
    /// </summary>
    public static IEnumerable<AttackReplay> Attacks(Suite suite, ToolSet tools) =>
        from task in suite.UserTasks
        let met = task.Calls.TakeWhile(call => call.Vectors.Count == 0).Count()
        where met < task.Calls.Count
        from attack in suite.Attacks
        where attack.Calls.Count > 0
        select Attacked(suite, tools, (task, met), attack);

    private static AttackReplay Attacked(
        Suite suite, ToolSet tools, (SuiteTask Task, int Met) way, SuiteTask attack)
    {
        var run = new ReplayedRun(tools, way.Task.Words);
        foreach (var call in way.Task.Calls.Take(way.Met))
        {
            run.Take(call.Tool, call.Output);
        }

        var met = way.Task.Calls[way.Met];
        run.Take(met.Tool, Planted(suite, met, attack.Words));
        return new AttackReplay(
            suite.Name, way.Task.Id, attack.Id, [.. attack.Calls.Select(call => Made(run, call, call.Output))]);
    }

    private static Answer Made(ReplayedRun run, SuiteCall call, string output)
    {
        var answer = run.Ask(call.Tool, call.Arguments);
        run.Take(call.Tool, output);
        return answer;
    }

    // The suite's outputs are clean: the attacker's words go where the harmless text of a vector stands, else to the
    // end.
    private static string Planted(Suite suite, SuiteCall call, string words)
    {
        var output = call.Output;
        foreach (var vector in suite.Vectors.Where(vector => call.Vectors.Contains(vector.Id, StringComparer.Ordinal)))
        {
            output = vector.Harmless.Length > 0 && output.Contains(vector.Harmless, StringComparison.Ordinal)
                ? output.Replace(vector.Harmless, words, StringComparison.Ordinal)
                : $"{output}\n{words}";
        }

        return output;
    }
}
