using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Evaluation;
using Sallyport.Cedar.Policies;

namespace Sallyport.Cedar.Validation;

/// <summary>What the validator promises, on generated policies.</summary>
public sealed class PolicyValidatorFuzzTests(ITestOutputHelper output)
{
    private static readonly PolicyValidator s_strict = new(Shop.Schema);
    private static readonly PolicyValidator s_permissive =
        new(Shop.Schema, new ValidationOptions { Mode = ValidationMode.Permissive });

    /// <summary>Errors that no type can exclude: overflow, and entities that are not in the store.</summary>
    private static readonly EvaluationErrorKind[] s_allowed =
        [EvaluationErrorKind.Overflow, EvaluationErrorKind.EntityMissing];

    /// <summary>
    /// The specification's soundness theorem, and that permissive mode permits what strict mode does.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_valid_policy_does_not_fail_on_what_conforms(int seed)
    {
        var random = new Random(seed);
        var text = new PolicyText(random);
        var (strict, permissive, impossible) = (0, 0, 0);
        for (var i = 0; i < 2000; i++)
        {
            var policies =
                PolicySet.Parse(
                    $"permit (principal is User, action == Action::\"view\", resource) when {{ {text.Condition()} }};").ValueOrThrow();
            var strictly = s_strict.Validate(policies);
            var permissively = s_permissive.Validate(policies);
            Assert.True(!strictly.IsValid || permissively.IsValid,
                $"seed {seed}: valid strictly, not permissively: {policies}\n{permissively}");
            strict += strictly.IsValid ? 1 : 0;
            permissive += permissively.IsValid ? 1 : 0;
            if (permissively.IsValid)
            {
                // Permissive mode lets the texts of extension values be computed, which strict mode does not.
                var allowed = strictly.IsValid ? s_allowed : [.. s_allowed, EvaluationErrorKind.ExtensionText];
                var canHold = !strictly.Warnings.Any(w => w.Kind == ValidationKind.ImpossiblePolicy);
                impossible += canHold ? 0 : 1;
                Evaluate(policies, allowed, canHold || !strictly.IsValid, random, seed);
            }
        }

        output.WriteLine(
            $"seed {seed}: {strict} valid strictly, {permissive} permissively, {impossible} of them impossible");
        Assert.True(strict > 100 && permissive > strict && impossible > 0,
            "The generated policies do not tell the modes apart.");
    }

    [Fact]
    public void Work_is_bounded()
    {
        var options = new ValidationOptions { Limits = CedarLimits.Default with { ValidationStepsMax = 1000 } };
        var conjunction = string.Join(" && ", Enumerable.Range(0, 2000).Select(i => $"principal.age == {i}"));
        var report = Shop.Validate(conjunction, options);
        Assert.Contains(report.Errors, e => e.Kind == ValidationKind.LimitExceeded);
        Assert.False(report.IsValid);
    }

    [Fact]
    public void Nesting_does_not_double_the_work()
    {
        var options = new ValidationOptions { Limits = CedarLimits.Default with { ValidationStepsMax = 200_000 } };
        var nested = "principal";
        for (var i = 0; i < 60; i++)
        {
            nested = $"(if {nested} has boss.nick then principal else principal)";
        }

        Assert.True(Shop.Validate($"{nested} has nick", options).IsValid);
    }

    private static void Evaluate(PolicySet policies, EvaluationErrorKind[] allowed, bool mayAllow, Random random,
        int seed)
    {
        var compiled = CompiledPolicySet.Compile(policies);
        for (var n = 0; n < 3; n++)
        {
            var call = Shop.Schema.ParseCall(System.Text.Encoding.UTF8.GetBytes(CallText(random))).ValueOrThrow();
            var response = compiled.Authorize(call.Request, call.Entities);
            foreach (var error in response.Errors)
            {
                Assert.True(allowed.Contains(error.Error.Kind),
                    $"seed {seed}: {policies}\nfailed with {error.Error.Kind}: {error.Error}");
            }

            Assert.True(mayAllow || response.Decision == Decision.Deny,
                $"seed {seed}: called impossible, and holds: {policies}");
        }
    }

    private static string CallText(Random random)
    {
        const string User = """
            {"uid": {"type": "User", "id": "ID"}, "parents": [GROUP], "tags": {TAG},
             "attrs": {"name": "x", "age": AGE, "admin": ADMIN, "boss": {"type": "User", "id": "BOSS"}, NICK "marks": [1, 2],
                       "address": { STREET "zip": "z" } }}
            """;
        const string Call = """
            {"principal": {"type": "User", "id": "a"}, "action": {"type": "Action", "id": "view"}, "resource": {"type": "Item", "id": "i"},
             "context": { IP "act": {"type": "Action", "id": "ACT"} }, "entities": [
            """;
        string Maybe(string text, string otherwise = "") => random.Next(2) == 0 ? text : otherwise;
        string Make(string id, string boss) => Fill(
            User,
            ("ID", id),
            ("GROUP", Maybe("""{"type": "Group", "id": "g"}""")),
            ("TAG", Maybe("\"x\": \"1\"")),
            ("AGE", random.Next(-2, 3).ToString()),
            ("ADMIN", Maybe("true", "false")),
            ("BOSS", boss),
            ("NICK", Maybe("\"nick\": \"axa\",")),
            ("STREET", Maybe("\"street\": \"s\",")));
        var call = Fill(Call, ("IP", Maybe("\"ip\": \"10.1.1.1\",")), ("ACT", Maybe("view", "read")));
        return $"{call}{Make("a", Maybe("b", "a"))}, {Make("b", Maybe("a", "nobody"))}]}}";
    }

    private static string Fill(string template, params (string Name, string Value)[] parts) =>
        parts.Aggregate(template, (text, part) => text.Replace(part.Name, part.Value, StringComparison.Ordinal));
}
