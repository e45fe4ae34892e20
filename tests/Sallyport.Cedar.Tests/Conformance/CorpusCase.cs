using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Validation;

namespace Sallyport.Cedar.Conformance;

/// <summary>
/// One test of the official corpus, read: policies, entities, and requests with what is expected of each.
/// </summary>
internal sealed record CorpusCase(
    string Name, string PolicyText, PolicySet Policies, EntityStore Entities, IReadOnlyList<CorpusRequest> Requests)
{
    public static IEnumerable<string> Names(Dictionary<string, byte[]> files) => files.Keys
        .Where(f => f.EndsWith(".json", StringComparison.Ordinal)
            && !f.EndsWith("entities.json", StringComparison.Ordinal)
            && !f.Contains("sample-data", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    public static CorpusCase Read(Dictionary<string, byte[]> files, string name)
    {
        var test = JsonNode.Parse(files[name])!.AsObject();
        var text = Encoding.UTF8.GetString(files[test["policies"]!.GetValue<string>()]);
        var entities = files[test["entities"]!.GetValue<string>()];
        return new CorpusCase(
            name,
            text,
            PolicySet.Parse(text).ValueOrThrow(),
            name.StartsWith("tests/", StringComparison.Ordinal)
                ? ParseBySchema(Encoding.UTF8.GetString(files[test["schema"]!.GetValue<string>()]), entities)
                : EntityJson.Parse(entities).ValueOrThrow(),
            [.. test["requests"]!.AsArray().Select(node => CorpusRequest.Read(node!.AsObject()))]);
    }

    /// <summary>The handwritten tests leave out <c>__entity</c>: their schemas say where references stand.</summary>
    private static EntityStore ParseBySchema(string schema, byte[] entities) =>
        Schema.Parse(schema).ValueOrThrow().ParseEntities(entities).ValueOrThrow();
}

internal sealed record CorpusRequest(
    string Description, Request Request, string Decision, string[] Reason, string[] Errors)
{
    public static CorpusRequest Read(JsonObject node)
    {
        var request = new JsonObject();
        foreach (var member in new[] { "principal", "action", "resource", "context" })
        {
            request[member] = node[member]!.DeepClone();
        }

        return new CorpusRequest(
            node["description"]!.GetValue<string>(),
            Request.Parse(JsonSerializer.SerializeToUtf8Bytes(request)).ValueOrThrow(),
            node["decision"]!.GetValue<string>(),
            Ids(node["reason"]!),
            Ids(node["errors"]!));
    }

    /// <summary>What a response says, in the corpus' words, to be compared with <see cref="Expected"/>.</summary>
    public static string Describe(Response response) => Describe(
        response.Decision == Authorization.Decision.Allow ? "allow" : "deny",
        response.Reasons.Select(p => p.Id.Value),
        response.Errors.Select(e => e.Policy.Id.Value));

    public string Expected() => Describe(Decision, Reason, Errors);

    private static string Describe(string decision, IEnumerable<string> reason, IEnumerable<string> errors) =>
        $"{decision} reason=[{string.Join(',', reason.Order(StringComparer.Ordinal))}] errors=[{string.Join(',', errors.Order(StringComparer.Ordinal))}]";

    private static string[] Ids(JsonNode node) => [.. node.AsArray().Select(id => id!.GetValue<string>())];
}
