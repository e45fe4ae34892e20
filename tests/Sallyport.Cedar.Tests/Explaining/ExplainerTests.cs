using Sallyport.Cedar.Authorization;
using Sallyport.Cedar.Entities;
using Sallyport.Cedar.Generation;
using Sallyport.Cedar.Policies;
using Sallyport.Cedar.Values;

namespace Sallyport.Cedar.Explaining;

public sealed class ExplainerTests
{
    private const string Text = """
        permit(principal in Role::"reader", action == Action::"read", resource) when { context.bytes < 100 && context.mfa };
        permit(principal, action == Action::"write", resource);
        forbid(principal, action, resource) when { context.labels.contains("secret") } unless { principal == User::"root" };
        """;

    [Fact]
    public void A_forbidden_request_names_the_forbid_and_what_it_saw()
    {
        var explanation = Explain(bytes: 5, mfa: true, "secret");
        Assert.Equal(DecisionCause.Forbidden, explanation.Cause);
        Assert.Equal("policy2", Assert.Single(explanation.Response.Reasons).Id.Value);
        var clause = explanation.Policies.Single(p => p.Policy.Id.Value == "policy2").Clauses.Single(c => c.Kind == ClauseKind.When);
        Assert.Equal(ClauseOutcome.Holds, clause.Outcome);
        Assert.Equal("""context.labels = ["secret"]""", Assert.Single(clause.Observations).ToString());
        Assert.Equal("context.labels.contains(\"secret\")", Text.Substring(clause.Span.Start, clause.Span.Length));
        Assert.Equal(3, clause.Position.Line);
    }

    [Fact]
    public void A_forbidden_request_would_be_allowed_without_what_forbids_it() =>
        Assert.Equal(
            "policy2: context.labels.contains(\"secret\") would have to be false",
            string.Join('\n', Explain(bytes: 5, mfa: true, "secret").SmallestChange!.Value));

    [Fact]
    public void What_is_merely_not_permitted_is_told_apart_from_what_is_forbidden()
    {
        var explanation = Explain(bytes: 500, mfa: false, "public");
        Assert.Equal(DecisionCause.NotPermitted, explanation.Cause);
        Assert.Equal(
            "policy0: context.bytes < 100 would have to be true\npolicy0: context.mfa would have to be true",
            string.Join('\n', explanation.SmallestChange!.Value));
    }

    [Fact]
    public void A_clause_behind_one_that_does_not_hold_is_evaluated_but_not_reached()
    {
        var clauses =
            Explain(bytes: 500, mfa: false, "public").Policies.Single(p => p.Policy.Id.Value == "policy0").Clauses;
        Assert.Equal(
            [("context.bytes < 100", ClauseOutcome.DoesNotHold, true),
                ("context.mfa", ClauseOutcome.DoesNotHold, false)],
            clauses.Where(c => c.Kind == ClauseKind.When).Select(c => (c.Text, c.Outcome, c.IsReached)));
    }

    [Fact]
    public void An_error_is_shown_at_its_clause()
    {
        var clause = Explain(
            Value.Of("many"), mfa: true, "public").Policies.Single(p => p.Outcome == PolicyOutcome.Failed).Clauses
            .Single(c => c.Outcome == ClauseOutcome.Fails);
        Assert.Equal("context.bytes < 100", clause.Text);
        Assert.Equal(
            "Expected a long, datetime or duration, got a string, in context.bytes < 100.",
            clause.Error!.Message);
    }

    [Fact]
    public void An_allowed_request_says_what_would_deny_it() =>
        Assert.Equal(
            "policy0: context.bytes < 100 would have to be false",
            string.Join('\n', Explain(bytes: 5, mfa: true, "public").SmallestChange!.Value));

    [Fact]
    public void Without_a_permit_no_change_of_clauses_allows()
    {
        var policies = CompiledPolicySet.Compile(PolicySet.Parse("forbid(principal, action, resource) when { context.x };").ValueOrThrow());
        Assert.Null(policies.Explain(Request(RecordValue.Empty), Entities()).SmallestChange);
    }

    // Four times the operands: four times the memory, where copying at each operand would take sixteen times.
    [Theory]
    [InlineData("&&", "when")]
    [InlineData("||", "unless")]
    public void Explaining_a_chain_costs_as_much_as_it_is_long(string @operator, string keyword)
    {
        var (some, many) = (Chain(5_000), Chain(20_000));
        Assert.Equal(5_000, Allocated(some).Changes);
        var (least, most) = (Allocated(some), Allocated(many));
        Assert.Equal(20_000, most.Changes);
        Assert.True(most.Bytes < 6 * least.Bytes, $"{least.Bytes} bytes for 5,000 operands, {most.Bytes} for 20,000");

        CompiledPolicySet Chain(int operands)
        {
            var negation = keyword == "when" ? "" : "!";
            var parts = Enumerable.Range(0, operands).Select(i => $"{negation}(context.bytes == {i})");
            return CompiledPolicySet.Compile(PolicySet.Parse(
                $"permit(principal, action, resource) {keyword} {{ {string.Join($" {@operator} ", parts)} }};")
                .ValueOrThrow());
        }

        static (int Changes, long Bytes) Allocated(CompiledPolicySet policies)
        {
            var request = Request(RecordValue.Create(("bytes", Value.Of(-1))));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var changes = policies.Explain(request, Entities()).SmallestChange!.Value.Length;
            return (changes, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void The_text_is_for_people() => Assert.Equal(
        """
        Not permitted by any policy.
        permit policy0 does not apply
          principal in Role::"reader": holds (principal = User::"alice")
          action == Action::"read": holds (action = Action::"read")
          resource: holds
          when context.bytes < 100: does not hold (context.bytes = 500)
          when context.mfa: holds, not reached (context.mfa = true)
        forbid policy2 does not apply
          principal: holds
          action: holds
          resource: holds
          when context.labels.contains("secret"): does not hold (context.labels = ["public"])
          unless principal == User::"root": holds, not reached (principal = User::"alice")
        To turn it around:
          policy0: context.bytes < 100 would have to be true
        """.ReplaceLineEndings("\n"),
        Explain(bytes: 500, mfa: true, "public").ToString());

    [Fact]
    public void Clauses_and_outcomes_agree_with_the_decision()
    {
        foreach (var seed in Seeds.Of(400))
        {
            var random = new Random(seed);
            var policies = CompiledPolicySet.Compile(World.Policies(random, count: 8, depth: 3));
            var entities = World.Entities(random);
            var explanation = policies.Explain(World.Request(random), entities, nearMax: 100);
            foreach (var policy in explanation.Policies)
            {
                var reached = policy.Clauses.Where(c => c.IsReached).Select(c => c.Outcome).ToList();
                var expected = reached.Contains(ClauseOutcome.Fails) ? PolicyOutcome.Failed
                    : reached.Contains(ClauseOutcome.DoesNotHold) ? PolicyOutcome.NotSatisfied
                    : PolicyOutcome.Satisfied;
                Assert.True(policy.Outcome == expected, $"seed {seed}: {policy.Policy}\n{explanation}");
                Assert.True(
                    (policy.ChangesNeeded == 0) == (expected == PolicyOutcome.Satisfied),
                    $"seed {seed}: {policy.ChangesNeeded}\n{explanation}");
            }
        }
    }

    private static Explanation Explain(Value bytes, bool mfa, string label) =>
        CompiledPolicySet.Compile(PolicySet.Parse(Text).ValueOrThrow()).Explain(
        Request(RecordValue.Create(("bytes", bytes), ("mfa", Value.Of(mfa)), ("labels", Value.SetOf(Value.Of(label))))),
            Entities());

    private static Explanation Explain(long bytes, bool mfa, string label) => Explain(Value.Of(bytes), mfa, label);

    private static Request Request(RecordValue context) =>
        new(EntityUid.Of("User", "alice"), EntityUid.Of("Action", "read"), EntityUid.Of("Doc", "1"), context);

    private static EntityStore Entities() =>
        EntityStore.Create([new Entity(EntityUid.Of("User", "alice"), parents: [EntityUid.Of("Role", "reader")])])
            .ValueOrThrow();
}
