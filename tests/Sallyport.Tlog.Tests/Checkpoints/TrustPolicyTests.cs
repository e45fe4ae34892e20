using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Checkpoints;

public sealed class TrustPolicyTests
{
    private static readonly List<SignerKey> s_witnesses =
        [.. Enumerable.Range(0, 6).Select(Witness)];

    private static string Log => $"log {TestLog.LogKey.Verifier}\n";

    // The shape of the specification's example: two of three, and any of three, and both of these.
    private static string TwoLevels => $"""
        # comment
        {Log}
        	witness  X1 {s_witnesses[0].Verifier} https://x1.example/
        witness X2	{s_witnesses[1].Verifier}
        witness X3 {s_witnesses[2].Verifier}
        group X-witnesses 2 X1 X2 X3

        witness Y1 {s_witnesses[3].Verifier}
        witness Y2 {s_witnesses[4].Verifier}
        witness Y3 {s_witnesses[5].Verifier}
        group Y-witnesses any Y1 Y2 Y3
          # indented comment
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """;

    [Theory]
    [InlineData("", false)]
    [InlineData("01", false)]
    [InlineData("03", false)]
    [InlineData("345", false)]
    [InlineData("013", true)]
    [InlineData("125", true)]
    [InlineData("012345", true)]
    public void A_quorum_of_two_levels_counts_as_the_specification_says(string cosigners, bool enough)
    {
        var policy = Parse(TwoLevels).ValueOrThrow();
        Assert.Equal("https://x1.example/", policy.Witnesses[0].Address);
        var checkpoint = TestLog.Sign(TestLog.Write(3).Head);
        foreach (var digit in cosigners)
        {
            checkpoint = TestLog.Cosign(checkpoint, s_witnesses[digit - '0']);
        }

        var verified = policy.Verify(checkpoint);
        Assert.Equal(enough, verified.Fault is null);
        Assert.Equal(enough ? null : "quorum", verified.Fault?.Field);
        Assert.Equal(
            enough ? cosigners.Length : 0, verified.TryGet(out var found, out _) ? found.Cosignatures.Length : 0);
    }

    [Fact]
    public void One_witness_that_signs_twice_counts_once()
    {
        var policy = Parse(TwoLevels).ValueOrThrow();
        var checkpoint = TestLog.Cosign(
            TestLog.Cosign(TestLog.Sign(TestLog.Write(3).Head), s_witnesses[0]), s_witnesses[3]);
        var later = s_witnesses[0].Cosign(checkpoint.Claim, TestLog.Time.AddSeconds(1)).ValueOrThrow();
        Assert.Equal("quorum", policy.Verify(checkpoint.With(later).ValueOrThrow()).Fault?.Field);
    }

    [Fact]
    public void A_single_witness_and_no_witness_are_quorums_too()
    {
        var signed = TestLog.Sign(TestLog.Write(3).Head);
        Assert.Null(Parse(Log + "quorum none\n").ValueOrThrow().Verify(signed).Fault);
        Assert.Null(TrustPolicy.OfLog(TestLog.LogKey.Verifier).Verify(signed).Fault);
        var one = Parse($"{Log}witness w {s_witnesses[0].Verifier}\nquorum w\n").ValueOrThrow();
        Assert.Equal("quorum", one.Verify(signed).Fault?.Field);
        Assert.Null(one.Verify(TestLog.Cosign(signed, s_witnesses[0])).Fault);
        Assert.Equal("checkpoint.origin", Parse("quorum none\n").ValueOrThrow().Verify(signed).Fault?.Field);
    }

    [Theory]
    [InlineData("", "policy.quorum")]
    [InlineData("quorum none", "policy")]
    [InlineData("quorum none\nquorum none\n", "policy.line[2].quorum")]
    [InlineData("quorum w\n", "policy.line[1].quorum")]
    [InlineData("quorum\n", "policy.line[1].keyword")]
    [InlineData("quorum none none\n", "policy.line[1].keyword")]
    [InlineData("qorum none\n", "policy.line[1].keyword")]
    [InlineData("quorum none\r\n", "policy.line[1].text")]
    [InlineData("quorum\u000bnone\n", "policy.line[1].text")]
    [InlineData("log\n", "policy.line[1].keyword")]
    [InlineData("log LOG a b\n", "policy.line[1].keyword")]
    [InlineData("log LOG\nlog LOG\n", "policy.line[2].vkey")]
    [InlineData("log W0\n", "policy.line[1].vkey.type")]
    [InlineData("log nonsense\n", "policy.line[1].vkey")]
    [InlineData("witness w LOG\n", "policy.line[1].vkey.type")]
    [InlineData("witness none W0\n", "policy.line[1].name")]
    [InlineData("witness w W0\nwitness w W1\n", "policy.line[2].name")]
    [InlineData("witness v W0\nwitness w W0\n", "policy.line[2].vkey")]
    [InlineData("group g any\n", "policy.line[1].keyword")]
    [InlineData("group g any w\n", "policy.line[1].group")]
    [InlineData("group g any g\n", "policy.line[1].group")]
    [InlineData("witness w W0\ngroup g any w w\n", "policy.line[2].group")]
    [InlineData("witness w W0\ngroup g 0 w\n", "policy.line[2].group")]
    [InlineData("witness w W0\ngroup g 2 w\n", "policy.line[2].group")]
    [InlineData("witness w W0\ngroup g 01 w\n", "policy.line[2].group")]
    [InlineData("witness w W0\ngroup g none w\n", "policy.line[2].group")]
    [InlineData("witness w W0\ngroup w any w\n", "policy.line[2].name")]
    [InlineData("witness w W0\ngroup g any w\ngroup h any w\n", "policy.line[3].group")]
    [InlineData("witness w W0\ngroup g any none\n", "policy.line[2].group")]
    public void A_mistake_is_named_by_line_and_field(string text, string field)
    {
        var file = text.Replace("LOG", $"{TestLog.LogKey.Verifier}", StringComparison.Ordinal)
            .Replace("W0", $"{s_witnesses[0].Verifier}", StringComparison.Ordinal)
            .Replace("W1", $"{s_witnesses[1].Verifier}", StringComparison.Ordinal);
        Assert.Equal(field, Parse(file).Fault?.Field);
    }

    [Fact]
    public void A_policy_has_1024_definitions_and_not_one_more()
    {
        string Groups(int count) => string.Concat(Enumerable.Range(0, count).Select(
            i => i == 0 ? $"witness g0 {s_witnesses[0].Verifier}\n" : $"group g{i} any g{i - 1}\n"));
        Assert.Equal(1_023, Parse($"{Groups(1_024)}quorum g1023\n").ValueOrThrow().Groups.Length);
        Assert.Equal("policy.line[1025].policy", Parse($"{Groups(1_025)}quorum g1024\n").Fault?.Field);
    }

    [Fact]
    public void Names_are_octets_that_nothing_folds()
    {
        // U+004B and the Kelvin sign U+212A, which Unicode folds to it; and an octet that is no UTF-8 at all.
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes(
                $"witness K {s_witnesses[0].Verifier}\nwitness \u212A {s_witnesses[1].Verifier}\n"),
            .. "witness "u8, 0xFF, .. Encoding.UTF8.GetBytes($" {s_witnesses[2].Verifier}\n"),
            .. "group g all K "u8, 0xFF, .. "\nquorum g\n"u8,
        ];
        var policy = TrustPolicy.Parse(file).ValueOrThrow();
        Assert.Equal(3, policy.Witnesses.Select(witness => witness.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(2, policy.Groups[0].Members.Length);
    }

    private static SignerKey Witness(int i) =>
        TestLog.Key($"witness.example/{i}", SignatureType.Ed25519Cosignature, (byte)(20 + i));

    private static Result<TrustPolicy> Parse(string text) => TrustPolicy.Parse(Encoding.UTF8.GetBytes(text));
}
