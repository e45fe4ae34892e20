using System.Collections.Immutable;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Values;
using Sallyport.Flow;

namespace Sallyport.Decisions.Policies;

/// <summary>Facts in the words of the policies: a Cedar request and the entities that it is decided with.</summary>
internal static class PolicyQuestion
{
    /// <summary>The question.</summary>
    /// <param name="facts">Facts of an identified agent.</param>
    /// <param name="action">What the act is.</param>
    /// <param name="common">Agents, tools and actions.</param>
    public static (Request Request, EntityStore Entities) Of(Facts facts, ActionClass action, EntityStore common)
    {
        var principal = PolicyModel.UidOf(facts.Agent!.Value, PolicyModel.Agent); // The decider has looked.
        if (facts.Call is { } call)
        {
            var context = RecordValue.Create(
            [
                .. Common(facts, call.Facts, call.Untyped),
                ("server", Value.Of(call.Tool.Server)),
                ("tool", Value.Of(call.Tool.Tool)),
                ("args", Value.Of(call.Arguments)),
            ]);
            var tool = PolicyModel.UidOf(call.Tool.Name, PolicyModel.Tool);
            return (new Request(principal, PolicyModel.ActionOf(call.Tool), tool, context), common);
        }

        var host = PolicyModel.UidOf(facts.Host, PolicyModel.Host);
        var http = RecordValue.Create(
        [
            .. Common(facts, RecordValue.Empty, facts.Untyped),
            ("method", Value.Of(facts.Method)),
            ("host", Value.Of(facts.Host)),
            ("port", Value.Of(facts.Port)),
            ("path", Value.Of(facts.Path)),
        ]);
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

    private static ReadOnlySpan<(string Name, Value Value)> Common(
        Facts facts, RecordValue found, ImmutableArray<string> untyped) => new[]
    {
        ("labels", LabelsOf(facts.Labels)),
        ("source", Value.Of(facts.Source.Name)),
        ("source_labels", LabelsOf(facts.Source.Labels)),
        ("origins", Value.Of(OriginsOf(facts.Arguments))),
        ("untyped", SetOf(untyped)),
        ("facts", Value.Of(found)),
        ("time", Value.Of(new CedarDatetime(facts.Time.ToUnixTimeMilliseconds()))),
    };

    private static RecordValue OriginsOf(ImmutableArray<ArgumentOrigin> arguments) => RecordValue.Create(
        ("all", SetOf(arguments.SelectMany(argument => argument.Words))),
        ("contents", SetOf(arguments
            .Where(argument => !argument.IsDestination)
            .SelectMany(argument => argument.Words))),
        ("destinations", SetOf(arguments
            .Where(argument => argument.IsDestination)
            .SelectMany(argument => argument.Words))));

    private static Value LabelsOf(LabelSet labels) => SetOf(labels.Labels.Select(label => label.Value));

    private static Value SetOf(IEnumerable<string> words) =>
        Value.Of(SetValue.Create([.. words.Distinct(StringComparer.Ordinal).Select(Value.Of)]));
}
