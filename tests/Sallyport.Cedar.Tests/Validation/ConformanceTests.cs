using System.Text.Json.Nodes;
using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// Requests and entities against a schema. The verdicts of the tables are those of the official engine (4.13).
/// </summary>
public sealed class ConformanceTests
{
    private const string User =
        "\"name\": \"a\", \"age\": 1, \"admin\": true, \"boss\": {\"type\": \"User\", \"id\": \"b\"}, \"marks\": [], \"address\": {\"zip\": \"1\"}";

    [Theory]
    [InlineData("{ATTRS}", "")]
    [InlineData("{ATTRS, \"nick\": \"x\"}", "")]
    [InlineData("{\"name\": \"a\"}", "conformance.missing-attribute")]
    [InlineData("{ATTRS, \"x\": 1}", "conformance.unknown-attribute")]
    [InlineData("{ATTRS, \"nick\": 1}", "conformance.type")]
    public void Attributes_are_as_declared(string attributes, string code) =>
        Assert.Equal(code, Code($$"""[{"uid": {"type": "User", "id": "a"}, "attrs": {{attributes.Replace("ATTRS", User, StringComparison.Ordinal)}}, "parents": []}]"""));

    [Theory]
    [InlineData("\"marks\": [1, 2]", "")]
    [InlineData("\"marks\": [1, \"a\"]", "conformance.type")]
    [InlineData("\"address\": {\"zip\": \"1\", \"street\": \"s\"}", "")]
    [InlineData("\"address\": {}", "conformance.missing-attribute")]
    [InlineData("\"address\": {\"zip\": \"1\", \"no\": 1}", "conformance.unknown-attribute")]
    [InlineData("\"boss\": {\"__entity\": {\"type\": \"User\", \"id\": \"b\"}}", "")]
    [InlineData("\"boss\": {\"type\": \"Group\", \"id\": \"b\"}", "conformance.type")]
    public void Values_have_the_declared_types(string attribute, string code)
    {
        var attributes = JsonNode.Parse($"{{{User}}}")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($"{{{attribute}}}")!.AsObject())
        {
            attributes[name] = value!.DeepClone();
        }

        Assert.Equal(code, Code($$"""[{"uid": {"type": "User", "id": "a"}, "attrs": {{attributes.ToJsonString()}}, "parents": []}]"""));
    }

    [Theory]
    [InlineData("""[{"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": []}]""", "")]
    [InlineData("""[{"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": [{"type": "Item", "id": "i"}]}]""", "conformance.parent")]
    [InlineData("""[{"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": [], "tags": {"a": "b"}}]""", "conformance.tag")]
    [InlineData("""[{"uid": {"type": "Box", "id": "b"}, "attrs": {}, "parents": [], "tags": {"a": 1}}]""", "")]
    [InlineData("""[{"uid": {"type": "Box", "id": "b"}, "attrs": {}, "parents": [], "tags": {"a": "b"}}]""", "conformance.type")]
    [InlineData("""[{"uid": {"type": "Nobody", "id": "b"}, "attrs": {}, "parents": []}]""", "conformance.unknown-type")]
    [InlineData("""[{"uid": {"type": "Color", "id": "red"}, "attrs": {}, "parents": []}]""", "")]
    [InlineData("""[{"uid": {"type": "Color", "id": "blue"}, "attrs": {}, "parents": []}]""", "conformance.undeclared-id")]
    [InlineData("""[{"uid": {"type": "Color", "id": "red"}, "attrs": {"a": 1}, "parents": []}]""", "conformance.unknown-attribute")]
    [InlineData("""[{"uid": {"type": "Action", "id": "view"}, "attrs": {}, "parents": [{"type": "Action", "id": "read"}]}]""", "")]
    [InlineData("""[{"uid": {"type": "Action", "id": "view"}, "attrs": {}, "parents": []}]""", "conformance.action")]
    [InlineData("""[{"uid": {"type": "Action", "id": "read"}, "attrs": {"a": 1}, "parents": []}]""", "conformance.action")]
    [InlineData("""[{"uid": {"type": "Action", "id": "none"}, "attrs": {}, "parents": []}]""", "conformance.unknown-action")]
    public void Entities_are_as_declared(string json, string code) => Assert.Equal(code, Code(json));

    [Theory]
    [InlineData("User", "view", "Item", "{}", "conformance.missing-attribute")]
    [InlineData("User", "view", "Item", "{\"act\": {\"type\": \"Action\", \"id\": \"view\"}}", "")]
    [InlineData("User", "view", "Item", "{\"act\": {\"type\": \"Action\", \"id\": \"none\"}}",
        "conformance.unknown-action")]
    [InlineData("User", "view", "Item", "{\"act\": {\"type\": \"Action\", \"id\": \"view\"}, \"ip\": \"10.0.0.1\"}",
        "")]
    [InlineData("User", "view", "Item",
        "{\"act\": {\"type\": \"Action\", \"id\": \"view\"}, \"ip\": {\"fn\": \"ip\", \"arg\": \"10.0.0.1\"}}", "")]
    [InlineData("User", "view", "Item", "{\"act\": {\"type\": \"Action\", \"id\": \"view\"}, \"ip\": \"home\"}",
        "conformance.type")]
    [InlineData("User", "view", "Item",
        "{\"act\": {\"type\": \"Action\", \"id\": \"view\"}, \"ip\": {\"__extn\": {\"fn\": \"decimal\", \"arg\": \"1.0\"}}}", "conformance.type")]
    [InlineData("User", "view", "Group", "{\"act\": {\"type\": \"Action\", \"id\": \"view\"}}", "conformance.resource")]
    [InlineData("Item", "paint", "Item", "{}", "conformance.principal")]
    [InlineData("Nobody", "paint", "Item", "{}", "conformance.unknown-type")]
    [InlineData("User", "none", "Item", "{}", "conformance.unknown-action")]
    [InlineData("User", "read", "Item", "{}", "conformance.principal")]
    [InlineData("User", "paint", "Color", "{}", "conformance.undeclared-id")]
    [InlineData("User", "paint", "Item", "{\"x\": 1}", "conformance.unknown-attribute")]
    public void Requests_are_as_declared(string principal, string action, string resource, string context, string code)
    {
        var json = $$"""{"principal": {"type": "{{principal}}", "id": "a"}, "action": {"type": "Action", "id": "{{action}}"}, "resource": {"type": "{{resource}}", "id": "x"}, "context": {{context}}}""";
        var request = Shop.Schema.ParseRequest(json);
        Assert.Equal(code, request.Succeeded ? "" : request.Errors[0].Code);
    }

    [Fact]
    public void What_is_read_has_the_kinds_of_the_schema_and_the_actions()
    {
        const string Json = """
            {"principal": {"type": "User", "id": "a"}, "action": {"type": "Action", "id": "view"}, "resource": {"type": "Item", "id": "i"},
             "context": {"ip": "10.0.0.1", "act": {"type": "Action", "id": "view"}}, "entities": []}
            """;
        var call = Shop.Schema.ParseCall(System.Text.Encoding.UTF8.GetBytes(Json)).ValueOrThrow();
        Assert.True(call.Request.Context.TryGet("ip", out var ip));
        Assert.Equal(Values.ValueKind.IpAddress, ip.Kind);
        Assert.True(call.Entities.IsIn(EntityUid.Of("Action", "view"), EntityUid.Of("Action", "read")));
        var policies = CompiledPolicySet.Compile(Policies.PolicySet.Parse(
            "permit (principal, action in Action::\"read\", resource) when { context.ip.isInRange(ip(\"10.0.0.0/8\")) };").ValueOrThrow());
        Assert.Equal(Decision.Allow, policies.Authorize(call.Request, call.Entities).Decision);
    }

    private static string Code(string json)
    {
        var store = Shop.Schema.ParseEntities(json);
        return store.Succeeded ? "" : store.Errors[0].Code;
    }
}
