using System.Security.Cryptography;
using System.Text;
using Sallyport.Decisions.Policies;
using static Sallyport.Decisions.Tests.Questions;

namespace Sallyport.Decisions.Approvals.Tests;

// An operator's own act: what is signed, and what policies say of it.
public sealed class ApprovingTests
{
    private static readonly Operator Bob = new("bob", "bob", [1001], ["security"], null);

    private static ApprovingAct Usual { get; } = new(
        Bob, HoldHistoryTests.Hold(), "ada", HasStartedRun: false, IsSigned: true, 1001, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Without_a_permit_nobody_may_approve() => Assert.Equal(
        "policy.not-permitted", Rules(Pack("allow-list"), Pack("origins")).Objection(Usual)?.Code);

    [Fact]
    public void The_pack_operators_lets_those_approve_that_are_named() =>
        Assert.Null(Rules(Pack("operators")).Objection(Usual));

    [Theory]
    [InlineData("bob", false, null)]
    [InlineData("ada", false, "approval.four-eyes")]
    [InlineData("bob", true, "approval.four-eyes")]
    public void Four_eyes_keeps_owners_and_starters_from_approving(string person, bool started, string? code)
    {
        var fault = Rules(Pack("operators"), Pack("four-eyes")).Objection(
            Usual with { Operator = Bob with { Person = person }, HasStartedRun = started });
        Assert.Equal(code, fault?.Code);
        Assert.All(fault is null ? [] : (Fault[])[fault], one =>
        {
            Assert.Contains("Operator 'bob' may not approve", one.Detail, StringComparison.Ordinal);
            Assert.Contains("four-eyes", one.Detail, StringComparison.Ordinal);
            Assert.NotEmpty(one.Mend);
        });
    }

    [Theory]
    [InlineData("principal in Team::\"security\"", "true", true)]
    [InlineData("principal in Team::\"finance\"", "true", false)]
    [InlineData("principal == Operator::\"bob\"", "context.signed && context.uid == 1001", true)]
    [InlineData("principal is Operator", "context.policies.contains(\"three\")", false)]
    [InlineData("principal is Operator", "context.labels.contains(\"untrusted\") && context.host == \"pay.test\"",
        true)]
    public void Policies_see_who_asks_and_what_for(string principal, string condition, bool isPermitted)
    {
        var own = new PolicyText(
            "own.cedar",
            $"permit ({principal}, action == Action::\"approve\", resource is Agent) when {{ {condition} }};");
        Assert.Equal(isPermitted, Rules(own).Objection(Usual) is null);
    }

    [Fact]
    public void A_policy_that_errs_is_a_no() => Assert.Equal(
        "policy.erred",
        Rules(Pack("operators"), new(
            "own.cedar",
            "@reason(\"x\") forbid (principal is Operator, action == Action::\"approve\", resource) "
            + "when { context.uid + 9223372036854775807 > 0 };")).Objection(Usual)?.Code);

    [Fact]
    public void A_policy_that_names_an_operator_or_a_team_that_is_not_there_is_a_mistake()
    {
        var (_, mistakes) = PolicyCompiler.Compile(
            [new("own.cedar", "permit (principal in Team::\"securty\", action, resource is Agent);")],
            Decisions.Tests.Questions.Rules.Agents.Values, [], [], operators: [Bob]);
        Assert.Contains(mistakes, mistake => mistake.What.Contains("securty", StringComparison.Ordinal));
    }

    [Fact]
    public void A_signature_is_of_one_ticket_one_act_one_expiry_and_one_scope()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var hold = HoldHistoryTests.Hold();
        var text = Challenge.Of(hold, isForIdentical: false);
        var (pem, signature) = (key.ExportSubjectPublicKeyInfoPem(), Sign(key, text));
        Assert.True(Challenge.IsSigned(text, signature, pem));
        Assert.False(Challenge.IsSigned(text, signature, stranger.ExportSubjectPublicKeyInfoPem()));
        Assert.False(Challenge.IsSigned(text, signature.AsSpan(..^1), pem));
        Assert.False(Challenge.IsSigned(text, [], pem));
        Assert.False(Challenge.IsSigned(text, signature, "no key"));
        Hold[] others =
        [
            hold with { Ticket = TicketId.Of([1, 2, 3, 4, 6]) },
            hold with { Digest = ActDigest.TryParse(new string('d', 64), out var other) ? other : hold.Digest },
            hold with { Expires = hold.Expires.AddSeconds(1) },
        ];
        Assert.All(others, one => Assert.False(Challenge.IsSigned(Challenge.Of(one, false), signature, pem)));
        Assert.False(Challenge.IsSigned(Challenge.Of(hold, isForIdentical: true), signature, pem));
    }

    [Fact]
    public void A_key_is_a_public_EC_key_of_256_bits_or_more()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        Assert.Null(Challenge.FlawOf(p384.ExportSubjectPublicKeyInfoPem()));
        Assert.Contains("private", Challenge.FlawOf(p384.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal);
        Assert.NotNull(Challenge.FlawOf(rsa.ExportSubjectPublicKeyInfoPem()));
        Assert.NotNull(Challenge.FlawOf("nothing"));
    }

    private static PolicyRules Rules(params PolicyText[] policies) => PolicyCompiler.Compile(
        policies, Decisions.Tests.Questions.Rules.Agents.Values, [], [],
        operators: [Bob, new Operator("carol", "carol", [], ["finance"], null)]).Rules ?? throw new FormatException();

    private static byte[] Sign(ECDsa key, string text) => key.SignData(
        Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}
