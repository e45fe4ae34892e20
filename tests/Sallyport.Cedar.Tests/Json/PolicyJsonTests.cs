using System.Text;
using Sallyport.Cedar.Conformance;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Generation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Json;

public sealed class PolicyJsonTests
{
    [Fact]
    public void What_is_written_reads_back_as_an_equal_policy()
    {
        foreach (var seed in Seeds.Of(20_000))
        {
            var body = World.Policy(new Random(seed), depth: 1 + (seed % 5));
            var json = PolicyJson.Write(body);
            var again = PolicyJson.ParseBody(json);
            Assert.True(
                again.Succeeded,
                $"seed {seed}: {string.Join('\n', again.Errors)}\n{Encoding.UTF8.GetString(json)}");
            Assert.True(body.Equals(again.ValueOrThrow()), $"seed {seed}:\n{body}\n{again.ValueOrThrow()}");
        }
    }

    [Fact]
    public void Every_policy_of_the_corpus_survives_the_JSON_form()
    {
        foreach (var archive in SharedFiles.Archives("cedar", "*.tar.gz"))
        {
            var files = SharedFiles.Unpack(archive);
            foreach (var (name, text) in files.Where(f => f.Key.EndsWith(".cedar", StringComparison.Ordinal)))
            {
                var set = PolicySet.Parse(Encoding.UTF8.GetString(text)).ValueOrThrow();
                var again = PolicyJson.ParseSet(PolicyJson.Write(set)).ValueOrThrow();
                Assert.True(set.Policies.Select(p => p.Body).SequenceEqual(again.Policies.Select(p => p.Body)), name);
            }
        }
    }

    [Theory]
    [InlineData("-5", """{"Value":-5}""")]
    [InlineData("-(5)", """{"neg":{"arg":{"Value":5}}}""")]
    [InlineData("9223372036854775807", """{"Value":9223372036854775807}""")]
    [InlineData(
        "1 + 2 - 3", """{"-":{"left":{"\u002B":{"left":{"Value":1},"right":{"Value":2}}},"right":{"Value":3}}}""")]
    [InlineData(
        "true && true && false", """{"\u0026\u0026":{"left":{"\u0026\u0026":{"left":{"Value":true},"right":{"Value":true}}},"right":{"Value":false}}}""")]
    [InlineData("context has a.b", """{"has":{"left":{"Var":"context"},"attr":["a","b"]}}""")]
    [InlineData("context has a", """{"has":{"left":{"Var":"context"},"attr":"a"}}""")]
    [InlineData(
        "context like \"a\\*b*\"", """{"like":{"left":{"Var":"context"},"pattern":[{"Literal":"a"},{"Literal":"*"},{"Literal":"b"},"Wildcard"]}}""")]
    [InlineData(
        "principal is A in B::\"c\"", """{"is":{"left":{"Var":"principal"},"entity_type":"A","in":{"Value":{"__entity":{"type":"B","id":"c"}}}}}""")]
    [InlineData("ip(\"1.1.1.1\").isIpv4()", """{"isIpv4":[{"ip":[{"Value":"1.1.1.1"}]}]}""")]
    [InlineData("{a: [1]}", """{"Record":{"a":{"Set":[{"Value":1}]}}}""")]
    [InlineData("context.getTag(\"a\")", """{"getTag":{"left":{"Var":"context"},"right":{"Value":"a"}}}""")]
    [InlineData("[].isEmpty()", """{"isEmpty":{"arg":{"Set":[]}}}""")]
    public void Expressions_have_the_official_form(string text, string json)
    {
        var body = PolicySet.Parse($"permit(principal, action, resource) when {{ {text} }};")
            .ValueOrThrow().Policies[0].Body;
        Assert.Equal(
            $$"""{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[{"kind":"when","body":{{json}}}]}""",
            Encoding.UTF8.GetString(PolicyJson.Write(body)));
    }

    [Theory]
    [InlineData("""{"Value":null}""")]
    [InlineData("""{"Value":1.5}""")]
    [InlineData("""{"Value":9223372036854775808}""")]
    [InlineData("""{"Slot":"?principal"}""")]
    [InlineData("""{"Unknown":{"name":"x"}}""")]
    [InlineData("""{"Value":1,"Var":"principal"}""")]
    [InlineData("""{"Var":"foo"}""")]
    [InlineData("""{"foo":[{"Value":1}]}""")]
    [InlineData("""{"isIpv4":[]}""")]
    [InlineData("""{"contains":{"left":{"Value":1}}}""")]
    [InlineData("""{"contains":{"left":{"Value":1},"right":{"Value":1},"x":1}}""")]
    [InlineData("""{"!":{"left":{"Value":true}}}""")]
    [InlineData("""{"is":{"left":{"Var":"principal"},"entity_type":"A B"}}""")]
    [InlineData("""{"has":{"left":{"Var":"context"},"attr":["a b","c"]}}""")]
    [InlineData("""{"like":{"left":{"Var":"context"},"pattern":"a*"}}""")]
    [InlineData("""{}""")]
    [InlineData("\"x\"")]
    public void Malformed_expressions_are_refused(string json)
    {
        var policy = $$"""{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[{"kind":"when","body":{{json}}}]}""";
        Assert.NotEmpty(PolicyJson.ParseBody(policy).Errors);
    }

    [Theory]
    [InlineData("principal", """{"op":"=="}""")]
    [InlineData("principal", """{"op":"==","slot":"?resource"}""")]
    [InlineData("principal", """{"op":"in","entity":{"type":"A","id":"b"},"slot":"?principal"}""")]
    [InlineData("principal", """{"op":"is","entity_type":"A","x":1}""")]
    [InlineData("action", """{"op":"==","entity":{"type":"A","id":"b"}}""")]
    [InlineData("action", """{"op":"in","slot":"?principal"}""")]
    [InlineData("effect", "\"x\"")]
    [InlineData("foo", "1")]
    [InlineData("annotations", """{"a b":"x"}""")]
    [InlineData("annotations", """{"a":1}""")]
    public void Malformed_policies_are_refused(string member, string value)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["effect"] = "\"permit\"",
            ["principal"] = """{"op":"All"}""",
            ["action"] = """{"op":"All"}""",
            ["resource"] = """{"op":"All"}""",
            ["conditions"] = "[]",
            [member] = value,
        };
        Assert.NotEmpty(PolicyJson.ParseBody($"{{{string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Value}"))}}}").Errors);
    }

    [Fact]
    public void Templates_and_links_survive_the_JSON_form()
    {
        var set = PolicySet.Parse("permit(principal == ?principal, action, resource is Doc in ?resource) when { true }; forbid(principal, action, resource);")
            .ValueOrThrow()
            .Link(
                new PolicyId("policy0"),
                new PolicyId("link"),
                new SlotValues(EntityUid.Of("User", "a"), EntityUid.Of("Folder", "f")));

        var again = PolicyJson.ParseSet(PolicyJson.Write(set)).ValueOrThrow();

        Assert.Equal(Authorization.PolicySetHash.Of(set), Authorization.PolicySetHash.Of(again));
        Assert.True(again.TryGetPolicy(new PolicyId("link"), out var link));
        Assert.Equal("""
            permit (
              principal == User::"a",
              action,
              resource is Doc in Folder::"f"
            )
            when { true };
            """.ReplaceLineEndings("\n"), link.ToString());
    }
}
