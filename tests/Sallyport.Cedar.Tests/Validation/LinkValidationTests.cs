using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Validation;

/// <summary>
/// What is said of a link, apart from its template: as in the official engine, only what fills the slots counts.
/// </summary>
public sealed class LinkValidationTests
{
    [Fact]
    public void A_mistake_of_a_template_is_not_repeated_for_its_links()
    {
        var report = Validate(
            "permit(principal == ?principal, action, resource) when { 1 };", EntityUid.Of("User", "alice"));
        Assert.NotEmpty(report.Errors);
        Assert.All(report.Errors, error => Assert.Equal("policy0", error.Policy.Value));
    }

    [Fact]
    public void An_entity_type_that_is_not_declared_is_an_error_of_the_link()
    {
        var report = Validate("permit(principal == ?principal, action, resource);", EntityUid.Of("Nobody", "x"));
        Assert.Contains(
            report.Errors, error => error is { Policy.Value: "link", Kind: ValidationKind.UnrecognizedEntityType });
    }

    [Fact]
    public void A_link_that_fits_no_action_is_an_error_of_the_link()
    {
        var report = Validate(
            "permit(principal == ?principal, action == Action::\"view\", resource);", EntityUid.Of("Group", "g"));
        Assert.Equal("link", Assert.Single(report.Errors).Policy.Value);
        Assert.Equal(ValidationKind.InapplicableScope, report.Errors.First().Kind);
    }

    [Fact]
    public void An_id_that_an_enumerated_type_does_not_declare_is_a_warning_in_a_link_and_an_error_in_a_policy()
    {
        var blue = new SlotValues(Resource: EntityUid.Of("Color", "blue"));
        var set = PolicySet.Parse("permit(principal, action == Action::\"paint\", resource == ?resource);")
            .ValueOrThrow().Link(new PolicyId("policy0"), new PolicyId("link"), blue);
        var report = new PolicyValidator(Shop.Schema).Validate(set);
        Assert.True(report.IsValid);
        Assert.Contains(report.Findings, finding => finding.Policy.Value == "link"
            && finding.Kind == ValidationKind.UndeclaredId && finding.Severity == ValidationSeverity.Warning);
        Assert.Contains(
            Shop.Validate("permit(principal, action == Action::\"paint\", resource == Color::\"blue\");").Errors,
            error => error.Kind == ValidationKind.UndeclaredId);
    }

    private static ValidationReport Validate(string template, EntityUid principal) => new PolicyValidator(Shop.Schema)
        .Validate(PolicySet.Parse(template).ValueOrThrow()
            .Link(new PolicyId("policy0"), new PolicyId("link"), new SlotValues(principal)));
}
