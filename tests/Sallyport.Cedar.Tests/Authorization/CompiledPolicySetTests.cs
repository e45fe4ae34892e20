using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Authorization;

public sealed class CompiledPolicySetTests
{
    private static readonly Request s_request =
        new(EntityUid.Of("User", "alice"), EntityUid.Of("Action", "read"), EntityUid.Of("Doc", "1"),
        RecordValue.Create(("labels", Value.SetOf(Value.Of("a"), Value.Of("b"))), ("bytes", Value.Of(5L))));

    [Theory]
    [InlineData("", Decision.Deny, "", "")]
    [InlineData("permit(principal, action, resource);", Decision.Allow, "policy0", "")]
    [InlineData(
        "permit(principal, action, resource); forbid(principal, action, resource);", Decision.Deny, "policy1", "")]
    [InlineData(
        "forbid(principal, action, resource); forbid(principal, action, resource);", Decision.Deny, "policy0,policy1", "")]
    [InlineData(
        "permit(principal, action, resource); forbid(principal, action, resource) when { context.x };", Decision.Allow, "policy0", "policy1")]
    [InlineData("permit(principal, action, resource) when { 1 };", Decision.Deny, "", "policy0")]
    [InlineData(
        "permit(principal, action, resource) unless { false }; permit(principal, action, resource) unless { true };", Decision.Allow, "policy0", "")]
    [InlineData(
        "forbid(principal, action, resource); permit(principal, action, resource) when { context.x };", Decision.Deny, "policy0", "policy1")]
    public void Forbid_overrides_and_errors_are_skipped_and_reported(
        string policies, Decision decision, string reasons, string errors)
    {
        var response = Compile(policies).Authorize(s_request, EntityStore.Empty);
        Assert.Equal((decision, reasons, errors),
            (response.Decision, string.Join(',', response.Reasons.Select(p => p.Id)),
                string.Join(',', response.Errors.Select(e => e.Policy.Id))));
    }

    [Fact]
    public void A_decision_allocates_nothing_once_the_verdict_is_warm()
    {
        var policies = Compile(string.Concat(Enumerable.Range(0, 200).Select(i => $$"""
            permit(principal in Role::"r{{i % 7}}", action == Action::"read", resource) when { context.bytes < {{i}} && resource like "*x*" };
            permit(principal is User, action, resource is Doc in Folder::"f{{i % 5}}") when { principal.level + 1 < {{i}} && [1, 2].contains(principal.level) };
            forbid(principal, action in [Action::"read", Action::"write"], resource) when { context.labels.containsAny(["x{{i}}", "a{{i}}"]) || context.missing };
            forbid(principal == User::"alice", action, resource) unless { context.ip.isInRange(ip("10.0.0.0/8")) && decimal("1.5").lessThan(decimal("2.5")) };
            """)));
        var request = s_request with
        {
            Context = RecordValue.Create(
                ("labels", Value.SetOf(Value.Of("a"))),
                ("bytes", Value.Of(7L)),
                ("ip", IpAddress.TryParse("10.1.2.3", out var ip) ? Value.Of(ip) : default)),
        };
        var entities = EntityStore.Create(
        [
            new Entity(
                s_request.Principal,
                RecordValue.Create(("level", Value.Of(2L))),
                [EntityUid.Of("Role", "r1"), EntityUid.Of("Role", "r2")]),
            new Entity(s_request.Resource, parents: [EntityUid.Of("Folder", "f1")]),
        ]).ValueOrThrow();
        var verdict = new Verdict();
        for (var i = 0; i < 200; i++)
        {
            policies.Authorize(request, entities, verdict);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            policies.Authorize(request, entities, verdict);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(verdict.ErrorCount > 100 && verdict.ReasonCount > 10, "the policies are not exercised");
    }

    [Fact]
    public void One_snapshot_serves_many_threads()
    {
        var policies = Compile("permit(principal, action, resource) when { context.labels.contains(\"a\") }; forbid(principal, action, resource) when { context.bytes > 9 };");
        var failures = 0;
        Parallel.For(0, 64, _ =>
        {
            var verdict = new Verdict();
            for (var i = 0; i < 2_000; i++)
            {
                var request = s_request with
                {
                    Context = RecordValue.Create(
                    ("labels", Value.SetOf(Value.Of(i % 3 == 0 ? "a" : "b"))), ("bytes", Value.Of((long)(i % 20))))
                };
                var expected = i % 3 == 0 && i % 20 <= 9 ? Decision.Allow : Decision.Deny;
                if (policies.Authorize(request, EntityStore.Empty, verdict) != expected)
                {
                    Interlocked.Increment(ref failures);
                }
            }
        });
        Assert.Equal(0, failures);
    }

    [Fact]
    public void Equal_content_has_an_equal_hash_whatever_its_layout()
    {
        var hash = Compile("permit(principal, action, resource) when { context.a && context.b };").Hash;
        Assert.Equal(
            hash,
            Compile("  permit ( principal,action,resource, ) // x\n when{ (context.a)&&context[\"b\"] };").Hash);
        Assert.NotEqual(hash, Compile("permit(principal, action, resource) when { context.b && context.a };").Hash);
        Assert.NotEqual(
            hash,
            Compile("@id(\"1\") permit(principal, action, resource) when { context.a && context.b };").Hash);
        Assert.NotEqual(
            hash,
            Compile("permit(principal, action, resource) when { context.a } when { context.b };").Hash);
    }

    [Fact]
    public void The_order_of_policies_does_not_count_in_the_hash_but_their_ids_do()
    {
        static PolicyBody Body(string text) => PolicySet.Parse(text).ValueOrThrow().Policies[0].Body;
        var (one, two) = (Body("permit(principal, action, resource);"), Body("forbid(principal, action, resource);"));
        var (a, b) = (new PolicyId("a"), new PolicyId("b"));
        var hash = PolicySetHash.Of(PolicySet.Create([(a, one), (b, two)]).ValueOrThrow());
        Assert.Equal(hash, PolicySetHash.Of(PolicySet.Create([(b, two), (a, one)]).ValueOrThrow()));
        Assert.NotEqual(hash, PolicySetHash.Of(PolicySet.Create([(a, two), (b, one)]).ValueOrThrow()));
    }

    [Fact]
    public void A_swap_is_seen_whole_every_answer_is_that_of_the_snapshot_it_names()
    {
        var open = Compile("permit(principal, action, resource);");
        var shut = Compile("forbid(principal, action, resource);");
        var current = open;
        var (mixed, closed) = (0, 0);
        Parallel.For(0, 4, worker =>
        {
            var verdict = new Verdict();
            for (var i = 0; i < 20_000; i++)
            {
                if (worker == 0)
                {
                    Volatile.Write(ref current, i % 2 == 0 ? shut : open);
                }

                var policies = Volatile.Read(ref current);
                policies.Authorize(s_request, EntityStore.Empty, verdict);
                var response = verdict.ToResponse();
                var expected = response.PolicySetHash == open.Hash ? Decision.Allow : Decision.Deny;
                if (response.Decision != expected || response.Reasons.Length != 1)
                {
                    Interlocked.Increment(ref mixed);
                }

                Interlocked.Add(ref closed, response.Decision == Decision.Deny ? 1 : 0);
            }
        });
        Assert.Equal(0, mixed);
        Assert.InRange(closed, 1, 79_999);
    }

    [Fact]
    public void The_hash_of_a_set_is_a_promise() => Assert.Equal(
        "ea58aaf683941b036a08d25c33eb7ec5e71bea3a5f237395d9bec8a9836cf59f",
            Compile("permit(principal == User::\"a\", action, resource) when { 1 < 2 };").Hash.Hex);

    [Fact]
    public void A_response_names_the_snapshot_that_decided()
    {
        var policies = Compile("permit(principal, action, resource);");
        Assert.Equal(policies.Hash, policies.Authorize(s_request, EntityStore.Empty).PolicySetHash);
    }

    [Fact]
    public void A_link_decides_as_its_template_with_the_slots_filled()
    {
        var set = PolicySet.Parse("permit(principal == ?principal, action, resource in ?resource) when { context.bytes < 6 };").ValueOrThrow()
            .Link(
                new PolicyId("policy0"),
                new PolicyId("alice"),
                new SlotValues(EntityUid.Of("User", "alice"), EntityUid.Of("Doc", "1")))
            .Link(
                new PolicyId("policy0"),
                new PolicyId("bob"),
                new SlotValues(EntityUid.Of("User", "bob"), EntityUid.Of("Doc", "1")));
        var response = CompiledPolicySet.Compile(set).Authorize(s_request, EntityStore.Empty);
        Assert.Equal("alice", Assert.Single(response.Reasons).Id.Value);
        Assert.Equal(new PolicyId("policy0"), response.Reasons[0].Link!.Template);
    }

    [Fact]
    public void A_template_by_itself_decides_nothing() =>
        Assert.Equal(
            Decision.Deny,
            Compile("permit(principal == ?principal, action, resource);").Authorize(
                s_request, EntityStore.Empty).Decision);

    [Fact]
    public void Links_that_do_not_fit_are_refused()
    {
        var set = PolicySet.Parse("permit(principal == ?principal, action, resource); permit(principal, action, resource);").ValueOrThrow();
        var (template, fixedPolicy) = (new PolicyId("policy0"), new PolicyId("policy1"));
        var user = new SlotValues(EntityUid.Of("U", "u"));
        string Fault(PolicyId from, PolicyId id, SlotValues values) =>
            Assert.Throws<CedarException>(() => set.Link(from, id, values)).Message;
        Assert.Contains(
            "needs a value for ?principal",
            Fault(template, new PolicyId("l"), new SlotValues()),
            StringComparison.Ordinal);
        Assert.Contains(
            "has no slot ?resource",
            Fault(template, new PolicyId("l"), user with { Resource = EntityUid.Of("R", "r") }),
            StringComparison.Ordinal);
        Assert.Contains("used twice", Fault(template, fixedPolicy, user), StringComparison.Ordinal);
        Assert.Contains("used twice", Fault(template, template, user), StringComparison.Ordinal);
        Assert.Contains(
            "static policy",
            Fault(fixedPolicy, new PolicyId("l"), new SlotValues()),
            StringComparison.Ordinal);
        Assert.Contains("no template", Fault(new PolicyId("x"), new PolicyId("l"), user), StringComparison.Ordinal);
        Assert.Throws<CedarException>(() => set.Link(template, new PolicyId("l"), user).Remove(template));
        Assert.Empty(set.Link(template, new PolicyId("l"), user).Remove(new PolicyId("l")).Remove(template).Templates);
    }

    private static CompiledPolicySet Compile(string policies) =>
        CompiledPolicySet.Compile(PolicySet.Parse(policies).ValueOrThrow());
}
