using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Values;
using Sallyport.Flow;
using Sallyport.Limits;

namespace Sallyport.Decisions.Policies;

/// <summary>Facts in the words of the policies: a Cedar request and the entities that it is decided with.</summary>
internal static class PolicyQuestion
{
    private static readonly Value Empty = Value.Of(SetValue.Empty);

    // Made last on this thread.
    [ThreadStatic]
    private static Labelled? labelled;

    private static readonly Value NoBudgets = Value.Of(RecordValue.Empty);

    private static readonly ImmutableArray<string> Words =
        [
            OriginWords.Brief, OriginWords.Composed, OriginWords.Nowhere, OriginWords.Own, OriginWords.Trusted,
            OriginWords.Untrusted,
        ];

    private static readonly ImmutableArray<Value> WordSets =
    [
        .. Enumerable.Range(0, 1 << Words.Length).Select(set =>
            Value.SetOf([.. Words.Where((_, bit) => (set & (1 << bit)) != 0).Select(Value.Of)])),
    ];

    /// <summary>The question.</summary>
    /// <param name="facts">Facts of an identified agent.</param>
    /// <param name="action">What the act is.</param>
    /// <param name="common">Agents, tools and actions.</param>
    public static (Request Request, EntityStore Entities) Of(Facts facts, ActionClass action, EntityStore common)
    {
        var principal = PolicyModel.UidOf(facts.Agent!.Value, PolicyModel.Agent); // The decider has looked.
        if (facts.Call is { } call)
        {
            // In ordinal order, as records are kept: they are not sorted again.
            var context = RecordValue.Create(
                ("args", Value.Of(call.Arguments)),
                ("budgets", BudgetsOf(facts.Budgets)),
                ("facts", Value.Of(call.Facts)),
                ("labels", LabelsOf(facts.Labels)),
                ("origins", OriginsOf(facts.Arguments)),
                ("server", Value.Of(call.Tool.Server)),
                ("source", Value.Of(facts.Source.Name)),
                ("source_labels", LabelsOf(facts.Source.Labels)),
                ("time", TimeOf(facts)),
                ("tool", Value.Of(call.Tool.Tool)),
                ("untraced", SetOf(call.Untyped)),
                ("untyped", SetOf(call.Untyped)));
            var tool = PolicyModel.UidOf(call.Tool.Name, PolicyModel.Tool);
            return (new Request(principal, PolicyModel.ActionOf(call.Tool), tool, context), common);
        }

        var host = PolicyModel.UidOf(facts.Host, PolicyModel.Host);
        var http = RecordValue.Create(
            ("budgets", BudgetsOf(facts.Budgets)),
            ("facts", Value.Of(RecordValue.Empty)),
            ("host", Value.Of(facts.Host)),
            ("labels", LabelsOf(facts.Labels)),
            ("method", Value.Of(facts.Method)),
            ("origins", OriginsOf(facts.Arguments)),
            ("path", Value.Of(facts.Path)),
            ("port", Value.Of(facts.Port)),
            ("source", Value.Of(facts.Source.Name)),
            ("source_labels", LabelsOf(facts.Source.Labels)),
            ("time", TimeOf(facts)),
            ("untraced", SetOf(BodyOrigins.Untraced(facts.Untyped, facts.Arguments))),
            ("untyped", SetOf(facts.Untyped)));
        var verb = PolicyModel.ActionOf(action, facts.IsChannel);
        if (facts.IsChannel && action is ActionClass.Effect)
        {
            return (new Request(principal, verb, host, http), common);
        }

        var url = PolicyModel.UidOf(UrlOf(facts), PolicyModel.Url);
        return (new Request(principal, verb, url, http), common.With(new Entity(url, parents: [host])));
    }

    // Scheme and authority as in the target, then the path in its normal form: a policy that names a URL must not be
    // passed by another spelling of it, or by a query.
    private static string UrlOf(Facts facts)
    {
        var target = facts.Target;
        var authority = target.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0;
        var path = target.AsSpan(authority).IndexOfAny('/', '?');
        return path < 0 ? target : string.Concat(target.AsSpan(0, authority + path), facts.Path);
    }

    // There are six words, so there are few sets of them, and each is made once.
    private static Value OriginsOf(ImmutableArray<ArgumentOrigin> arguments)
    {
        // Where a request has a body, that says what the act is about; what the rule spells out of the address does
        // not.
        var hasBody = arguments.Any(BodyOrigins.IsOfBody);
        var (contents, destinations, spelledOut) = (0, 0, 0);
        foreach (var argument in arguments)
        {
            var isSaid = hasBody && argument.IsSpelledOut;
            foreach (var word in argument.Words)
            {
                // A word that is none of ours vouches for nothing.
                var bit = 1 << (Words.IndexOf(word) is >= 0 and var known ? known : Words.Length - 1);
                spelledOut |= isSaid ? bit : 0;
                contents |= argument.IsDestination || isSaid ? 0 : bit;
                destinations |= argument.IsDestination && !isSaid ? bit : 0;
            }
        }

        return Value.Of(RecordValue.Create(
            ("all", WordSets[contents | destinations | spelledOut]),
            ("contents", WordSets[contents]),
            ("destinations", WordSets[destinations])));
    }

    // By id in ordinal order, as records are kept.
    private static Value BudgetsOf(ImmutableArray<Budget> budgets) => budgets.IsEmpty
        ? NoBudgets
        : Value.Of(RecordValue.Create(Each(budgets)));

    private static (string, Value)[] Each(ImmutableArray<Budget> budgets)
    {
        var each = new (string, Value)[budgets.Length];
        for (var at = 0; at < each.Length; at++)
        {
            var budget = budgets[at];
            each[at] = (budget.Id, Value.Of(RecordValue.Create(
                ("max", Value.Of(budget.Max)), ("used", Value.Of(budget.Taken)))));
        }

        return each;
    }

    private static Value TimeOf(Facts facts) => Value.Of(new CedarDatetime(facts.Time.ToUnixTimeMilliseconds()));

    private static Value LabelsOf(LabelSet labels)
    {
        if (labels.Count == 0)
        {
            return Empty;
        }

        // A run asks many times under the same labels, and sources seldom change theirs.
        var known = labelled;
        if (known is not null && known.Labels.Equals(labels))
        {
            return known.Set;
        }

        var values = new Value[labels.Count];
        for (var at = 0; at < values.Length; at++)
        {
            values[at] = Value.Of(labels.Labels[at].Value);
        }

        var set = Value.SetOf(values);
        labelled = new Labelled(labels, set);
        return set;
    }

    private sealed record Labelled(LabelSet Labels, Value Set);

    private static Value SetOf(ImmutableArray<string> texts) =>
        texts.IsEmpty ? Empty : Value.SetOf([.. texts.Select(Value.Of)]);
}
