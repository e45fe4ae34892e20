using System.Text;
using System.Text.Json.Nodes;
using Sallyport.Cedar.Conformance;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// The official corpus: every verdict of the validator, and the kinds of mistake where they are given.
/// </summary>
public sealed class PolicyCorpusTests(ITestOutputHelper output)
{
    private static readonly ValidationOptions s_permissive =
        ValidationOptions.Default with { Mode = ValidationMode.Permissive };

    [Theory]
    [InlineData("corpus-*.tar.gz")]
    [InlineData("handwritten*.tar.gz")]
    public void Every_policy_set_is_valid_or_not_as_the_corpus_says(string pattern)
    {
        var failures = new List<string>();
        foreach (var archive in SharedFiles.Archives("cedar", pattern))
        {
            var (cases, valid) = (0, 0);
            var files = SharedFiles.Unpack(archive);
            foreach (var name in CorpusCase.Names(files))
            {
                var test = JsonNode.Parse(files[name])!.AsObject();
                var should = test["shouldValidate"]!.GetValue<bool>();
                var report = Validate(files, test, ValidationOptions.Default);
                if (report.IsValid != should)
                {
                    failures.Add($"{name}: shouldValidate is {should}, found: {report}");
                }

                cases++;
                valid += should ? 1 : 0;
            }

            output.WriteLine($"{Path.GetFileName(archive)}: {cases} cases, {valid} of them valid");
            Assert.True(cases > 0, $"{archive} holds no cases");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join('\n', failures.Take(30))}");
    }

    [Fact]
    public void Every_verdict_and_kind_of_mistake_is_as_the_detailed_verdicts_say()
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

        var failures = new List<string>();
        foreach (var archive in SharedFiles.Archives("cedar", "validation-*.tar.gz"))
        {
            var (read, compared) = (0, 0);
            foreach (var (path, bytes) in SharedFiles.Unpack(archive)
                .Where(f => f.Key.EndsWith(".validation.json", StringComparison.Ordinal)))
            {
                read++;
                if (tests.TryGetValue(Path.GetFileName(path)[..^".validation.json".Length], out var test))
                {
                    compared++;
                    var verdict = JsonNode.Parse(bytes)!["policyValidation"]!.AsObject();
                    Compare(path, verdict, "strict", Validate(test.Files, test.Test, ValidationOptions.Default),
                        failures);
                    Compare(path, verdict, "permissive", Validate(test.Files, test.Test, s_permissive), failures);
                }
            }

            output.WriteLine($"{Path.GetFileName(archive)}: {read} verdicts, {compared} compared in both modes");
            Assert.True(compared > 0, $"{archive} has no verdict for any corpus case");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join('\n', failures.Take(30))}");
    }

    private static ValidationReport Validate(Dictionary<string, byte[]> files, JsonObject test,
        ValidationOptions options)
    {
        var schema = Schema.Parse(Text(files, test, "schema")).ValueOrThrow();
        return new PolicyValidator(schema, options)
            .Validate(PolicySet.Parse(Text(files, test, "policies")).ValueOrThrow());
    }

    private static string Text(Dictionary<string, byte[]> files, JsonObject test, string member) =>
        Encoding.UTF8.GetString(files[test[member]!.GetValue<string>()]);

    private static void Compare(string path, JsonObject verdict, string mode, ValidationReport report,
        List<string> failures)
    {
        if (verdict[mode]!.GetValue<bool>() != report.IsValid)
        {
            failures.Add($"{path}, {mode}: expected {verdict[mode]}, found {report}");
        }

        foreach (var (id, policy) in verdict["perPolicy"]!.AsObject())
        {
            var expected =
                (policy![$"{mode}Errors"]?.AsArray() ?? []).Select(e => MessageKinds.Of(e!.GetValue<string>()));
            var found = report.Errors.Where(e => e.Policy.Value == id).Select(e => e.Kind);
            var (expectedText, foundText) = (Join(expected), Join(found));
            if (expectedText != foundText)
            {
                failures.Add($"{path}, {mode}: expected kinds {expectedText}, found {foundText}\n{report}");
            }
        }
    }

    private static string Join(IEnumerable<ValidationKind> kinds) => string.Join(", ", kinds.Distinct().Order());
}
