using System.Collections.Immutable;
using System.Text;
using Sallyport.Cedar.Explaining;
using Sallyport.Decisions;
using Sallyport.Decisions.Policies;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Mcp;

namespace Sallyport.Perimeter.Cases;

/// <summary>A question decided as a gateway would decide it, with nothing sent and nothing recorded.</summary>
/// <remarks>The same parts: <see cref="RequestMatch"/>, <see cref="ToolArguments"/>, <see cref="FactExtractors"/> and
/// <see cref="Decider"/>. Only who asks is made up: a run without freeze, whose labels are those of the
/// question.</remarks>
/// <param name="Facts">What was decided on.</param>
/// <param name="Decision">The answer.</param>
/// <param name="Explanation">What each policy said; null where no policy was asked.</param>
public sealed record Trial(Facts Facts, Decision Decision, Explanation? Explanation)
{
    private static readonly RunId Nobody = RunId.TryParse(new string('0', 26), out var run)
        ? run
        : throw new System.Diagnostics.UnreachableException();

    /// <summary>Decides. Pure.</summary>
    public static Trial Of(Snapshot snapshot, Question question)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(question);
        var facts = question.Act switch
        {
            Act.Http http => OfHttp(snapshot, question, http),
            Act.Call call => OfCall(snapshot, question, call),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return Of(snapshot, facts);
    }

    /// <summary>Decides on facts that are known, as those of a ledger's entry. Pure.</summary>
    public static Trial Of(Snapshot snapshot, Facts facts)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(facts);
        var decision = Decider.Decide(snapshot, facts);
        var isAsked = facts is { Match: RuleMatch.Allowed, IsInspected: false, Agent: { } agent }
            && snapshot.Agents.ContainsKey(agent);
        return new Trial(facts, decision, isAsked
            ? snapshot.Rules<PolicyRules>().Explain(facts, ((RuleMatch.Allowed)facts.Match).Class)
            : null);
    }

    /// <summary>What the answer comes to.</summary>
    public TrialVerdict Verdict => Decision switch
    {
        Decision.Allow => TrialVerdict.Allow,
        Decision.Hold => TrialVerdict.Hold,
        _ => TrialVerdict.Deny,
    };

    /// <summary>The policies that decided: the permits of an allow, else those that say no, ask or erred.</summary>
    public ImmutableArray<string> DecidedBy => Decision switch
    {
        Decision.Deny deny => [.. deny.Policies.Select(policy => policy.Id)],
        Decision.Hold hold => [.. hold.Policies.Select(policy => policy.Id)],
        _ => Explanation is null ? [] : [.. Explanation.Response.Reasons.Select(policy => policy.Id.Value)],
    };

    /// <summary>Why not; null when the answer is yes.</summary>
    public Fault? Why => Decision switch
    {
        Decision.Deny deny => Denial.Explain(deny, Facts),
        Decision.Hold hold => Denial.Explain(new Decision.Deny(DenyReason.ApprovalRequired, hold.Policies), Facts),
        _ => null,
    };

    private static Facts OfHttp(Snapshot snapshot, Question question, Act.Http http)
    {
        var (target, rules) = (http.Target, snapshot.Rules<EgressRules>());
        EgressRule? rule = null;
        var match = IsRefused(http.Method, target) ? new RuleMatch.MethodRefused()
            : target.IsAuthority ? rules.MatchConnect(question.Agent, target, out rule)
            : RequestMatch.Of(rules, question.Agent, http.Method, target, http.Traits, out rule);
        var isTunnel = target.IsAuthority && rule is { Mode: ConnectMode.Tunnel };
        var isChannel = isTunnel || http.Traits.HasFlag(RequestTraits.Channel);
        var source = snapshot.Rules<Sources>().Of(target.Host).SourceAt(target, isChannel);
        return Common(question, match, source) with
        {
            Method = http.Method,
            Target = target.ToString(),
            Host = target.Host.Text,
            Port = target.Port,
            Path = target.Path,
            Labels = isChannel ? question.Labels.Join(source.Labels) : question.Labels,
            IsChannel = isChannel,
            IsInspected = target.IsAuthority && !isTunnel,
            Arguments =
            [
                .. question.Origins.Select(origin =>
                    new ArgumentOrigin(origin.Key, "", IsDestination: origin.Key != "/body", origin.Value, [])),
            ],
        };
    }

    // TRACE echoes what the gateway adds; CONNECT is for an authority alone.
    private static bool IsRefused(string method, Target target) =>
        method == "TRACE" || (method == "CONNECT" && !target.IsAuthority);

    private static Facts OfCall(Snapshot snapshot, Question question, Act.Call call)
    {
        var tool = call.Rule;
        if (!ToolArguments.TryRead(
            tool.Definition.Arguments, Encoding.UTF8.GetBytes(call.Arguments), out var arguments, out var faults))
        {
            return OfTool(question, tool, new RuleMatch.Malformed(faults[0]));
        }

        return OfTool(question, tool, new RuleMatch.Allowed(tool.Rule, tool.Class)) with
        {
            Call = snapshot.Rules<ToolRules>().CallOf(tool, arguments),
            Arguments = [.. OriginsOf(question, tool, arguments)],
        };
    }

    private static Facts OfTool(Question question, ToolRule tool, RuleMatch match) =>
        Common(question, match, tool.Source) with
        {
            Method = "call",
            Target = tool.Name.ToString(),
            Host = tool.Name.Server,
        };

    private static Facts Common(Question question, RuleMatch match, Source source) => new()
    {
        Run = Nobody,
        Agent = question.Agent,
        Method = "",
        Target = "",
        Host = "",
        Match = match,
        Source = source,
        Labels = question.Labels,
        LabelVersion = 0,
        FreezeEpoch = 0,
        Freeze = null,
        Time = question.Time,
    };

    // Trust needs positive evidence: what nothing is said of comes from nowhere, and in a run that has read untrusted
    // text that is untrusted too.
    private static IEnumerable<ArgumentOrigin> OriginsOf(Question question, ToolRule tool, ToolArguments arguments)
    {
        ImmutableArray<string> unknown = question.Labels.Contains(Label.Untrusted)
            ? [OriginWords.Nowhere, OriginWords.Untrusted]
            : [OriginWords.Nowhere];
        foreach (var leaf in arguments.Leaves)
        {
            if (TextOf(leaf) is { } text)
            {
                yield return new ArgumentOrigin(
                    leaf.Place, Excerpt.Of(text), tool.IsDestination(leaf.Place),
                    question.Origins.GetValueOrDefault(leaf.Place, unknown), []);
            }
        }
    }

    /// <summary>The text that an origin is asked for; a boolean has none.</summary>
    internal static string? TextOf(ArgumentLeaf leaf) => leaf switch
    {
        ArgumentLeaf.Text text => text.Value,
        ArgumentLeaf.Number number => number.Canonical,
        ArgumentLeaf.MemberName name => name.Value,
        _ => null,
    };
}

/// <summary>What a decision comes to.</summary>
public enum TrialVerdict
{
    /// <summary>Yes.</summary>
    Allow,

    /// <summary>No.</summary>
    Deny,

    /// <summary>Not without a person.</summary>
    Hold,
}
