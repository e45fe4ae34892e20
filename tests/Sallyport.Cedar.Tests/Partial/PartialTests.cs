using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Generation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Partial;

public sealed class PartialTests
{
    private static readonly EntityUid s_alice = EntityUid.Of("User", "alice");
    private static readonly EntityUid s_view = EntityUid.Of("Action", "view");
    private static readonly EntityUid s_doc = EntityUid.Of("Doc", "1");

    [Fact]
    public void A_completed_residual_comes_out_as_its_policy_does()
    {
        var kinds = new int[5];
        foreach (var seed in Seeds.Of(1_500))
        {
            var random = new Random(seed);
            var policies = World.Policies(random, count: 12, depth: 4);
            var entities = World.Entities(random);
            for (var i = 0; i < 8; i++)
            {
                var request = World.Request(random);
                var partial = PartialAuthorizer.Authorize(policies, Hide(random, request), entities);
                foreach (var residual in partial.Residuals)
                {
                    kinds[(int)residual.Kind]++;
                    var (whole, rest) =
                        (Outcome(residual.Policy.Body, request, entities), Outcome(residual.Body, request, entities));
                    Assert.True(
                        Agrees(residual.Kind, whole, rest),
                        $"seed {seed}, request {i}: {residual.Kind}, policy {whole}, residual {rest}\n{residual.Policy}\n{residual.Body}\n{request}");
                }

                var decision = CompiledPolicySet.Compile(policies).Authorize(request, entities).Decision;
                Assert.True(partial.Decision is null
                    || partial.Decision == decision,
                    $"seed {seed}, request {i}: {partial.Decision} before, {decision} after");
            }
        }

        Assert.All(
            kinds,
            count => Assert.True(count > 100, $"some kind of residual hardly occurs: {string.Join(',', kinds)}"));
    }

    [Fact]
    public void A_tool_that_only_others_may_call_is_denied_before_its_arguments_are_known()
    {
        var response = Authorize("permit(principal == User::\"bob\", action == Action::\"view\", resource) when { context.size < 5 };");
        Assert.Equal(Decision.Deny, response.Decision);
        Assert.False(response.MayAllow);
    }

    [Fact]
    public void A_policy_that_asks_for_what_is_unknown_is_left_with_that_question()
    {
        var response = Authorize("permit(principal == User::\"alice\", action, resource) when { context.known && context.size < 5 };");
        Assert.Null(response.Decision);
        Assert.Equal(
            "permit (principal, action, resource)\nwhen { context.size < 5 };",
            response.Residuals[0].Body.ToString());
    }

    [Theory]
    [InlineData("permit(principal, action, resource is Other);", ResidualKind.NotSatisfied)]
    [InlineData("permit(principal, action, resource is Doc);", ResidualKind.Satisfied)]
    [InlineData("permit(principal, action, resource == Other::\"x\");", ResidualKind.NotSatisfied)]
    [InlineData("permit(principal, action, resource == Doc::\"x\");", ResidualKind.Depends)]
    [InlineData("permit(principal, action, resource) when { resource is Other };", ResidualKind.NotSatisfied)]
    [InlineData("permit(principal, action, resource) when { resource == Other::\"x\" };", ResidualKind.NotSatisfied)]
    [InlineData("permit(principal, action, resource) when { context.size < 5 && false };", ResidualKind.NeverSatisfied)]
    [InlineData(
        "permit(principal, action, resource) unless { context.size < 5 || true };", ResidualKind.NeverSatisfied)]
    [InlineData("permit(principal, action, resource) when { context.absent };", ResidualKind.Failed)]
    [InlineData("permit(principal, action, resource) when { context has absent };", ResidualKind.NotSatisfied)]
    [InlineData("permit(principal, action, resource) when { context has size };", ResidualKind.Depends)]
    [InlineData("permit(principal, action, resource) when { context has known };", ResidualKind.Satisfied)]
    [InlineData(
        "permit(principal, action, resource) when { 1 + context.size == true || context.known };", ResidualKind.Depends)]
    [InlineData("permit(principal, action, resource) when { (1 + true) == context.size };", ResidualKind.Failed)]
    public void What_is_known_decides_as_far_as_it_goes(string policy, ResidualKind expected)
    {
        var request =
            new PartialRequest(s_alice, s_view, new PartialEntity.Unknown(EntityTypeName.Parse("Doc")), Context());
        var response = PartialAuthorizer.Authorize(PolicySet.Parse(policy).ValueOrThrow(), request, EntityStore.Empty);
        Assert.Equal(expected, response.Residuals[0].Kind);
    }

    private static PartialResponse Authorize(string policies) => PartialAuthorizer.Authorize(
        PolicySet.Parse(policies)
            .ValueOrThrow(), new PartialRequest(s_alice, s_view, s_doc, Context()), EntityStore.Empty);

    private static PartialContext Context() => PartialContext.With(RecordValue.Create(("known", Value.True)), "size");

    private static bool Agrees(ResidualKind kind, bool? whole, bool? rest) => whole == rest && kind switch
    {
        ResidualKind.Satisfied => whole == true,
        ResidualKind.NotSatisfied => whole == false,
        ResidualKind.Failed => whole is null,
        ResidualKind.NeverSatisfied => whole != true,
        ResidualKind.Depends => true,
    };

    /// <summary>True, false, or null for a failure.</summary>
    private static bool? Outcome(PolicyBody body, Request request, EntityStore entities)
    {
        var policy = CompiledPolicySet.Compile(PolicySet.Empty.Add(new PolicyId("p"), body));
        var response = policy.Authorize(request, entities);
        return response.Errors.Length > 0 ? null : response.Reasons.Length > 0;
    }

    private static PartialRequest Hide(Random random, Request request)
    {
        PartialEntity Entity(EntityUid uid) => random.Next(4) switch
        {
            0 => PartialEntity.Any,
            1 => new PartialEntity.Unknown(uid.Type),
            _ => uid,
        };

        var known = new List<(string, Value)>();
        var hidden = new List<string>();
        for (var i = 0; i < request.Context.Count; i++)
        {
            if (random.Next(3) == 0)
            {
                hidden.Add(request.Context.Names[i]);
            }
            else
            {
                known.Add((request.Context.Names[i], request.Context.Values[i]));
            }
        }

        var record = RecordValue.Create([.. known]);
        var context = random.Next(4) switch
        {
            0 => PartialContext.Complete(request.Context),
            1 => PartialContext.AtLeast(record),
            2 => PartialContext.Unknown,
            _ => PartialContext.With(record, hidden),
        };
        return new PartialRequest(Entity(request.Principal), Entity(request.Action), Entity(request.Resource), context);
    }
}
