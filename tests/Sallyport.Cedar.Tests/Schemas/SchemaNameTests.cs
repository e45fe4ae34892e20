namespace Sallyport.Cedar.Schemas;

/// <summary>How names are looked up, and what may not be named (Cedar RFC 24 and RFC 70).</summary>
public sealed class SchemaNameTests
{
    [Theory]
    [InlineData("entity X = {a: Long};", "Long")]
    [InlineData("entity Long; entity X = {a: Long};", "entity Long")]
    [InlineData("entity Long; entity X = {a: __cedar::Long};", "Long")]
    [InlineData("type ipaddr = Long; entity X = {a: ipaddr};", "Long")]
    [InlineData("type ipaddr = Long; entity X = {a: __cedar::ipaddr};", "ipaddr")]
    [InlineData("type Foo = String; entity Foo; entity X = {a: Foo};", "String")]
    [InlineData("type A = Set<B>; type B = {c: C}; type C = decimal; entity X = {a: A};", "Set<{c: decimal}>")]
    [InlineData("entity X = {a: N::B}; namespace N { entity B; }", "entity N::B")]
    [InlineData("namespace N { type B = Long; } entity X = {a: N::B};", "Long")]
    [InlineData("entity X = {a: Action}; action b;", "entity Action")]
    [InlineData("entity X = {a: {b?: Bool, \"c d\": datetime}};", "{b?: Bool, \"c d\": datetime}")]
    public void A_name_stands_for_the_nearest_declaration(string text, string expected) =>
        Assert.Equal(expected, TypeOfA(text, "X"));

    [Theory]
    [InlineData("namespace N { entity X = {a: B}; } entity B;", "entity B")]
    [InlineData("namespace N { entity X = {a: B}; entity B; }", "entity N::B")]
    [InlineData("namespace N { entity X = {a: N::B}; type B = Long; }", "Long")]
    [InlineData("namespace N { entity X = {a: duration}; type duration = String; }", "String")]
    [InlineData("namespace N { entity X = {a: Action}; action b; } action c;", "entity N::Action")]
    [InlineData("namespace N { entity X = {a: Action}; } action c;", "entity Action")]
    public void Within_a_namespace_its_own_names_come_first(string text, string expected) =>
        Assert.Equal(expected, TypeOfA(text, "N::X"));

    [Theory]
    [InlineData("entity Foo; namespace N { entity Foo; }", "schema.shadow")]
    [InlineData("type Foo = Long; namespace N { type Foo = Long; }", "schema.shadow")]
    [InlineData("type Foo = Long; namespace N { entity Foo; }", "schema.shadow")]
    [InlineData("action a; namespace N { action a; }", "schema.shadow")]
    [InlineData("type A = B; type B = A;", "schema.cycle")]
    [InlineData("type A = {a: Set<A>};", "schema.cycle")]
    [InlineData("action a in [a];", "schema.cycle")]
    [InlineData("action a in [b]; action b in [c]; action c in [a];", "schema.cycle")]
    [InlineData("namespace N { entity B; } entity A = {x: B};", "schema.unknown-type")]
    [InlineData("namespace N { entity A = {x: M::B}; } namespace N::M { entity B; }", "schema.unknown-type")]
    [InlineData("entity B = {x: Boolean};", "schema.unknown-type")]
    [InlineData("entity B = {x: __cedar::Boolean};", "schema.unknown-type")]
    [InlineData("entity B = {x: Record};", "schema.unknown-type")]
    [InlineData("entity B = {x: Set};", "schema.unknown-type")]
    [InlineData("type T = Foo;", "schema.unknown-type")]
    [InlineData("entity B in Foo;", "schema.unknown-type")]
    [InlineData("entity B in Foo; type Foo = Long;", "schema.unknown-type")]
    [InlineData("entity A in Action; action a;", "schema.unknown-type")]
    [InlineData("entity A = {x: Action};", "schema.unknown-type")]
    [InlineData("action a appliesTo {principal: Action, resource: A}; entity A;", "schema.unknown-type")]
    [InlineData("action a appliesTo {principal: C, resource: A}; entity A; type C = A;", "schema.unknown-type")]
    [InlineData("action a in b;", "schema.unknown-action")]
    [InlineData("action a in Foo::\"b\"; entity Foo;", "schema.unknown-action")]
    [InlineData("action a appliesTo {principal: A, resource: A, context: Long}; entity A;", "schema.record")]
    [InlineData("action a appliesTo {principal: A, resource: A, context: A}; entity A;", "schema.unknown-type")]
    public void This_has_no_meaning(string text, string code) => Assert.Equal(code, Schema.Parse(text).Errors[0].Code);

    [Theory]
    [InlineData("entity User; entity A = {x: Usr};", "Perhaps User.")]
    [InlineData("namespace Shop { entity User; } entity A = {x: Shop::Usr};", "Perhaps Shop::User.")]
    [InlineData("entity A = {x: Strng};", "Perhaps String.")]
    [InlineData("action reader; action view in raeder;", "Perhaps \"reader\".")]
    public void A_name_that_is_nearly_right_is_suggested(string text, string mend) =>
        Assert.Equal(mend, Schema.Parse(text).Errors[0].Mend);

    [Fact]
    public void A_mistake_of_meaning_has_line_and_column()
    {
        var error = Schema.Parse("entity A = {\n  x: Long,\n  y: Set<Foo>\n};").Errors[0];
        Assert.Equal((3, 10), (error.Position.Line, error.Position.Column));
    }

    [Fact]
    public void Hierarchies_are_closed()
    {
        var schema = Schema.Parse(
            "entity A in B; entity B in [C]; entity C in [A]; action a in b; action b in c; action c;").ValueOrThrow();
        Assert.True(schema.TryGetEntityType(Entities.EntityTypeName.Parse("A"), out var type));
        Assert.True(type.Ancestors.SetEquals(new[] { "A", "B", "C" }.Select(Entities.EntityTypeName.Parse)));
        Assert.True(schema.TryGetAction(Entities.EntityUid.Of("Action", "a"), out var action));
        Assert.True(action.Ancestors.SetEquals([Entities.EntityUid.Of("Action", "b"),
            Entities.EntityUid.Of("Action", "c")]));
    }

    [Fact]
    public void Documents_share_names()
    {
        var documents =
            new[] { "namespace N { entity A in M::B; }", "namespace M { entity B; } namespace N { entity C = {a: A}; }" };
        var schema = Schema.Create(documents.Select(d => SchemaDocument.Parse(d).ValueOrThrow())).ValueOrThrow();
        Assert.Equal("N::A, M::B, N::C", string.Join(", ", schema.EntityTypes));
        var twice = Schema.Create([SchemaDocument.Parse(documents[0]).ValueOrThrow(),
            SchemaDocument.Parse(documents[0]).ValueOrThrow()]);
        Assert.Equal("schema.duplicate", twice.Errors[0].Code);
    }

    private static string TypeOfA(string text, string entityType)
    {
        Assert.True(Schema.Parse(text).ValueOrThrow()
            .TryGetEntityType(Entities.EntityTypeName.Parse(entityType), out var type));
        var found = type.Attributes.Find("a")!.Type;
        return found.IsEntity ? $"entity {found}" : found.ToString();
    }
}
