namespace Sallyport.Cedar.Schemas;

/// <summary>What human syntax allows and what it does not; the mistakes with their places.</summary>
public sealed class SchemaSyntaxTests
{
    [Theory]
    [InlineData("")]
    [InlineData("// only a comment")]
    [InlineData("entity A; entity B in A; entity C in [A, B];")]
    [InlineData("entity A, B = {x: Long, \"y z\"?: Set<Long>,} tags String;")]
    [InlineData("entity A {x: Long};")]
    [InlineData("entity A = {\"\": Long, __cedar: Bool, entity: Long, principal: Long, Set: Long};")]
    [InlineData("entity B enum [\"a\", \"\\u{41}\", \"\\n\"];")]
    [InlineData("entity B enum [\"a\", \"a\"];")]
    [InlineData("entity entity; entity tags tags String; entity enum enum [\"a\"]; entity Set;")]
    [InlineData("entity A in [];")]
    [InlineData("action \"a b\", c, \"\";")]
    [InlineData("action a in [Action::\"b\", \"c\", d]; action b, c, d;")]
    [InlineData("action a attributes {};")]
    [InlineData("action appliesTo appliesTo {resource: resource, principal: [principal, principal],}; entity principal, resource;")]
    [InlineData("action a appliesTo {principal: A, resource: A, context: C}; entity A; type C = {};")]
    [InlineData("@a(\"x\") @b namespace N { @if entity A = {@c x: Long}; @d type T = Long; @e action b; }")]
    [InlineData("type type = Long; entity A = {x: type}; type namespace = Long; namespace namespace { }")]
    [InlineData("entity A = {x: Set::Foo}; namespace Set { entity Foo; }")]
    [InlineData("namespace N::M { entity A; action a in [N::M::Action::\"b\"]; action b; }")]
    public void This_is_a_schema(string text)
    {
        var document = SchemaDocument.Parse(text).ValueOrThrow();
        Assert.True(Schema.Create([document]).Succeeded);
        Assert.Equal(document, SchemaDocument.Parse(document.ToString()).ValueOrThrow());
        Assert.Equal(document, SchemaDocument.ParseJson(document.ToJson()).ValueOrThrow());
    }

    [Theory]
    [InlineData("entity A", "syntax.unexpected", 1, 9)]
    [InlineData("entity A;;", "syntax.unexpected", 1, 10)]
    [InlineData("entity A::B;", "syntax.unexpected", 1, 9)]
    [InlineData("entity if;", "syntax.reserved", 1, 8)]
    [InlineData("entity A in in;", "syntax.reserved", 1, 13)]
    [InlineData("entity A = {true: Long};", "syntax.reserved", 1, 13)]
    [InlineData("entity __cedar;", "schema.reserved", 1, 8)]
    [InlineData("namespace A::__cedar {}", "schema.reserved", 1, 11)]
    [InlineData("entity Action;", "schema.reserved", 1, 8)]
    [InlineData("type Long = String;", "schema.reserved", 1, 6)]
    [InlineData("type Entity = String;", "schema.reserved", 1, 6)]
    [InlineData("entity A; entity A;", "schema.duplicate", 1, 18)]
    [InlineData("action a, a;", "schema.duplicate", 1, 11)]
    [InlineData("type X = Long;\ntype X = Long;", "schema.duplicate", 2, 6)]
    [InlineData("namespace N {} namespace N {}", "schema.duplicate", 1, 26)]
    [InlineData("entity A = {x: Long, x: String};", "schema.duplicate", 1, 22)]
    [InlineData("@a @a entity A;", "schema.duplicate", 1, 5)]
    [InlineData("entity A = {,};", "syntax.unexpected", 1, 13)]
    [InlineData("entity A = C;", "syntax.unexpected", 1, 12)]
    [InlineData("entity A = {} in B;", "syntax.unexpected", 1, 15)]
    [InlineData("entity A in [B,];", "syntax.unexpected", 1, 16)]
    [InlineData("entity A in B, C;", "syntax.unexpected", 1, 14)]
    [InlineData("entity A enum [];", "syntax.unexpected", 1, 16)]
    [InlineData("entity A enum [\"a\"] tags String;", "syntax.unexpected", 1, 21)]
    [InlineData("entity A enum [\"\\q\"];", "syntax.escape", 1, 17)]
    [InlineData("entity A = {x: Set<Long};", "syntax.unexpected", 1, 24)]
    [InlineData("entity é;", "syntax.token", 1, 8)]
    [InlineData("action a in [];", "syntax.unexpected", 1, 14)]
    [InlineData("action a in Action::b;", "syntax.unexpected", 1, 22)]
    [InlineData("action a appliesTo {};", "syntax.unexpected", 1, 21)]
    [InlineData("action a appliesTo {principal: A};", "schema.applies-to", 1, 20)]
    [InlineData("action a appliesTo {principal: [], resource: A};", "schema.applies-to", 1, 21)]
    [InlineData("action a appliesTo {principal: A, principal: A, resource: A};", "schema.duplicate", 1, 35)]
    [InlineData("action a appliesTo {principal: A, resource: A, context: {}, context: {}};", "schema.duplicate", 1, 61)]
    [InlineData("action a appliesTo {principal: A resource: A};", "syntax.unexpected", 1, 34)]
    [InlineData("action a attributes {x: 1};", "syntax.unexpected", 1, 22)]
    [InlineData("namespace N { namespace M {} }", "syntax.unexpected", 1, 15)]
    [InlineData("namespace N { entity A;", "syntax.unexpected", 1, 24)]
    public void This_is_none_and_the_mistake_has_a_place(string text, string code, int line, int column)
    {
        var error = SchemaDocument.Parse(text).Errors[0];
        Assert.Equal((code, line, column), (error.Code, error.Position.Line, error.Position.Column));
    }

    [Fact]
    public void Every_statement_with_a_mistake_is_reported()
    {
        var errors = SchemaDocument.Parse(
            "entity A in in;\nentity B;\naction if;\nnamespace N {\n  type X Long;\n  entity C;\n}\ntype Y = ;").Errors;
        Assert.Equal([1, 3, 5, 8], errors.Select(e => e.Position.Line));
    }

    [Fact]
    public void A_schema_prints_as_people_write_it()
    {
        var document = SchemaDocument.Parse("""
            @doc("who") entity User in [Group] {name: String, "e mail"?: String, r: {n: Long}} tags Set<String>;
            entity Group; entity Color enum ["red"];
            action view in [read] appliesTo {principal: User, resource: [Group, Color], context: {ip: ipaddr}}; action read;
            namespace N { type T = {}; }
            """).ValueOrThrow();
        Assert.Equal(
            """
            @doc("who")
            entity User in [Group] = {
              name: String,
              "e mail"?: String,
              r: {
                n: Long
              }
            } tags Set<String>;
            entity Group;
            entity Color enum ["red"];
            action "view" in ["read"] appliesTo {
              principal: [User],
              resource: [Group, Color],
              context: {
                ip: ipaddr
              }
            };
            action "read";
            namespace N {
              type T = {};
            }

            """,
            document.ToString());
    }
}
