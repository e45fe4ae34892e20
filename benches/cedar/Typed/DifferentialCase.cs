using System.Text.Json.Nodes;
using Sallyport.Bench.Policy;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Validation;

namespace Sallyport.Cedar.Differential.Typed;

/// <summary>A generated case: a schema, policies, templates and links, entities, and requests.</summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Schema">The schema in human syntax.</param>
/// <param name="Policies">Policies and templates by id, in human syntax.</param>
/// <param name="Links">Links of templates.</param>
/// <param name="Entities">Entities as JSON.</param>
/// <param name="Requests">Requests as JSON.</param>
/// <param name="AsJson">Whether the official engine gets the policies in the JSON form that ours writes.</param>
internal sealed record DifferentialCase(
    int Seed, string Schema, IReadOnlyList<(string Id, string Text)> Policies, IReadOnlyList<GeneratedLink> Links,
    IReadOnlyList<JsonObject> Entities, IReadOnlyList<JsonObject> Requests, bool AsJson)
{
    private static readonly ValidationOptions s_validation = new() { InapplicableScope = ValidationSeverity.Warning };

    /// <summary>What our engine says.</summary>
    public Outcomes Ours()
    {
        var set = Read();
        var schema = Schemas.Schema.Parse(Schema).ValueOrThrow();
        var report = new PolicyValidator(schema, s_validation).Validate(set);
        var entities = EntityJson.Parse(new JsonArray([.. Entities.Select(entity => entity.DeepClone())])
            .ToJsonString()).ValueOrThrow();
        var compiled = CompiledPolicySet.Compile(set);
        return new Outcomes(
            Outcomes.Ids(report.Errors.Select(finding => finding.Policy.Value)),
            [.. report.Errors.Select(finding => finding.ToString())],
            [.. Requests.Select(request => Answer.Of(compiled.Authorize(Request.Parse(request.ToJsonString())
                .ValueOrThrow(), entities)))]);
    }

    /// <summary>The question to <c>official.js</c>.</summary>
    public JsonObject Question()
    {
        var set = Read();
        var (statics, templates) = (new JsonObject(), new JsonObject());
        foreach (var (id, text) in Policies)
        {
            var isTemplate = set.TryGetTemplate(new PolicyId(id), out var template);
            var body = isTemplate ? template?.Body : set.TryGetPolicy(new PolicyId(id), out var policy) ? policy.Body
                : null;
            (isTemplate ? templates : statics)[id] = AsJson && body is not null ? JsonNode.Parse(PolicyJson.Write(
                body)) : text;
        }

        return new JsonObject
        {
            ["op"] = "case",
            ["schema"] = Schema,
            ["policies"] = new JsonObject
            {
                ["staticPolicies"] = statics,
                ["templates"] = templates,
                ["templateLinks"] = new JsonArray([.. Links.Select(link => link.ToJson())]),
            },
            ["entities"] = new JsonArray([.. Entities.Select(entity => entity.DeepClone())]),
            ["requests"] = new JsonArray([.. Requests.Select(request => request.DeepClone())]),
        };
    }

    private PolicySet Read() => PolicySet.Create(Policies.Select(policy => (new PolicyId(policy.Id), Body(
        policy.Text)))).ValueOrThrow()
        .LinkAll(Links.Select(link => (new PolicyId(link.Id), new PolicyId(link.Template), link.Values)));

    private static PolicyBody Body(string text)
    {
        var set = PolicySet.Parse(text).ValueOrThrow();
        return set.Templates.Length > 0 ? set.Templates[0].Body : set.Policies[0].Body;
    }
}

/// <summary>A link of a template.</summary>
internal sealed record GeneratedLink(string Id, string Template, SlotValues Values)
{
    public JsonObject ToJson()
    {
        var values = new JsonObject();
        foreach (var (slot, uid) in new[] { ("?principal", Values.Principal), ("?resource", Values.Resource) })
        {
            if (uid is not null)
            {
                values[slot] = Typed.Values.UidJson(uid.Type.Name, uid.Id);
            }
        }

        return new JsonObject { ["templateId"] = Template, ["newId"] = Id, ["values"] = values };
    }
}

/// <summary>What an engine says of a case.</summary>
/// <param name="Invalid">Ids of policies and templates that validation has errors in.</param>
/// <param name="Messages">The errors in words; not compared.</param>
/// <param name="Answers">The answer to each request.</param>
internal sealed record Outcomes(string Invalid, IReadOnlyList<string> Messages, IReadOnlyList<string> Answers)
{
    public static string Ids(IEnumerable<string> ids) => string.Join(", ", ids.Distinct(StringComparer.Ordinal).Order(
        StringComparer.Ordinal));
}
