using Sallyport.Cedar.Values;
using Sallyport.Flow;
using Sallyport.Ledger;
using Sallyport.Limits;
using static Sallyport.Decisions.Tests.Questions;

namespace Sallyport.Decisions.Tests;

// What an entry holds gives the same verdict again (promise P11).
public sealed class ReplayTests
{
    private const string Hostile = "\u001b[2K\"\\<script>\u202e\u0000é\ud83d\ude00";

    public static TheoryData<DenyReason> Reasons =>
        [.. Enum.GetValues<DenyReason>().Except(
        [
            DenyReason.Unstable, DenyReason.LedgerUnavailable, DenyReason.LedgerQuota, DenyReason.LedgerReserve,
        ])];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_denial_is_given_again_from_its_entry(DenyReason reason)
    {
        var rules = RulesUnder(reason);
        var entry = Entry(rules, Under(reason));
        Assert.Equal("deny", entry.Verdict);
        Assert.IsType<Replayed.Same>(Replay.Again(entry, rules));
    }

    [Fact]
    public void An_allow_is_given_again() =>
        Assert.IsType<Replayed.Same>(Replay.Again(Entry(Rules, Usual), Rules));

    [Fact]
    public void All_facts_come_back_whatever_a_stranger_wrote_into_them()
    {
        var facts = Full();
        var text = FactsWriter.Write(facts);
        Assert.False(text.AsSpan().ContainsAnyExceptInRange(' ', '~'));
        Assert.True(FactsReader.TryRead(Entry(Rules, facts), out var read, out var why), why);
        Assert.Equal(text, FactsWriter.Write(read));
        Assert.Equal(facts.Call!.Arguments, read.Call!.Arguments);
        Assert.Equal(facts.Arguments.AsEnumerable(), read.Arguments);
        Assert.Equal(facts.Source, read.Source);
    }

    // Each member is looked at by something, or it would not be there.
    [Theory]
    [InlineData("\"untyped\":[\"/body\"]", "\"untyped\":[\"/bodx\"]")]
    [InlineData("\"class\":\"effect\"", "\"class\":\"read\"")]
    [InlineData("\"origins\":[\"brief\"]", "\"origins\":[\"untrusted\"]")]
    public void Other_facts_can_give_another_verdict(string was, string now)
    {
        var rules = RulesOf(
            Pack("allow-list"),
            new(
                "own.cedar",
                "@id(\"own\") @reason(\"x\") forbid (principal, action in Action::\"effects\", resource) "
                + "when { context.untyped.contains(\"/body\") && context.origins.destinations.contains(\"brief\") };"));
        var facts = Usual with
        {
            Untyped = ["/body"],
            Arguments = [new ArgumentOrigin("/host", "x", true, ["brief"], [])],
        };
        var entry = Entry(rules, facts);
        Assert.Equal("deny", entry.Verdict);
        Assert.Contains(was, entry.Facts, StringComparison.Ordinal);
        var changed = entry with { Facts = entry.Facts.Replace(was, now, StringComparison.Ordinal) };
        Assert.IsType<Replayed.Other>(Replay.Again(changed, rules));
    }

    [Fact]
    public void Facts_that_the_entry_could_not_hold_are_not_replayable_and_never_the_same()
    {
        var facts = Usual with
        {
            Arguments =
            [
                .. Enumerable.Range(0, 1024).Select(number =>
                    new ArgumentOrigin($"/note/{number}", new string('x', 80), false, ["nowhere"], [])),
            ],
        };
        var bytes = new byte[EntryBytes.LengthMax];
        var length = EntryBytes.Write(new EntryId(1, 7), default, Entry(Rules, facts), bytes);
        Assert.True(EntryBytes.TryRead(bytes.AsSpan(0, length), out var recorded, out var fault), fault?.Detail);
        var again = new byte[EntryBytes.LengthMax];
        Assert.Equal(length, EntryBytes.Write(recorded.Id, recorded.Time, recorded.Entry, again));
        Assert.True(bytes.AsSpan().SequenceEqual(again));
        var unknown = Assert.IsType<Replayed.Unknown>(Replay.Again((LedgerEntry.Decided)recorded.Entry, Rules));
        Assert.Equal("its facts were too large for the entry", unknown.Why);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"match\":7}")]
    [InlineData(
        """{"time":0,"match":{"is":"allowed","place":"x","rule":"y","class":"all","basis":"rule"}}""")]
    [InlineData("{\"time\":\"0\",\"match\":{\"is\":\"none\"}}")]
    [InlineData("{\"time\":0,\"match\":{\"is\":\"none\"},\"arguments\":[7]}")]
    [InlineData("{\"time\":0,\"match\":{\"is\":\"none\"},\"sourceLabels\":[\"UPPER CASE\"]}")]
    [InlineData("not JSON")]
    public void Facts_that_cannot_be_read_are_not_replayable(string text) =>
        Assert.IsType<Replayed.Unknown>(Replay.Again(Entry(Rules, Usual) with { Facts = text }, Rules));

    [Fact]
    public void What_was_denied_for_want_of_a_record_was_never_decided() =>
        Assert.IsType<Replayed.Unknown>(Replay.Again(
            Entry(Rules, Usual) with { Verdict = "deny", Code = "ledger.unavailable" }, Rules));

    private static Facts Full() => Usual with
    {
        Match = new RuleMatch.Allowed(new RuleReference("a.yaml:1", Hostile), ActionClass.Read, ClassBasis.Carried),
        Source = new Source("moltbook", LabelSet.Of(Label.Social, Label.Untrusted)),
        Freeze = new FreezeReference("f1", "all", Hostile),
        Path = "/" + Hostile,
        IsChannel = true,
        IsInspected = true,
        Call = new ToolCall(
            new ToolAction("mail", "send", ActionClass.Effect, ""),
            RecordValue.Create(("amount", Value.Of(9870)), ("to", Value.Of("\u001b[2K\"<\u202e"))),
            RecordValue.Create(("deletes", Value.True)),
            ["/deep"]),
        Arguments =
        [
            new ArgumentOrigin(
                "/to", Hostile, true, ["nowhere", "untrusted"],
                [new OriginEvidence("1-7", long.MaxValue, 3, "untrusted", "undeclared:evil.test", true)])
            {
                IsUnread = true,
            },
        ],
        Hold = new HoldReference("t1", DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_500), "ada", Hostile),
        Budgets =
        [
            new Budget(
                new LimitRule(
                    "posts", new LimitScope.OfAgent(Research), LimitUnit.Effects, 20, LimitWindow.Day, "a.yaml:3"),
                19, 1, 2, DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_999)),
        ],
        Untyped = ["/body"],
        Consented = ["two-doors"],
        Time = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123),
    };

    // As the decision point writes it.
    internal static LedgerEntry.Decided Entry(Snapshot rules, Facts facts)
    {
        var decision = Decider.Decide(rules, facts);
        var verdict = ReplayedVerdict.Of(decision, facts);
        return new LedgerEntry.Decided
        {
            Run = facts.Run,
            Agent = facts.Agent,
            Gateway = "http",
            Class = "",
            Method = facts.Method,
            Target = facts.Target,
            Host = facts.Host,
            Verdict = verdict.Verdict == "allow" ? "allow" : "deny",
            Code = verdict.Code,
            Rule = "",
            Policies = verdict.Policies,
            Source = facts.Source.Name,
            Labels = facts.Labels,
            LabelVersion = facts.LabelVersion,
            FreezeEpoch = facts.FreezeEpoch,
            Snapshot = rules.Hash,
            Facts = FactsWriter.Write(facts, Shadow.Beside(rules, facts, decision)),
        };
    }
}
