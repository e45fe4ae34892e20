using Sallyport.Cedar.Generation;

namespace Sallyport.Cedar.Authorization;

public sealed class IndexTests(ITestOutputHelper output)
{
    [Fact]
    public void The_index_answers_as_a_look_at_every_policy_does()
    {
        var (requests, allows, reasons, errors) = (0, 0, 0, 0);
        foreach (var seed in Seeds.Of(1_000))
        {
            var random = new Random(seed);
            var policies = CompiledPolicySet.Compile(World.Policies(random, count: 1 + random.Next(40), depth: 3));
            var entities = World.Entities(random);
            var (indexed, linear) = (new Verdict(), new Verdict());
            for (var i = 0; i < 110; i++, requests++)
            {
                var request = World.Request(random);
                policies.Authorize(request, entities, indexed);
                policies.AuthorizeLinear(request, entities, linear);
                Assert.True(
                    Describe(indexed) == Describe(linear),
                    $"seed {seed}, request {i}: {request}\nindex {Describe(indexed)}\nlinear {Describe(linear)}");
                allows += indexed.Decision == Decision.Allow ? 1 : 0;
                reasons += indexed.ReasonCount;
                errors += indexed.ErrorCount;
            }
        }

        output.WriteLine($"{requests} requests, {allows} allowed, {reasons} reasons, {errors} errors");
        Assert.True(requests >= 100_000 && allows > 1_000 && reasons > 10_000
            && errors > 10_000, "the generated sets are too tame to show anything");
    }

    [Fact]
    public void A_policy_with_several_action_groups_counts_once()
    {
        var policies = CompiledPolicySet.Compile(Policies.PolicySet.Parse(
            "permit(principal, action in [Action::\"g\", Action::\"h\", Action::\"a\", Action::\"a\"], resource);")
                .ValueOrThrow());
        var action = Entities.EntityUid.Of("Action", "a");
        var entities = Entities.EntityStore.Create(
            [new Entities.Entity(action,
                parents: [Entities.EntityUid.Of("Action", "g"), Entities.EntityUid.Of("Action", "h")])]).ValueOrThrow();

        var response = policies.Authorize(
            new Request(Entities.EntityUid.Of("U", "u"), action, Entities.EntityUid.Of("R", "r")), entities);

        Assert.Single(response.Reasons);
    }

    [Fact]
    public void A_request_in_more_groups_than_there_are_pairs_is_decided_the_same()
    {
        const int Groups = 300;
        var random = new Random(7);
        string Group() => $"G::\"{random.Next(2 * Groups)}\"";
        var text = string.Concat(Enumerable.Range(0, 200).Select(i =>
            $"permit(principal in {Group()}, action, resource in {Group()}) when {{ context.n < {i} }};"
            + $"forbid(principal in {Group()}, action, resource) when {{ context.n > {random.Next(400)} }};"));
        var policies = CompiledPolicySet.Compile(Policies.PolicySet.Parse(text).ValueOrThrow());
        var groups = Enumerable.Range(0, Groups).Select(i => Entities.EntityUid.Of("G", $"{i}")).ToArray();
        var (user, action, file) = (Entities.EntityUid.Of("U", "u"), Entities.EntityUid.Of("Action", "a"),
            Entities.EntityUid.Of("F", "f"));
        var entities = Entities.EntityStore.Create(
            [new Entities.Entity(user, parents: [.. groups]), new Entities.Entity(file, parents: [.. groups])])
            .ValueOrThrow();
        var (indexed, linear) = (new Verdict(), new Verdict());
        var reasons = 0;
        for (var n = 0; n < 400; n++)
        {
            var request = new Request(
                user, action, file, Values.RecordValue.Create(("n", Values.Value.Of((long)n))));
            policies.Authorize(request, entities, indexed);
            policies.AuthorizeLinear(request, entities, linear);
            Assert.Equal(Describe(linear), Describe(indexed));
            reasons += indexed.ReasonCount;
        }

        Assert.True(reasons > 1_000, "the policies are not exercised");
    }

    [Theory]
    [InlineData("context.n < 5 && context.s.contains(1)", "{\"n\": 4, \"s\": [1]}", "permit")]
    [InlineData("context.n < 5 && context.s.contains(1)", "{\"n\": 4, \"s\": [2]}", "no")]
    [InlineData("context.n < 5 && context.s.contains(1)", "{\"n\": 5}", "no")]
    [InlineData("context.n < 5 && context.s.contains(1)", "{\"n\": 4}", "error")]
    [InlineData("context.missing < 5 && context.n < 5", "{\"n\": 9}", "error")]
    [InlineData("context.n < 5 && context.m > 5", "{\"n\": \"text\", \"m\": 1}", "error")]
    [InlineData("context.n < 5 && context.m > 5", "{\"n\": 4, \"m\": \"text\"}", "error")]
    [InlineData("context.n < 5 && context.m > 5", "{\"n\": 4, \"m\": 6}", "permit")]
    [InlineData("context.n < 5 && context.m > 5 && context.missing", "{\"n\": 4, \"m\": 6}", "error")]
    [InlineData("context.n <= 9223372036854775807 && context.n >= -9223372036854775808",
        "{\"n\": 9223372036854775807}", "permit")]
    [InlineData("context.n < -9223372036854775808", "{\"n\": -9223372036854775808}", "no")]
    public void Tests_that_the_index_asks_itself_say_what_evaluation_says(string condition, string context,
        string expected)
    {
        var policies = CompiledPolicySet.Compile(Policies.PolicySet.Parse(
            $"permit(principal, action, resource) when {{ {condition} }};").ValueOrThrow());
        var parsed = AuthorizationCall.Parse(
            "{\"principal\": {\"type\": \"U\", \"id\": \"u\"}, \"action\": {\"type\": \"Action\", \"id\": \"a\"},"
            + $"\"resource\": {{\"type\": \"F\", \"id\": \"f\"}}, \"context\": {context}, \"entities\": []}}")
            .ValueOrThrow();
        var request = parsed.Request;
        var (indexed, linear) = (new Verdict(), new Verdict());
        policies.Authorize(request, Entities.EntityStore.Empty, indexed);
        policies.AuthorizeLinear(request, Entities.EntityStore.Empty, linear);
        Assert.Equal(Describe(linear), Describe(indexed));
        Assert.Equal(expected, indexed.ErrorCount > 0 ? "error" : indexed.ReasonCount > 0 ? "permit" : "no");
    }

    private static string Describe(Verdict verdict)
    {
        var response = verdict.ToResponse();
        return $"{response.Decision} [{string.Join(',', response.Reasons.Select(p => p.Id))}] [{string.Join(',', response.Errors.Select(e => $"{e.Policy.Id}:{e.Error}"))}]";
    }
}
