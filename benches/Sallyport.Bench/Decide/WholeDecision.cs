using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Sallyport.Bench.Reports;
using Sallyport.Cedar.Values;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Flow;
using Sallyport.Flow.Origins;
using Sallyport.Identity;
using Sallyport.Limits;
using Sallyport.Mcp;

namespace Sallyport.Bench.Decide;

/// <summary>
/// One decision on a call of a tool with ten arguments, as a gateway makes it: under the packs allow-list and origins
/// and
/// a thousand policies for fifty tools, twenty of which are about the tool that is called.
/// </summary>
internal sealed class WholeDecision
{
    private const int Policies = 1000;
    private const int Tools = 50;
    private const int Calls = 2000;

    private static readonly Agent Agent = new(
        SpiffeId.Of("example.org", AgentId.TryParse("assistant", out var id) ? id : throw new FormatException()),
        RoleName.TryParse("assistant", out var role) ? role : throw new FormatException(),
        "owner");

    private static readonly LimitRules Limits = new(
        [
            Limit("assistant", new LimitScope.OfAgent(Agent.Id), LimitUnit.Requests),
            Limit("fleet", new LimitScope.Fleet(), LimitUnit.Requests),
            Limit("role", new LimitScope.OfRole(Agent.Role), LimitUnit.Effects),
        ],
        [KeyValuePair.Create(Agent.Id, Agent.Role)]);

    private readonly LimitCounters counters = new LimitHistory(Limits, TimeProvider.System).Start();
    private readonly byte[] arguments;
    private readonly Snapshot rules;
    private readonly Snapshot shadowed;
    private readonly Facts facts;

    /// <summary>Prepares what a node has at hand before a call comes.</summary>
    /// <param name="arguments">The arguments of the call: an object of texts and numbers.</param>
    public WholeDecision(byte[] arguments)
    {
        this.arguments = arguments;
        var tools = ToolList.Read("bank", Encoding.UTF8.GetBytes(Listed())).Tools;
        var actions = tools.ToDictionary(
            tool => tool.Name.Tool,
            tool => new ToolAction("bank", tool.Name.Tool, ActionClass.Effect, tool.Arguments.ToCedar()),
            StringComparer.Ordinal);
        PolicyText[] texts = [Pack("allow-list"), Pack("origins"), new PolicyText("own.cedar", Own())];
        var (compiled, mistakes) = PolicyCompiler.Compile(
            texts, [Agent], actions.Values, [], Limits.All.Select(limit => limit.Id));
        rules = new Snapshot(
            "bench", [Agent], [compiled ?? throw new FormatException(string.Join('\n', mistakes)), Limits]);
        shadowed = new Snapshot("bench", [Agent], [compiled, Limits, new ShadowRules(compiled)]);
        var called = tools.First(tool => tool.Name.Tool == "pay7");
        if (!ToolArguments.TryRead(called.Arguments, arguments, out var typed, out var faults))
        {
            throw new FormatException(faults[0].Detail);
        }

        facts = new Facts
        {
            Run = RunId.TryParse("01jd3k5m7n9p1q3r5s7t9v1w3x", out var run) ? run : throw new FormatException(),
            Agent = Agent.Id,
            Method = "call",
            Target = "bank__pay7",
            Host = "bank",
            Match = new RuleMatch.Allowed(new RuleReference("sallyport.yaml:12", "bank__*"), ActionClass.Effect),
            Source = new Source("bank", LabelSet.Empty),
            Labels = LabelSet.Untrusted,
            LabelVersion = 1,
            FreezeEpoch = 0,
            Freeze = null,
            Call = new ToolCall(actions["pay7"], typed.Record, RecordValue.Empty, typed.Untyped),
        };
    }

    /// <summary>
    /// Median microseconds of a decision with its limits: with the origins of the arguments told before, and with them
    /// traced.
    /// </summary>
    /// <param name="index">What the run has read: the brief is reading 1, the rest untrusted.</param>
    /// <returns>The two, and mean microseconds of what of them the limits take, and of what a shadow adds.</returns>
    public (double Bare, double Whole, double Limits, double Shadow) Measure(TextIndex index)
    {
        var (bare, whole) = (new double[Calls], new double[Calls]);
        var told = facts with { Arguments = Origins(index) };
        for (var call = 0; call < Calls; call++)
        {
            var begun = Stopwatch.GetTimestamp();
            Decide(told);
            bare[call] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
            begun = Stopwatch.GetTimestamp();
            Decide(facts with { Arguments = Origins(index) });
            whole[call] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
        }

        Array.Sort(bare);
        Array.Sort(whole);
        var started = Stopwatch.GetTimestamp();
        for (var call = 0; call < Calls; call++)
        {
            _ = counters.Budgets(Limits, Agent.Id, Needed);
            Take();
        }

        var limited = Stopwatch.GetElapsedTime(started).TotalMicroseconds / Calls;
        return (Quartiles.At(bare, 0.5), Quartiles.At(whole, 0.5), limited, Shadowed(told));
    }

    // As the entry of the decision asks it: the same thousand policies once more, and whether they agree.
    private double Shadowed(Facts told)
    {
        var decision = Decider.Decide(shadowed, told);
        var started = Stopwatch.GetTimestamp();
        for (var call = 0; call < Calls; call++)
        {
            if (Shadow.Beside(shadowed, told, decision) != Shadow.Same)
            {
                throw new InvalidOperationException("A shadow of the same policies is meant to agree.");
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Calls;
    }

    private static Amounts Needed => Amounts.Of(isEffect: true, bytesSentLeast: 0);

    // As the decision point does it: what is left, the answer, and then it is taken.
    private void Decide(Facts asked)
    {
        var budgets = counters.Budgets(rules.Limits, Agent.Id, Needed);
        if (Decider.Decide(rules, asked with { Budgets = budgets })
            is Decision.Deny { Reason: DenyReason.LimitExceeded })
        {
            throw new InvalidOperationException("The limits are meant to have room.");
        }

        Take();
    }

    private void Take()
    {
        counters.TryReserve(Limits, Agent.Id, Needed, out var reservation);
        reservation?.Settle();
    }

    private static LimitRule Limit(string id, LimitScope scope, LimitUnit unit) =>
        new(id, scope, unit, 1_000_000_000, LimitWindow.Hour, "sallyport.yaml:31");

    private ImmutableArray<ArgumentOrigin> Origins(TextIndex index) => ArgumentOrigins.OfCall(
        index, facts.Call!.Tool, arguments, // set above
        reading => new ReadingEntry("entry", reading == 1 ? TextTrust.Brief : TextTrust.Untrusted));

    private static PolicyText Pack(string name) =>
        PolicyPacks.TryRead(name, out var pack) ? pack : throw new FormatException(name);

    private static string Listed() => $$"""
        [{{string.Join(',', Enumerable.Range(0, Tools).Select(tool => $$$"""
            {"name":"pay{{{tool}}}","inputSchema":{"type":"object","required":["recipient"],"properties":{
             "recipient":{"type":"string"},"amount":{"type":"number"},"date":{"type":"string"},
             "subject":{"type":"string"},"to":{"type":"string"},"url":{"type":"string"},"file":{"type":"string"},
             "note":{"type":"string"},"id":{"type":"string"},"count":{"type":"integer"} } } }
            """))}}]
        """;

    // None of them is met by the call, so that each that is about it is evaluated to its end.
    private static string Own() => string.Concat(Enumerable.Range(0, Policies).Select(number => $$"""
        @id("own-{{number}}") @reason("it is rule {{number}}")
        forbid (principal, action == Action::"bank__pay{{number % Tools}}", resource)
        when
        {
            context.labels.contains("untrusted") && context.args has count && context.args.count > {{1000 + number}}
        };

        """));
}
