using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Receipts;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Receipts;

public sealed class ReceiptTests
{
    private static readonly TrustPolicy s_logOnly = TrustPolicy.OfLog(TestLog.LogKey.Verifier);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 1, true)]
    [InlineData(300, 123, false)]
    [InlineData(70_000, 69_999, true)]
    public async Task A_receipt_verifies_offline_with_the_logs_key_and_the_entry(int size, int index, bool withExtra)
    {
        var receipt = await ReceiptAsync(size, index, withExtra ? "extra"u8.ToArray() : []);
        var read = Receipt.Parse(receipt.ToBytes()).ValueOrThrow();
        Assert.Equal(receipt.ToString(), read.ToString());
        Assert.Equal(withExtra ? "extra" : "", Encoding.UTF8.GetString(read.Extra.Span));
        Assert.Equal(size, read.Verify(TestLog.Entry(index), s_logOnly).ValueOrThrow().Head.Size.Value);
        Assert.Equal((FaultKind.Mismatch, "receipt.root"), Of(read.Verify(TestLog.Entry(index + 1), s_logOnly).Fault));
    }

    [Fact]
    public async Task A_receipt_needs_the_policys_witnesses_too()
    {
        var policy = TrustPolicy.Parse(Encoding.UTF8.GetBytes(
            $"log {TestLog.LogKey.Verifier}\nwitness a {TestLog.WitnessKey.Verifier}\n"
            + $"witness b {TestLog.SecondWitnessKey.Verifier}\n"
            + "group both all a b\nquorum both\n")).ValueOrThrow();
        var bare = await ReceiptAsync(300, 7, []);
        Assert.Equal((FaultKind.Untrusted, "quorum"), Of(bare.Verify(TestLog.Entry(7), policy).Fault));
        var tree = await TestLog.OpenAsync(300);
        var proof = (await tree.ProveInclusionAsync(new(7), Stop)).ValueOrThrow();
        var cosigned = TestLog.Cosign(TestLog.Cosign(bare.Checkpoint, TestLog.WitnessKey), TestLog.SecondWitnessKey);
        var full = Receipt.Parse(Receipt.Create(proof, cosigned).ValueOrThrow().ToBytes()).ValueOrThrow();
        Assert.Equal(2, full.Verify(TestLog.Entry(7), policy).ValueOrThrow().Cosignatures.Length);
    }

    [Fact]
    public async Task A_receipt_for_another_place_log_or_tree_is_refused()
    {
        var receipt = await ReceiptAsync(300, 123, []);
        var text = receipt.ToString();
        var moved = Parse(text.Replace("index 123", "index 122", StringComparison.Ordinal)).ValueOrThrow();
        Assert.Equal((FaultKind.Mismatch, "receipt.root"), Of(moved.Verify(TestLog.Entry(123), s_logOnly).Fault));
        var outside = Parse(text.Replace("index 123", "index 300", StringComparison.Ordinal)).ValueOrThrow();
        Assert.Equal(
            (FaultKind.OutOfRange, "receipt.proof.index"), Of(outside.Verify(TestLog.Entry(123), s_logOnly).Fault));
        var resized = Parse(text.Replace("\n300\n", "\n301\n", StringComparison.Ordinal)).ValueOrThrow();
        Assert.Equal(
            (FaultKind.Mismatch, "note.signatures[0]"), Of(resized.Verify(TestLog.Entry(123), s_logOnly).Fault));
        var stranger = TrustPolicy.OfLog(TestLog.Key("other.example", Tlog.Notes.SignatureType.Ed25519, 9).Verifier);
        Assert.Equal(
            (FaultKind.Untrusted, "checkpoint.origin"), Of(receipt.Verify(TestLog.Entry(123), stranger).Fault));
    }

    [Theory]
    [InlineData("", "receipt.header")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n\nNOTE", "receipt.header")]
    [InlineData("c2sp.org/tlog-proof@v1", "receipt.header")]
    [InlineData("c2sp.org/tlog-proof@v1\n", "receipt.index")]
    [InlineData("c2sp.org/tlog-proof@v1\n\nNOTE", "receipt.index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 01\n\nNOTE", "receipt.index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n\nNOTE", "receipt.index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex  1\n\nNOTE", "receipt.index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\nNOTE", "receipt.index")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nNOTE", "receipt.extra")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\nNOTE", "receipt.extra")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AAAA\n", "receipt.index")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\nNOTE", "receipt.hashes[0]")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nNOTE", "receipt.hashes[0]")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nHASH\nHASH", "receipt.hashes")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n", "receipt.hashes")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n\n", "note")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n\n\nNOTE", "checkpoint.origin")]
    public void A_fault_names_the_part(string text, string field)
    {
        var note = TestLog.Sign(TestLog.Write(1).Head).ToString();
        text = text.Replace("NOTE", note, StringComparison.Ordinal).Replace(
            "HASH", $"{TreeHash.EmptyRoot}", StringComparison.Ordinal);
        Assert.Equal(field, Parse(text).Fault?.Field);
    }

    [Fact]
    public async Task A_proof_has_63_hashes_at_most_and_is_for_the_checkpoints_size()
    {
        var checkpoint = TestLog.Sign(TestLog.Write(1).Head);
        string WithHashes(int count) =>
            "c2sp.org/tlog-proof@v1\nindex 0\n"
            + string.Concat(Enumerable.Repeat($"{TreeHash.EmptyRoot}\n", count)) + $"\n{checkpoint}";
        Assert.Null(Parse(WithHashes(63)).Fault);
        Assert.Equal((FaultKind.OutOfRange, "receipt.hashes"), Of(Parse(WithHashes(64)).Fault));
        var proof = (await (await TestLog.OpenAsync(2)).ProveInclusionAsync(new(0), Stop)).ValueOrThrow();
        Assert.Equal("receipt.proof", Receipt.Create(proof, checkpoint).Fault?.Field);
        Assert.Equal(FaultKind.OutOfRange, Receipt.Parse(new byte[Receipt.BytesMax + 1]).Fault?.Kind);
    }

    private static async Task<Receipt> ReceiptAsync(int size, int index, byte[] extra)
    {
        var tree = await TestLog.OpenAsync(size);
        var proof = (await tree.ProveInclusionAsync(new(index), Stop)).ValueOrThrow();
        return Receipt.Create(proof, TestLog.Sign(tree.Head), extra).ValueOrThrow();
    }

    private static Result<Receipt> Parse(string text) => Receipt.Parse(Encoding.UTF8.GetBytes(text));

    private static (FaultKind? Kind, string? Field) Of(TlogFault? fault) => (fault?.Kind, fault?.Field);
}
