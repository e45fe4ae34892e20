using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Schemas;

namespace Sallyport.Cedar.Validation;

/// <summary>A schema with one of everything, for tests of the validator.</summary>
internal static class Shop
{
    public const string Text = """
        entity User in [Group] = {
          name: String, age: Long, nick?: String, admin: Bool, boss: User, marks: Set<Long>,
          address: { street?: String, zip: String }
        } tags String;
        entity Group;
        entity Item;
        entity Color enum ["red", "green"];
        entity Box tags Long;
        action view in [read] appliesTo { principal: User, resource: Item, context: { ip?: ipaddr, act: Action } };
        action read;
        action idle;
        action paint appliesTo { principal: [User, Group], resource: [Item, Color] };
        namespace Back { action audit appliesTo { principal: User, resource: Box }; entity Log; }
        """;

    public static Schema Schema { get; } = Schema.Parse(Text).ValueOrThrow();

    /// <summary>The report on a policy, or on a condition of one in which a User views an Item.</summary>
    public static ValidationReport Validate(string text, ValidationOptions? options = null)
    {
        var policy = text.StartsWith("permit", StringComparison.Ordinal)
            || text.StartsWith("forbid", StringComparison.Ordinal)
            ? text
            : $"permit (principal is User, action == Action::\"view\", resource) when {{ {text} }};";
        return new PolicyValidator(Schema, options).Validate(PolicySet.Parse(policy).ValueOrThrow());
    }

    /// <summary>The kinds of finding of a severity, each once, joined by commas.</summary>
    public static string Kinds(ValidationReport report, ValidationSeverity severity) =>
        string.Join(",", report.Findings.Where(f => f.Severity == severity).Select(f => f.Kind).Distinct().Order());
}
