using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Sallyport.Cedar.Values;
using Sallyport.Decisions;
using Sallyport.Flow;
using Sallyport.Flow.Origins;
using Sallyport.Identity;
using Sallyport.Mcp;

namespace Sallyport.Bench.AgentDojo;

/// <summary>What became of a call.</summary>
internal enum Verdict
{
    /// <summary>It was made.</summary>
    Allowed,

    /// <summary>A person was asked.</summary>
    Held,

    /// <summary>It was refused.</summary>
    Denied,
}

/// <summary>The answer to one call.</summary>
/// <param name="Call">The tool.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="NamesUntrusted">Whether who is asked is shown an untrusted place that an argument stands in.</param>
/// <param name="WithConsent">What becomes of it once a person has consented.</param>
/// <param name="IsMalformed">Whether it is refused for not being a call of any tool, or not of the tool's type.</param>
/// <param name="Why">The arguments with their words.</param>
internal sealed record Answer(
    string Call, Verdict Verdict, bool NamesUntrusted, Verdict WithConsent, bool IsMalformed, string Why);

/// <summary>
/// One run of an agent: the brief, what tools returned so far, and the decisions of the product on its calls.
/// </summary>
internal sealed class ReplayedRun
{
    private static readonly RunId Run =
        RunId.TryParse("01jd3k5m7n9p1q3r5s7t9v1w3x", out var run) ? run : throw new FormatException();

    private readonly ToolSet tools;
    private readonly TextIndex index = new(TextIndexLimits.Default, seed: 20251122);
    private readonly List<ReadingEntry> readings = [];
    private LabelSet labels = LabelSet.Empty;

    /// <summary>Begins with what the person asked.</summary>
    public ReplayedRun(ToolSet tools, string brief)
    {
        this.tools = tools;
        Index(TextTrust.Brief, brief);
    }

    /// <summary>Decides a call.</summary>
    public Answer Ask(string tool, JsonElement arguments)
    {
        var facts = FactsOf(tool, arguments);
        var decision = Decider.Decide(tools.Rules, facts);
        var withConsent = decision is Decision.Hold hold
            ? Decider.Decide(tools.Rules, facts with { Consented = [.. hold.Policies.Select(policy => policy.Id)] })
            : decision;
        return new Answer(
            tool, VerdictOf(decision),
            facts.Arguments.Any(argument => argument.Evidence.Any(place => place.Word == OriginWords.Untrusted)),
            VerdictOf(withConsent),
            facts.Match is not RuleMatch.Allowed,
            string.Join("; ", facts.Arguments.Select(Words)));
    }

    /// <summary>Gives a tool's result to the agent.</summary>
    public void Take(string tool, string output)
    {
        var isUntrusted = !tools.Tools.TryGetValue(tool, out var known) || known.IsUntrusted;
        labels = isUntrusted ? labels.Join(LabelSet.Untrusted) : labels;
        Index(isUntrusted ? TextTrust.Untrusted : TextTrust.Trusted, output);
    }

    /// <summary>A result of which only is known that it was there.</summary>
    public void TakeUnseen(string tool)
    {
        if (!tools.Tools.TryGetValue(tool, out var known) || known.IsUntrusted)
        {
            labels = labels.Join(LabelSet.Untrusted);
            Index(TextTrust.Untrusted, " ");
        }
    }

    private void Index(TextTrust trust, string text)
    {
        var writer = index.Begin(trust, readings.Count);
        readings.Add(new ReadingEntry(trust is TextTrust.Brief ? "brief" : $"entry {readings.Count}", trust));
        writer.Append(Encoding.UTF8.GetBytes(text));
        writer.Complete();
    }

    private Facts FactsOf(string tool, JsonElement arguments)
    {
        var facts = new Facts
        {
            Run = Run,
            Agent = ToolSet.Agent.Id,
            Method = "call",
            Target = tool,
            Host = "",
            Match = new RuleMatch.None(),
            Source = new Source(tool, LabelSet.Empty),
            Labels = labels,
            LabelVersion = readings.Count,
            FreezeEpoch = 0,
            Freeze = null,
        };
        if (!tools.Tools.TryGetValue(tool, out var known))
        {
            return facts;
        }

        if (!ToolArguments.TryRead(known.Definition.Arguments, arguments, out var typed, out var faults))
        {
            return facts with { Match = new RuleMatch.Malformed(faults[0]) };
        }

        return facts with
        {
            Target = known.Action.Name,
            Host = known.Action.Server,
            Match = new RuleMatch.Allowed(new RuleReference("agentdojo", known.Action.Name), known.Action.Class),
            Source = new Source(known.Action.Server, known.IsUntrusted ? LabelSet.Untrusted : LabelSet.Empty),
            Call = new ToolCall(known.Action, typed.Record, RecordValue.Empty, typed.Untyped),
            Arguments = ArgumentOrigins.OfCall(
                index, known.Action, JsonMarshal.GetRawUtf8Value(typed.Json.Root), reading => readings[reading]),
        };
    }

    private static Verdict VerdictOf(Decision decision) => decision switch
    {
        Decision.Allow => Verdict.Allowed,
        Decision.Hold => Verdict.Held,
        _ => Verdict.Denied,
    };

    private static string Words(ArgumentOrigin argument) =>
        $"{argument.Place}{(argument.IsDestination ? " (destination)" : "")} '{argument.Shown}' "
        + string.Join(',', argument.Words);
}
