using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// What is valid and what is not, beyond the corpus. The verdicts of the tables are those of the official engine
/// (4.13), save for the scope that fits no action, which it has as a warning.
/// </summary>
public sealed class PolicyValidatorTests
{
    private static readonly ValidationOptions s_permissive = new() { Mode = ValidationMode.Permissive };

    [Theory]
    [InlineData("permit (principal, action, resource);")]
    [InlineData("permit (principal in User::\"a\", action == Action::\"view\", resource);")]
    [InlineData("permit (principal, action, resource == Color::\"red\");")]
    [InlineData("permit (principal == ?principal, action, resource in ?resource);")]
    [InlineData("permit (principal is User in ?principal, action, resource);")]
    [InlineData("permit (principal, action == Back::Action::\"audit\", resource) when { resource.hasTag(\"n\") && resource.getTag(\"n\") > 1 };")]
    [InlineData("permit (principal is User, action, resource) unless { principal has nick && principal.nick like \"a*\" };")]
    [InlineData("permit (principal is User, action, resource) when { principal has nick } when { principal.nick == \"a\" };")]
    [InlineData("context has ip && context.ip.isLoopback()")]
    [InlineData("principal has address.street && principal.address.street == \"x\"")]
    [InlineData("principal has boss.nick && principal.boss.nick == \"x\"")]
    [InlineData("if principal has nick then principal.nick == \"x\" else true")]
    [InlineData("(if principal.admin then principal has nick else principal has nick) && principal.nick == \"x\"")]
    [InlineData("principal.address.zip == \"x\" && principal.boss.boss.boss.age == 1")]
    [InlineData("principal.hasTag(\"x\") && principal.getTag(\"x\") == \"y\"")]
    [InlineData("principal.hasTag(principal.name) && principal.getTag(principal.name) == \"y\"")]
    [InlineData("context.act == action || context.act in Action::\"read\"")]
    [InlineData("datetime(\"2020-01-01\") < datetime(\"2020-01-02\") && duration(\"1d\") <= duration(\"2d\")")]
    [InlineData("true || 1")]
    [InlineData("if true then principal.admin else 1")]
    [InlineData("principal.marks == [1, 2] && principal.marks.containsAny([3])")]
    [InlineData("{a: 1} has a && {a: 1}.a == 1")]
    [InlineData("resource == Item::\"a\" && resource != Item::\"b\" && principal != resource")]
    public void This_is_valid_without_a_warning(string text) => Assert.Equal("valid", Shop.Validate(text).ToString());

    [Theory]
    [InlineData("principal has age && principal.agee == 1", ValidationKind.UnknownAttribute)]
    [InlineData("context.act.foo", ValidationKind.UnknownAttribute)]
    [InlineData("action in Action::\"read\" && principal.zzz == 1", ValidationKind.UnknownAttribute)]
    [InlineData("context.ip.isLoopback()", ValidationKind.UnsafeAttribute)]
    [InlineData("principal.nick == \"a\"", ValidationKind.UnsafeAttribute)]
    [InlineData("(principal has nick || principal.admin) && principal.nick == \"a\"", ValidationKind.UnsafeAttribute)]
    [InlineData("!(principal has nick) || principal.nick == \"a\"", ValidationKind.UnsafeAttribute)]
    [InlineData("principal.address.street == \"a\"", ValidationKind.UnsafeAttribute)]
    [InlineData("principal.hasTag(\"x\") && principal.getTag(\"y\") == \"y\"", ValidationKind.UnsafeTag)]
    [InlineData("resource.getTag(\"y\") == \"y\"", ValidationKind.UnsafeTag)]
    [InlineData("principal.age == \"a\"", ValidationKind.IncompatibleTypes)]
    [InlineData("[1, \"a\"].contains(1)", ValidationKind.IncompatibleTypes)]
    [InlineData("[principal, resource].contains(principal)", ValidationKind.IncompatibleTypes)]
    [InlineData("principal.marks.contains(\"a\")", ValidationKind.IncompatibleTypes)]
    [InlineData("principal.marks.containsAll([\"a\"])", ValidationKind.IncompatibleTypes)]
    [InlineData("if principal.admin then 1 else \"a\"", ValidationKind.IncompatibleTypes)]
    [InlineData("{a: 1} == {b: 1}", ValidationKind.IncompatibleTypes)]
    [InlineData("{zip: \"1\"} == principal.address", ValidationKind.IncompatibleTypes)]
    [InlineData("permit (principal, action in [Action::\"view\", Back::Action::\"audit\"], resource);",
        ValidationKind.IncompatibleTypes)]
    [InlineData("principal in []", ValidationKind.EmptySet)]
    [InlineData("[].isEmpty()", ValidationKind.EmptySet)]
    [InlineData("\"a\".isEmpty()", ValidationKind.UnexpectedType)]
    [InlineData("principal.hasTag(1)", ValidationKind.UnexpectedType)]
    [InlineData("decimal(\"1.0\") < decimal(\"2.0\")", ValidationKind.UnexpectedType)]
    [InlineData("datetime(\"2020-01-01\") < duration(\"1d\")", ValidationKind.UnexpectedType)]
    [InlineData("1 < duration(\"1d\")", ValidationKind.UnexpectedType)]
    [InlineData("1 + \"a\" == 2", ValidationKind.UnexpectedType)]
    [InlineData("!1", ValidationKind.UnexpectedType)]
    [InlineData("true && 1", ValidationKind.UnexpectedType)]
    [InlineData("if 1 then true else false", ValidationKind.UnexpectedType)]
    [InlineData("principal like \"x\"", ValidationKind.UnexpectedType)]
    [InlineData("1 is User", ValidationKind.UnexpectedType)]
    [InlineData("principal in \"a\"", ValidationKind.UnexpectedType)]
    [InlineData("ip(\"bad\").isIpv4()", ValidationKind.ExtensionArgument)]
    [InlineData("ip(principal.name).isIpv4()", ValidationKind.ComputedExtensionArgument)]
    [InlineData("ip(\"1.1.1.1\", \"2.2.2.2\").isIpv4()", ValidationKind.ArgumentCount)]
    [InlineData("principal == Usr::\"a\" || true", ValidationKind.UnrecognizedEntityType)]
    [InlineData("true || principal is Usr", ValidationKind.UnrecognizedEntityType)]
    [InlineData("true || action == Action::\"vew\"", ValidationKind.UnrecognizedAction)]
    [InlineData("permit (principal, action, resource == Color::\"blue\");", ValidationKind.UndeclaredId)]
    public void This_is_not_and_the_kind_says_why(string text, ValidationKind kind) =>
        Assert.Equal(kind.ToString(), Shop.Kinds(Shop.Validate(text), ValidationSeverity.Error));

    [Theory]
    [InlineData("principal has salary && principal.salary == 1")]
    [InlineData("1 == \"a\"")]
    [InlineData("principal == resource")]
    [InlineData("principal == action")]
    [InlineData("action == Action::\"idle\"")]
    [InlineData("action in Action::\"idle\" && principal.zzz == 1")]
    [InlineData("action in [Action::\"idle\"] && principal.zzz == 1")]
    [InlineData("principal in resource && principal.zzz == 1")]
    [InlineData("principal in [Item::\"x\"] && principal.zzz == 1")]
    [InlineData("resource.hasTag(\"y\") && resource.getTag(\"y\") == \"y\"")]
    [InlineData("context.act.hasTag(\"x\")")]
    [InlineData("principal is Item && principal.zzz == 1")]
    [InlineData("principal is Item in Item::\"x\" && principal.zzz == 1")]
    [InlineData("false && 1")]
    [InlineData("{a: 1} has b")]
    public void This_is_valid_and_never_true(string text)
    {
        var report = Shop.Validate(text);
        Assert.True(report.IsValid, report.ToString());
        Assert.Equal("ImpossiblePolicy", Shop.Kinds(report, ValidationSeverity.Warning));
    }

    [Theory]
    [InlineData("permit (principal, action == Action::\"idle\", resource);")]
    [InlineData("permit (principal == Action::\"view\", action, resource);")]
    [InlineData("permit (principal is Action, action, resource);")]
    [InlineData("permit (principal in Item::\"a\", action == Action::\"view\", resource);")]
    [InlineData("permit (principal is Group in ?principal, action == Action::\"view\", resource);")]
    public void A_scope_that_fits_no_action_is_an_error_or_a_warning(string text)
    {
        Assert.Equal("InapplicableScope", Shop.Kinds(Shop.Validate(text), ValidationSeverity.Error));
        var lenient = Shop.Validate(text, new ValidationOptions { InapplicableScope = ValidationSeverity.Warning });
        Assert.True(lenient.IsValid);
        Assert.Equal("InapplicableScope,ImpossiblePolicy", Shop.Kinds(lenient, ValidationSeverity.Warning));
    }

    [Theory]
    [InlineData("principal.age == \"a\" || [1, \"a\"].contains(1) || true", "IncompatibleTypes")]
    [InlineData("principal in [principal, resource]", "")]
    [InlineData("[principal, resource].contains(principal)", "")]
    [InlineData("principal.marks == []", "")]
    [InlineData("principal.marks.contains(\"a\")", "")]
    [InlineData("ip(principal.name).isIpv4()", "")]
    [InlineData("ip(principal.age).isIpv4()", "UnexpectedType")]
    [InlineData("(if principal.admin then {a: 1, b: 2} else {a: 1, c: 3}).a == 1", "")]
    [InlineData("(if principal.admin then {a: 1, b: 2} else {a: 1, c: 3}).b == 1", "UnknownAttribute")]
    [InlineData("(if principal.admin then {a: 1, b: 2} else {a: 1, c: 3}) has b", "")]
    [InlineData("(if principal.admin then principal else resource) has name", "")]
    [InlineData("(if principal.admin then principal else resource).name == \"x\"", "UnknownAttribute")]
    [InlineData("principal.nick == \"a\"", "UnsafeAttribute")]
    public void Permissive_mode_asks_only_for_what_can_fail(string text, string kinds) =>
        Assert.Equal(kinds, Shop.Kinds(Shop.Validate(text, s_permissive), ValidationSeverity.Error));

    [Theory]
    [InlineData("principal.nam == \"x\"", "Perhaps name.")]
    [InlineData("principal.nick == \"x\"", "Ask before, joined by &&: principal has nick.")]
    [InlineData("principal.getTag(\"x\") == \"x\"", "Ask before, joined by &&: principal.hasTag(\"x\").")]
    [InlineData("principal is Usr || true", "Perhaps User.")]
    [InlineData("action == Action::\"veiw\" || true", "Perhaps Action::\"view\".")]
    [InlineData("resource == Color::\"gren\" || true", "Perhaps \"green\".")]
    public void A_mistake_says_how_to_mend_it(string text, string mend) =>
        Assert.Equal(mend, Shop.Validate(text).Errors.First().Diagnostic.Mend);

    [Fact]
    public void A_finding_has_its_place_and_its_environment()
    {
        var report = Shop.Validate(
            "permit (principal is User, action, resource)\nwhen {\n  principal.age == 1 &&\n  principal.nick == \"x\"\n};");
        var finding = Assert.Single(report.Findings);
        Assert.Equal((4, 3), (finding.Diagnostic.Position.Line, finding.Diagnostic.Position.Column));
        Assert.Equal("validation.unsafe-attribute", finding.Diagnostic.Code);
        Assert.Equal("User, Action::\"view\", Item", finding.Environment!.ToString());
        Assert.Equal(new PolicyId("policy0"), finding.Policy);
    }

    [Fact]
    public void Every_policy_template_and_link_of_a_set_is_checked()
    {
        var set = PolicySet.Parse(
            "permit (principal, action, resource) when { principal.a }; permit (principal == ?principal, action, resource) when { 1 };")
            .ValueOrThrow()
            .Link(new PolicyId("policy1"), new PolicyId("link"), new SlotValues(Entities.EntityUid.Of("Nobody", "x")));
        var report = new PolicyValidator(Shop.Schema).Validate(set);
        Assert.True(report.Errors.Select(e => e.Policy.Value).ToHashSet(StringComparer.Ordinal)
            .SetEquals(["link", "policy0", "policy1"]));
        Assert.Contains(report.Errors, e => e is { Policy.Value: "link", Kind: ValidationKind.UnrecognizedEntityType });
    }
}
