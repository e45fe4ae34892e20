using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Cedar;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Validation;
using Sallyport.Decisions.Approvals;

namespace Sallyport.Decisions.Policies;

/// <summary>Makes <see cref="PolicyRules"/> of texts, or tells every mistake in them. Pure.</summary>
public sealed class PolicyCompiler
{
    /// <summary>The file of a mistake that stands in no file: what is not written at all.</summary>
    internal const string Nowhere = "policies";

    private const string Form = "What policies look like and can name is in docs/reference/policies.md";

    private readonly List<PolicyMistake> mistakes = [];
    private readonly List<(PolicyId Id, PolicyBody Body)> bodies = [];
    private readonly Dictionary<string, (string File, PolicyReference Reference)> references =
        new(StringComparer.Ordinal);

    private PolicyCompiler()
    {
    }

    /// <summary>Parses, validates strictly against the schema of this perimeter, and compiles.</summary>
    /// <param name="texts">Packs and files.</param>
    /// <param name="agents">Every agent.</param>
    /// <param name="tools">Every tool.</param>
    /// <param name="facts">Declared facts: attribute name and Cedar type.</param>
    /// <param name="limits">Ids of the configured limits; null for none.</param>
    /// <param name="operators">Every operator; none where there are none.</param>
    /// <returns>
    /// The rules, null when there is a mistake that is no warning; and every mistake, by file and place.
    /// </returns>
    public static (PolicyRules? Rules, ImmutableArray<PolicyMistake> Mistakes) Compile(
        IEnumerable<PolicyText> texts,
        IEnumerable<Agent> agents,
        IReadOnlyCollection<ToolAction> tools,
        IReadOnlyCollection<KeyValuePair<string, string>> facts,
        IEnumerable<string>? limits = null,
        IReadOnlyCollection<Operator>? operators = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var compiler = new PolicyCompiler();
        foreach (var text in texts)
        {
            compiler.Read(text);
        }

        // Generated: a mistake in it is ours.
        var schemaText = PolicyModel.SchemaText(tools, facts, limits ?? []);
        var schema = Schema.Parse(schemaText).ValueOrThrow();
        var common = EntityStore.Create(PolicyModel.Entities(schema, agents, tools)).ValueOrThrow();
        compiler.CheckNames(new UnknownNames(agents, tools, operators ?? []));
        var rules = compiler.Rules(schema, schemaText, common);
        return (rules,
        [
            .. compiler.mistakes
                .OrderBy(m => m.File, StringComparer.Ordinal)
                .ThenBy(m => m.Line)
                .ThenBy(m => m.Column),
        ]);
    }

    private void Read(PolicyText text)
    {
        var parsed = PolicySet.Parse(text.Text);
        foreach (var error in parsed.Errors)
        {
            Add(text.File, error, isWarning: false);
        }

        if (!parsed.TryGet(out var set))
        {
            return;
        }

        foreach (var template in set.Templates)
        {
            Add(
                text.File, template.Body, "A template has nothing here that links it",
                "Write the principal and the resource out");
        }

        foreach (var policy in set.Policies)
        {
            Read(text.File, policy.Body);
        }
    }

    private void Read(string file, PolicyBody body)
    {
        var line = LineOf(body);
        var id = body.TryGetAnnotation("id", out var given) && given.Length > 0
            ? given
            : string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");
        if (references.TryGetValue(id, out var first))
        {
            Add(file, body, $"The id '{id}' is taken by {first.Reference.Place}", "Give each policy an @id of its own");
            return;
        }

        CheckAnnotations(file, body);
        var reference = PolicyReference.Of(
            PolicySet.Create([(new PolicyId(id), body)]).ValueOrThrow().Policies[0],
            string.Create(CultureInfo.InvariantCulture, $"{file}:{line}"));
        references.Add(id, (file, reference));
        bodies.Add((new PolicyId(id), body));
    }

    private void CheckAnnotations(string file, PolicyBody body)
    {
        foreach (var annotation in body.Annotations)
        {
            if (!PolicyReference.Keys.Contains(annotation.Key, StringComparer.Ordinal))
            {
                Add(
                    file, body, $"The annotation @{annotation.Key} means nothing here",
                    $"Annotations are: {string.Join(", ", PolicyReference.Keys.Select(key => "@" + key))}",
                    isWarning: true);
            }
        }

        if (body.TryGetAnnotation("hold", out var hold))
        {
            if (body.Effect is Effect.Permit)
            {
                Add(
                    file, body, "@hold stands on a permit",
                    "Put it on a forbid: what it forbids is then asked of a person");
            }
            else if (hold != PolicyReference.Approval)
            {
                Add(file, body, $"@hold is \"{hold}\"", "Write @hold(\"approval\")");
            }
        }

        if (body.TryGetAnnotation("code", out var code) && !PolicyReference.IsCode(code))
        {
            Add(
                file, body, "@code is not a code",
                "Write two words of a-z and '-' with a dot between them: @code(\"flow.two-doors\")");
        }

        if (body.TryGetAnnotation("severity", out var severity)
            && !PolicyReference.Severities.Contains(severity, StringComparer.Ordinal))
        {
            Add(
                file, body, $"@severity is \"{severity}\"",
                $"Write one of {string.Join(", ", PolicyReference.Severities)}");
        }

        if (body.Effect is Effect.Forbid && !(body.TryGetAnnotation("reason", out var reason) && reason.Length > 0))
        {
            Add(
                file, body, "This forbid has no @reason, so its denials cannot say why",
                "Add @reason(\"...\"): it ends the sentence 'Agent x may not do y:'", isWarning: true);
        }
    }

    private void CheckNames(UnknownNames unknown)
    {
        foreach (var (id, body) in bodies)
        {
            foreach (var (name, known) in unknown.In(body))
            {
                Add(references[id.Value].File, body, $"Nothing here is named {name}", $"There is: {known}");
            }
        }
    }

    // One mistake is often one for every action: it is told for the first, with the number of the others.
    private void CheckTypes(Schema schema, PolicySet policies)
    {
        var found = new PolicyValidator(schema).Validate(policies).Findings;
        foreach (var alike in found.GroupBy(finding => (finding.Policy, finding.Kind, finding.Diagnostic.Span)))
        {
            var first = alike.First();
            var others = alike.Count() - 1;
            var told = others == 0
                ? first.Diagnostic
                : first.Diagnostic with
                {
                    Message = $"{first.Diagnostic.Message.TrimEnd('.')}, and so for {others} more",
                    Mend = $"{first.Diagnostic.Mend} Or name the actions that are meant, as in "
                        + "action in Action::\"effects\"",
                };
            Add(references[first.Policy.Value].File, told, first.Severity is ValidationSeverity.Warning);
        }
    }

    private PolicyRules? Rules(Schema schema, string schemaText, EntityStore common)
    {
        var policies = PolicySet.Create(bodies).ValueOrThrow(); // Doubled ids were told above.
        CheckTypes(schema, policies);

        if (!policies.Policies.Any(policy => policy.Effect is Effect.Permit))
        {
            mistakes.Add(new PolicyMistake(
                Nowhere, 1, 1, "No policy permits anything, so everything is denied",
                "Add the pack allow-list, or a permit", IsWarning: true));
        }

        return mistakes.Any(mistake => !mistake.IsWarning)
            ? null
            : new PolicyRules(policies, references.Values.Select(entry => entry.Reference), schema, schemaText, common);
    }

    private void Add(string file, Diagnostic diagnostic, bool isWarning) => mistakes.Add(new PolicyMistake(
        file,
        Math.Max(1, diagnostic.Position.Line),
        Math.Max(1, diagnostic.Position.Column),
        diagnostic.Message.TrimEnd('.'),
        diagnostic.Mend.Length > 0 ? diagnostic.Mend.TrimEnd('.') : Form,
        isWarning));

    private void Add(string file, PolicyBody body, string what, string mend, bool isWarning = false) =>
        mistakes.Add(new PolicyMistake(file, LineOf(body), 1, what, mend, isWarning));

    private static int LineOf(PolicyBody body) => Math.Max(1, body.PositionOf(body.Span).Line);
}
