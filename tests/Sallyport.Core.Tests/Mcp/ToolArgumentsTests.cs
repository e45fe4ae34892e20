using System.Text;
using System.Text.Json;

namespace Sallyport.Mcp.Tests;

public sealed class ToolArgumentsTests
{
    private const string Payment = """
        {"type": "object", "required": ["to", "amount"], "properties": {
          "to": {"type": "string"},
          "amount": {"type": "number"},
          "count": {"type": "integer"},
          "urgent": {"type": "boolean"},
          "note": {"type": ["string", "null"]},
          "tags": {"type": "array", "items": {"type": "string"}},
          "rates": {"type": "array", "items": {"type": "number"}},
          "files": {"anyOf": [{"type": "array", "items": {"type": "object"}}, {"type": "null"}]},
          "from": {"type": "object", "required": ["iban"], "properties": {"iban": {"type": "string"}}}}}
        """;

    [Theory]
    [InlineData("""{"to": "x", "amount": 98.7}""", """{amount: decimal("98.7"), to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 1e3}""", """{amount: decimal("1000.0"), to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 0.12345}""", """{to: "x"}""", "/amount")]
    [InlineData("""{"to": "x", "amount": 0.12340}""", """{amount: decimal("0.1234"), to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 922337203685477.5807}""",
        """{amount: decimal("922337203685477.5807"), to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 922337203685477.5808}""", """{to: "x"}""", "/amount")]
    [InlineData("""{"to": "x", "amount": -922337203685477.5808}""",
        """{amount: decimal("-922337203685477.5808"), to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 1, "count": 2.0}""", """{amount: decimal("1.0"), count: 2, to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 1, "note": null}""", """{amount: decimal("1.0"), to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 1, "tags": ["b", "a", "b"]}""",
        """{amount: decimal("1.0"), tags: ["b", "a"], to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 1, "rates": [1, 0.00001]}""",
        """{amount: decimal("1.0"), to: "x"}""", "/rates")]
    [InlineData("""{"to": "x", "amount": 1, "files": null}""", """{amount: decimal("1.0"), to: "x"}""", "")]
    [InlineData("""{"to": "x", "amount": 1, "files": [{"a": 1}]}""",
        """{amount: decimal("1.0"), to: "x"}""", "/files")]
    [InlineData("""{"to": "x", "amount": 1, "from": {"iban": "y", "bic": "z"}, "a/b": 1}""",
        """{amount: decimal("1.0"), from: {iban: "y"}, to: "x"}""", "/a~1b /from/bic")]
    public void A_call_becomes_a_record_and_the_pointers_of_the_rest(string call, string record, string untyped)
    {
        var tool = Texts.Tool(Payment);
        var arguments = Texts.Arguments(tool, call);
        Assert.Equal(record, arguments.Record.ToString());
        Assert.Equal(untyped, string.Join(' ', arguments.Untyped));
        Texts.Conforms(Texts.Cedar(tool), tool, arguments);
    }

    [Theory]
    [InlineData("""{"to": 1, "amount": 1}""", "call.wrong-type")]
    [InlineData("""{"to": null, "amount": 1}""", "call.wrong-type")]
    [InlineData("""{"to": "x", "amount": "1"}""", "call.wrong-type")]
    [InlineData("""{"to": "x", "amount": 1, "count": 1.5}""", "call.wrong-type")]
    [InlineData("""{"to": "x", "amount": 1, "count": 9223372036854775807}""", null)]
    [InlineData("""{"to": "x", "amount": 1, "count": 9223372036854775808}""", "call.number-range")]
    [InlineData("""{"to": "x", "amount": 1, "count": -9223372036854775808}""", null)]
    [InlineData("""{"to": "x", "amount": 1, "count": 1e300}""", "call.number-range")]
    [InlineData("""{"to": "x", "amount": 1, "tags": "x"}""", "call.wrong-type")]
    [InlineData("""{"to": "x", "amount": 1, "tags": [1]}""", "call.wrong-type")]
    [InlineData("""{"to": "x", "amount": 1, "tags": [null]}""", "call.wrong-type")]
    [InlineData("""{"to": "x", "amount": 1, "from": []}""", "call.wrong-type")]
    [InlineData("""{"to": "x", "amount": 1, "from": {}}""", "call.missing-argument")]
    [InlineData("""{"to": "x"}""", "call.missing-argument")]
    [InlineData("[]", "call.wrong-type")]
    [InlineData("null", "call.wrong-type")]
    [InlineData("""{"to": "x", "to": "y", "amount": 1}""", "call.duplicate-key")]
    [InlineData("""{"to": "\ud800", "amount": 1}""", "call.invalid-text")]
    public void A_call_that_is_not_what_the_tool_declares_is_refused(string call, string? code)
    {
        var read = ToolArguments.TryRead(
            Texts.Tool(Payment).Arguments, Encoding.UTF8.GetBytes(call), out _, out var faults);
        Assert.Equal(code is null, read);
        Assert.Equal(code, faults.Select(fault => fault.Code).SingleOrDefault());
        Assert.All(faults, fault => Assert.True(fault.Detail.Length > 0 && fault.Mend.Length > 0));
    }

    [Fact]
    public void Every_mistake_is_told_at_once_and_no_value_is_repeated()
    {
        Assert.False(ToolArguments.TryRead(
            Texts.Tool(Payment).Arguments, """{"to": 4711, "count": "hunter2"}"""u8, out _, out var faults));
        Assert.Equal(3, faults.Length);
        Assert.All(faults, fault => Assert.False(
            fault.ToString().Contains("4711", StringComparison.Ordinal)
            || fault.ToString().Contains("hunter2", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_call_without_arguments_is_the_empty_object()
    {
        Assert.True(ToolArguments.TryRead(
            Texts.Tool("{\"type\": \"object\"}").Arguments, default(JsonElement), out var arguments, out _));
        Assert.Equal(0, arguments.Record.Count);
    }

    [Fact]
    public void Every_scalar_is_a_leaf_and_so_is_a_name_that_the_caller_chose()
    {
        var arguments = Texts.Arguments(Texts.Tool(Payment), """
            {"to": "x", "amount": 1.50, "urgent": true, "note": null, "tags": ["t"], "files": [{"k": [1e2]}], "own": {}}
            """);
        Assert.Equal(
            [
                new ArgumentLeaf.Text("/to", "x"),
                new ArgumentLeaf.Number("/amount", "1.50", "1.5"),
                new ArgumentLeaf.Flag("/urgent", true),
                new ArgumentLeaf.Text("/tags/0", "t"),
                new ArgumentLeaf.MemberName("/files/0/k", "k"),
                new ArgumentLeaf.Number("/files/0/k/0", "1e2", "100"),
                new ArgumentLeaf.MemberName("/own", "own"),
            ],
            arguments.Leaves.AsEnumerable());
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void A_call_has_at_most_4096_leaves(int count, bool read)
    {
        var tool = Texts.Tool("""{"properties": {"a": {"items": {"type": "boolean"}}}}""");
        var call = $$"""{"a": [{{string.Join(',', Enumerable.Repeat("true", count))}}]}""";
        Assert.Equal(read, ToolArguments.TryRead(
            tool.Arguments, Encoding.UTF8.GetBytes(call), out _, out var faults));
        Assert.Equal(read ? null : "call.too-many-values", faults.SingleOrDefault()?.Code);
    }

    [Theory]
    [InlineData("""{"a":1,"b":"é"}""", """{ "b": "\u00e9", "a": 1.0 }""", true)]
    [InlineData("""{"a":100}""", """{"a":1e2}""", true)]
    [InlineData("""{"a":-0.0}""", """{"a":0}""", true)]
    [InlineData("""{"a":"/"}""", """{"a":"\/"}""", true)]
    [InlineData("""{"a":9007199254740992}""", """{"a":9007199254740993}""", false)]
    [InlineData("""{"a":0.1}""", """{"a":0.1000000000000000000001}""", false)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":null}""", "{}", false)]
    [InlineData("""{"a":"é"}""", "{\"a\":\"e\\u0301\"}", false)]
    public void The_digest_is_of_the_arguments_and_not_of_their_spelling(string left, string right, bool same)
    {
        Assert.True(ArgumentDigest.TryCompute(Encoding.UTF8.GetBytes(left), out var first, out _));
        Assert.True(ArgumentDigest.TryCompute(Encoding.UTF8.GetBytes(right), out var second, out _));
        Assert.Equal(same, first == second);
    }

    [Fact]
    public void The_digest_of_nothing_is_known() // printf '{}' | sha256sum
    {
        Assert.True(ArgumentDigest.TryCompute(default(JsonElement), out var digest, out _));
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", digest.Hex);
    }

    [Fact]
    public void What_has_two_meanings_has_no_digest()
    {
        Assert.False(ArgumentDigest.TryCompute("""{"a": 1, "a": 2}"""u8, out _, out var fault));
        Assert.Equal("call.duplicate-key", fault.Code);
    }
}
