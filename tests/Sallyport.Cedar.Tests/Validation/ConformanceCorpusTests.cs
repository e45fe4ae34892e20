using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Cedar.Conformance;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Cedar.Validation;

/// <summary>The official corpus: every request and every entity against the schema of its test.</summary>
public sealed class ConformanceCorpusTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("corpus-*.tar.gz")]
    [InlineData("handwritten*.tar.gz")]
    public void Every_request_and_entity_conforms(string pattern)
    {
        var failures = new List<string>();
        foreach (var archive in SharedFiles.Archives("cedar", pattern))
        {
            var (requests, entities) = (0, 0);
            var files = SharedFiles.Unpack(archive);
            foreach (var name in CorpusCase.Names(files))
            {
                var test = JsonNode.Parse(files[name])!.AsObject();
                var schema = Schema.Parse(Encoding.UTF8.GetString(files[test["schema"]!.GetValue<string>()]))
                    .ValueOrThrow();
                var store = schema.ParseEntities(files[test["entities"]!.GetValue<string>()]);
                failures.AddRange(store.Errors.Select(e => $"{name}: {e}"));
                entities += store.TryGet(out var found) ? found.Count : 0;
                foreach (var node in test["requests"]!.AsArray())
                {
                    var request = schema.ParseRequest(Bytes(node!.AsObject()));
                    failures.AddRange(request.Errors.Select(e => $"{name}, {node["description"]}: {e}"));
                    requests++;
                }
            }

            output.WriteLine($"{Path.GetFileName(archive)}: {requests} requests, {entities} entities");
            Assert.True(requests > 0 && entities > 0, $"{archive} holds no requests or no entities");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join('\n', failures.Take(30))}");
    }

    [Fact]
    public void Every_detailed_verdict_on_requests_and_entities_is_met()
    {
        var tests = new Dictionary<string, (Dictionary<string, byte[]> Files, JsonObject Test)>(StringComparer.Ordinal);
        foreach (var archive in SharedFiles.Archives("cedar", "corpus-*.tar.gz"))
        {
            var files = SharedFiles.Unpack(archive);
            foreach (var name in CorpusCase.Names(files))
            {
                tests[Path.GetFileNameWithoutExtension(name)] = (files, JsonNode.Parse(files[name])!.AsObject());
            }
        }

        foreach (var archive in SharedFiles.Archives("cedar", "validation-*.tar.gz"))
        {
            var (requests, entities) = (0, 0);
            foreach (var (path, bytes) in SharedFiles.Unpack(archive)
                .Where(f => f.Key.EndsWith(".validation.json", StringComparison.Ordinal)))
            {
                if (!tests.TryGetValue(Path.GetFileName(path)[..^".validation.json".Length], out var test))
                {
                    continue;
                }

                var schema = Schema.Parse(Encoding.UTF8.GetString(test.Files[test.Test["schema"]!.GetValue<string>()]))
                    .ValueOrThrow();
                var verdict = JsonNode.Parse(bytes)!;
                entities += CompareEntities(path, schema, test.Files[test.Test["entities"]!.GetValue<string>()],
                    verdict["entityValidation"]!["perEntity"]!.AsObject());
                foreach (var (given, expected) in test.Test["requests"]!.AsArray()
                    .Zip(verdict["requestValidation"]!.AsArray()))
                {
                    Assert.True(
                        expected!["strict"]!.GetValue<bool>() == schema.ParseRequest(Bytes(given!.AsObject()))
                            .Succeeded,
                        $"{path}, {expected["description"]}");
                    requests++;
                }
            }

            output.WriteLine($"{Path.GetFileName(archive)}: {requests} verdicts on requests, {entities} on entities");
            Assert.True(requests > 0 && entities > 0, $"{archive} has no verdict for any corpus case");
        }
    }

    /// <summary>A verdict is an object of errors, empty for an entity that conforms.</summary>
    private static int CompareEntities(string path, Schema schema, byte[] json, JsonObject verdicts)
    {
        var store = EntityJson.Parse(json).ValueOrThrow();
        var compared = 0;
        foreach (var entity in store.Entities)
        {
            if (verdicts[$"{entity.Uid.Type}::{entity.Uid.Id}"] is JsonObject verdict)
            {
                Assert.True(schema.Check(entity, store).IsEmpty == (verdict.Count == 0), $"{path}: {entity}");
                compared++;
            }
        }

        return compared;
    }

    private static byte[] Bytes(JsonObject node)
    {
        var request = new JsonObject();
        foreach (var member in new[] { "principal", "action", "resource", "context" })
        {
            request[member] = node[member]!.DeepClone();
        }

        return JsonSerializer.SerializeToUtf8Bytes(request);
    }
}
