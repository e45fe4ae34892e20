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

    private static string Describe(Verdict verdict)
    {
        var response = verdict.ToResponse();
        return $"{response.Decision} [{string.Join(',', response.Reasons.Select(p => p.Id))}] [{string.Join(',', response.Errors.Select(e => $"{e.Policy.Id}:{e.Error}"))}]";
    }
}
