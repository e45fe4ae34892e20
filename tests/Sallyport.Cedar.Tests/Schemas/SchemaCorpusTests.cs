using System.Text;
using Sallyport.Cedar.Conformance;

namespace Sallyport.Cedar.Schemas;

/// <summary>Every schema of the official corpus, in both syntaxes and through every conversion.</summary>
public sealed class SchemaCorpusTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("corpus-*.tar.gz")]
    [InlineData("handwritten*.tar.gz")]
    public void Every_schema_survives_all_conversions(string pattern) => ForEachSchema(pattern, (_, text) =>
    {
        var document = SchemaDocument.Parse(text).ValueOrThrow();
        var schema = Schema.Create([document]).ValueOrThrow();
        Assert.Equal(document, SchemaDocument.Parse(document.ToString()).ValueOrThrow());
        var json = document.ToJson();
        var fromJson = SchemaDocument.ParseJson(json).ValueOrThrow();
        Assert.Equal(document, fromJson);
        Assert.Equal(json, fromJson.ToJson());
        Assert.Equal(schema, Schema.ParseJson(json).ValueOrThrow());
        Assert.Empty(document.HumanSyntaxMismatches());
    });

    [Fact]
    public void Every_json_schema_means_what_the_human_one_of_the_same_test_means()
    {
        var human = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var archive in SharedFiles.Archives("cedar", "corpus-*.tar.gz"))
        {
            foreach (var (path, bytes) in SharedFiles.Unpack(archive)
                .Where(f => f.Key.EndsWith(".cedarschema", StringComparison.Ordinal)))
            {
                human[Path.GetFileName(path)] = Encoding.UTF8.GetString(bytes);
            }
        }

        foreach (var archive in SharedFiles.Archives("cedar", "schemas-*.tar.gz"))
        {
            var (read, compared) = (0, 0);
            foreach (var (path, bytes) in SharedFiles.Unpack(archive)
                .Where(f => f.Key.EndsWith(".json", StringComparison.Ordinal)))
            {
                var document = SchemaDocument.ParseJson(bytes).ValueOrThrow();
                var schema = Schema.Create([document]).ValueOrThrow();
                Assert.Equal(document, SchemaDocument.ParseJson(document.ToJson()).ValueOrThrow());
                Assert.Empty(document.HumanSyntaxMismatches());
                Assert.Equal(schema, Schema.Parse(document.ToString()).ValueOrThrow());
                read++;
                if (human.TryGetValue(Path.GetFileNameWithoutExtension(path), out var text))
                {
                    Assert.True(schema.Equals(Schema.Parse(text).ValueOrThrow()),
                        $"{path} and the human schema differ");
                    compared++;
                }
            }

            output.WriteLine($"{Path.GetFileName(archive)}: {read} JSON schemas, {compared} compared with human ones");
            Assert.True(read > 0, $"{archive} holds no schemas");
        }
    }

    private void ForEachSchema(string pattern, Action<string, string> check)
    {
        foreach (var archive in SharedFiles.Archives("cedar", pattern))
        {
            var count = 0;
            foreach (var (path, bytes) in SharedFiles.Unpack(archive)
                .Where(f => f.Key.EndsWith(".cedarschema", StringComparison.Ordinal)))
            {
                try
                {
                    check(path, Encoding.UTF8.GetString(bytes));
                }
                catch (CedarException exception)
                {
                    Assert.Fail($"{path}: {exception.Message}");
                }

                count++;
            }

            output.WriteLine($"{Path.GetFileName(archive)}: {count} schemas");
            Assert.True(count > 0, $"{archive} holds no schemas");
        }
    }
}
