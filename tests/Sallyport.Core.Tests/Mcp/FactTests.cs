using System.Text.Json;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Schemas;
using Sallyport.Cedar.Validation;
using Sallyport.Cedar.Values;

namespace Sallyport.Mcp.Tests;

public sealed class FactTests
{
    private static readonly FactDefinition IamActions = Fact(
        "/policy", "Set<String>", "json", "at /Statement", "each", "at /Action", "each", "lower");

    // An AWS policy document as a text in an argument: Statement and Action may each be one or many.
    [Theory]
    [InlineData("""{"Statement": [{"Action": "S3:GetObject"}, {"Action": ["iam:*", "EC2:Run"]}]}""",
        "s3:getobject iam:* ec2:run")]
    [InlineData("""{"Statement": {"Action": "*"}}""", "*")]
    [InlineData("""{"Statement": [{"Action": ["IAM:*"]}]}""", "iam:*")]
    [InlineData("""{"Statement": []}""", null)]
    public void The_actions_of_a_policy_document_are_found(string document, string? actions)
    {
        var result = FactExtractor.Extract(IamActions, Call("policy", document));
        Assert.Equal<FactResult>(
            actions is null
                ? new FactResult.Absent()
                : new FactResult.Found(Value.SetOf([.. actions.Split(' ').Select(Value.Of)])),
            result);
    }

    [Theory]
    [InlineData("{", "fact.malformed")]
    [InlineData("""{"Statement": [{"Action": "a", "Action": "b"}]}""", "fact.duplicate-key")]
    [InlineData("""{"Statement": ["text"]}""", "fact.shape")]
    [InlineData("""{"Statement": [{"Action": {"x": "*"}}]}""", "fact.shape")]
    [InlineData("""{"Statement": [{"Action": [1]}]}""", "fact.shape")]
    [InlineData("[]", "fact.shape")]
    public void A_document_of_another_form_is_a_failure_and_never_an_absence(string document, string code)
    {
        var failed = Assert.IsType<FactResult.Failed>(FactExtractor.Extract(IamActions, Call("policy", document)));
        Assert.Equal(code, failed.Fault.Code);
        Assert.Contains("/policy", failed.Fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_star_over_one_statement_in_place_of_a_list_fails_rather_than_finding_nothing()
    {
        var fact = Fact("/policy", "Set<String>", "json", "at /Statement/*/Action");
        Assert.IsType<FactResult.Found>(
            FactExtractor.Extract(fact, Call("policy", """{"Statement": [{"Action": "*"}]}""")));
        Assert.IsType<FactResult.Failed>(
            FactExtractor.Extract(fact, Call("policy", """{"Statement": {"Action": "*", "Effect": "Allow"}}""")));
    }

    [Theory]
    [InlineData("""{"resource_changes": [{"change": {"actions": ["create"]}}]}""", false)]
    [InlineData("""{"resource_changes": [{"change": {"actions": ["no-op"]}}, {"change": {"actions": ["delete"]}}]}""",
        true)]
    [InlineData("""{"resource_changes": [{"change": {"actions": ["create", "Delete"]}}]}""", true)]
    public void The_deletion_of_a_resource_in_a_plan_is_seen(string plan, bool deletes)
    {
        var fact = Fact("/plan/resource_changes/*/change/actions", "Bool", "lower", "matches-any delete destroy*");
        Assert.Equal(new FactResult.Found(Value.Of(deletes)),
            FactExtractor.Extract(fact, Texts.Strict($$"""{"plan": {{plan}} }""")));
    }

    [Fact]
    public void The_hosts_of_URLs_in_a_nested_list_are_found()
    {
        var fact = Fact("/steps/*/fetch/*/url", "Set<String>", "host-of");
        var found = FactExtractor.Extract(fact, Texts.Strict("""
            {"steps": [{"fetch": [{"url": "https://A.Example:8443/x?y"}]}, {"fetch": []}, {},
                       {"fetch": [{"url": "ftp://[2001:db8::1]/"}, {"url": "http://b.example#f"}]}]}
            """));
        Assert.Equal(new FactResult.Found(Value.SetOf(
            Value.Of("a.example"), Value.Of("[2001:db8::1]"), Value.Of("b.example"))), found);
    }

    [Theory]
    [InlineData("example.org/x")]
    [InlineData("//example.org")]
    [InlineData("https:/example.org")]
    [InlineData("https://user@example.org")]
    [InlineData(@"https://good.example\@evil.example")]
    [InlineData("https://ex\tample.org")]
    [InlineData(" https://example.org")]
    [InlineData("https://0x7f.1")]
    [InlineData("https://")]
    public void A_URL_that_readers_read_differently_has_no_host(string url) => Assert.IsType<FactResult.Failed>(
        FactExtractor.Extract(Fact("/u", "String", "host-of"), Call("u", url)));

    [Theory]
    [InlineData("aGVsbG8=", "base64", "hello")]
    [InlineData("aGVsbG8", "base64", "hello")]
    [InlineData("8J-YgA", "base64", "😀")]
    [InlineData("8J+YgA==", "base64", "😀")]
    [InlineData("a%20b+c%C3%A9", "url", "a b+cé")]
    [InlineData("%2525", "url", "%25")]
    [InlineData("ÀB", "lower", "àb")]
    [InlineData("///", "base64", null)]
    [InlineData("wyg=", "base64", null)]
    [InlineData("a b=", "base64", null)]
    [InlineData("%4", "url", null)]
    [InlineData("%zz", "url", null)]
    [InlineData("%C3", "url", null)]
    public void A_text_is_decoded_or_it_is_a_failure(string text, string step, string? decoded)
    {
        var result = FactExtractor.Extract(Fact("/u", "String", step), Call("u", text));
        Assert.Equal(decoded, result is FactResult.Found found ? found.Value.AsString() : null);
        Assert.Equal(decoded is null, result is FactResult.Failed);
    }

    [Theory]
    [InlineData("/a/*", "Long", "count", "3")]
    [InlineData("/none/*", "Long", "count", "0")]
    [InlineData("/none", "Bool", "exists", "false")]
    [InlineData("/n", "Bool", "exists", "true")]
    [InlineData("/a/1", "Long", null, "2")]
    [InlineData("/a/9", "Long", null, "absent")]
    [InlineData("/a/01", "Long", null, "fact.shape")]
    [InlineData("/a/x", "Long", null, "fact.shape")]
    [InlineData("/a/", "Long", null, "fact.shape")]
    [InlineData("/a/*", "Long", null, "fact.shape")]
    [InlineData("/n", "String", null, "absent")]
    [InlineData("/b", "Bool", null, "true")]
    [InlineData("/b", "String", null, "fact.shape")]
    [InlineData("/f", "Long", null, "fact.shape")]
    [InlineData("/o/*/v", "Set<String>", null, "[\"x\", \"y\"]")]
    [InlineData("/a", "Bool", "matches-any 1", "fact.shape")]
    public void A_path_gives_a_value_nothing_or_a_failure(string path, string type, string? step, string expected)
    {
        var arguments = Texts.Strict("""
            {"a": [1, 2, 3], "n": null, "b": true, "f": 1.5, "o": {"p": {"v": "x"}, "q": {"v": "y"}}}
            """);
        Assert.Equal(expected, FactExtractor.Extract(Fact(path, type, step is null ? [] : [step]), arguments) switch
        {
            FactResult.Found found => found.Value.ToString(),
            FactResult.Failed failed => failed.Fault.Code,
            _ => "absent",
        });
    }

    [Theory]
    [InlineData("Name", "s__t", "/a", "json", "Set<String>", "name")]
    [InlineData("n_", "s__t", "/a", "json", "Set<String>", "name")]
    [InlineData("_n", "s__t", "/a", "json", "Set<String>", "name")]
    [InlineData("n", "", "/a", "json", "Set<String>", "tools")]
    [InlineData("n", "s__t t", "/a", "json", "Set<String>", "tools")]
    [InlineData("n", "s__t", "a", "json", "Set<String>", "JSON pointer")]
    [InlineData("n", "s__t", "/~2", "json", "Set<String>", "JSON pointer")]
    [InlineData("n", "s__t", "/a", "jason", "Set<String>", "no step")]
    [InlineData("n", "s__t", "/a", "at a", "Set<String>", "no step")]
    [InlineData("n", "s__t", "/a", "lower x", "Set<String>", "no step")]
    [InlineData("n", "s__t", "/a", "matches-any  ", "Bool", "no step")]
    [InlineData("n", "s__t", "/a", "json", "Decimal", "no type")]
    [InlineData("n", "s__t", "/a", "count", "Bool", "gives Long")]
    [InlineData("n", "s__t", "/a", "exists", "Set<String>", "gives Bool")]
    public void A_definition_that_is_wrong_is_refused_with_a_mend(
        string name, string tool, string path, string step, string type, string detail)
    {
        Assert.False(FactDefinition.TryCreate(
            new FactOptions(name, [tool], path, [step], type), out _, out var faults));
        var fault = Assert.Single(faults);
        Assert.Contains(detail, fault.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Mend);
    }

    [Fact]
    public void Nothing_follows_a_step_that_ends_the_chain()
    {
        Assert.False(FactDefinition.TryCreate(
            new FactOptions("n", ["s__t"], "/a", ["count", "lower"], "String"), out _, out var faults));
        Assert.Contains("last", Assert.Single(faults).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_facts_of_a_call_conform_and_name_what_failed()
    {
        Assert.True(ToolName.TryParse("aws__put-policy", out var tool, out _));
        var other = Named("other", "gcp__*", "/x", "String");
        Assert.True(FactExtractors.TryCreate(
            [Named("broken", "*", "/policy", "Long"), Named("doc", "aws__*", "/policy", "String"),
                Named("gone", "*", "/gone", "String"), other],
            out var facts, out _));
        var extracted = facts.Extract(tool, Call("policy", "text"));
        Assert.Equal("""{doc: "text"}""", extracted.Record.ToString());
        Assert.Equal("fact:broken", Assert.Single(extracted.Untyped));
        Assert.Contains("'broken'", Assert.Single(extracted.Faults).Detail, StringComparison.Ordinal);
        var schema = Schema.Parse($$"""
            entity E;
            action a appliesTo { principal: E, resource: E, context: {{facts.ToCedar(tool)}} };
            """).ValueOrThrow();
        Assert.Empty(schema.Check(new Request(
            EntityUid.Of("E", "a"), EntityUid.Of("Action", "a"), EntityUid.Of("E", "t"), extracted.Record)));
    }

    [Fact]
    public void A_name_may_be_a_Cedar_identifier() =>
        Assert.Equal("iam_actions?: String", Named("iam_actions", "s__t", "/a", "String").ToCedar());

    [Fact]
    public void Two_facts_of_one_name_are_refused()
    {
        Assert.False(FactExtractors.TryCreate(
            [Named("n", "a__*", "/x", "String"), Named("n", "b__*", "/x", "Long")], out _, out var faults));
        Assert.Single(faults);
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c", "a", false)]
    [InlineData("aa*aa", "aaa", false)]
    [InlineData("a*b*c", "a-c-b-c", true)]
    [InlineData("a*b*c", "a-c-c", false)]
    [InlineData("iam:*", "iam:*", true)]
    [InlineData("iam:?", "iam:x", false)]
    [InlineData("abc", "ABC", false)]
    [InlineData("**a", "xa", true)]
    public void A_star_stands_for_any_characters(string pattern, string text, bool matches) =>
        Assert.Equal(matches, new Glob(pattern).Matches(text));

    [Fact]
    public void More_values_than_the_bound_are_a_failure()
    {
        var call = $$"""{"a": [{{string.Join(',', Enumerable.Repeat("\"x\"", FactDefinition.ItemsMax + 1))}}]}""";
        foreach (var fact in (FactDefinition[])[Fact("/a/*", "Long", "count"), Fact("/a", "Set<String>")])
        {
            var failed = Assert.IsType<FactResult.Failed>(FactExtractor.Extract(fact, Texts.Strict(call)));
            Assert.Equal("fact.too-many", failed.Fault.Code);
        }
    }

    private static StrictJson Call(string member, string text) =>
        Texts.Strict(JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [member] = text,
        }));

    private static FactDefinition Fact(string path, string type, params string[] steps) =>
        Create(new FactOptions("n", ["s__t"], path, steps, type));

    private static FactDefinition Named(string name, string tool, string path, string type) =>
        Create(new FactOptions(name, [tool], path, [], type));

    private static FactDefinition Create(FactOptions options)
    {
        Assert.True(FactDefinition.TryCreate(options, out var fact, out var faults), string.Join('\n', faults));
        return fact;
    }
}
