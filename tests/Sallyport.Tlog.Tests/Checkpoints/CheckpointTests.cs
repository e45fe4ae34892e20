using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    private const string Empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [Theory]
    [InlineData("example.com/l\n20852163\n" + Root + "\n", 20852163, 0)]
    [InlineData("a log with spaces+plus\n1\n" + Root + "\n", 1, 0)]
    [InlineData("l\n0\n" + Empty + "\n", 0, 0)]
    [InlineData("l\n9223372036854775807\n" + Root + "\none\ntwo three\n", long.MaxValue, 2)]
    public void A_checkpoint_is_read_and_printed(string text, long size, int extensions)
    {
        var checkpoint = Checkpoint.Parse(Encoding.UTF8.GetBytes(text)).ValueOrThrow();
        Assert.Equal((size, extensions), (checkpoint.Head.Size.Value, checkpoint.Extensions.Length));
        Assert.Equal(text, checkpoint.ToString());
    }

    [Theory]
    [InlineData("", "note.text")]
    [InlineData("l\n", "checkpoint")]
    [InlineData("l\n1\n", "checkpoint")]
    [InlineData("l\n1\n" + Root, "note.text")]
    [InlineData("\n1\n" + Root + "\n", "checkpoint.origin")]
    [InlineData("l\n\n" + Root + "\n", "checkpoint.size")]
    [InlineData("l\n01\n" + Root + "\n", "checkpoint.size")]
    [InlineData("l\n+1\n" + Root + "\n", "checkpoint.size")]
    [InlineData("l\n-1\n" + Root + "\n", "checkpoint.size")]
    [InlineData("l\n1 \n" + Root + "\n", "checkpoint.size")]
    [InlineData("l\n9223372036854775808\n" + Root + "\n", "checkpoint.size")]
    [InlineData("l\n18446744073709551617\n" + Root + "\n", "checkpoint.size")]
    [InlineData("l\n00000000000000000000\n" + Root + "\n", "checkpoint.size")]
    [InlineData("l\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "checkpoint.root")]
    [InlineData("l\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "checkpoint.root")]
    [InlineData("l\n1\nAAAA\n", "checkpoint.root")]
    [InlineData("l\n1\n\n", "checkpoint.root")]
    [InlineData("l\n0\n" + Root + "\n", "checkpoint.root")]
    [InlineData("l\n1\n" + Root + "\n\n", "checkpoint.extensions")]
    [InlineData("l\n1\n" + Root + "\na\n\nb\n", "checkpoint.extensions")]
    public void A_fault_names_the_line(string text, string field) =>
        Assert.Equal(field, Checkpoint.Parse(Encoding.UTF8.GetBytes(text)).Fault?.Field);

    [Fact]
    public void What_could_not_be_read_again_is_not_made()
    {
        var head = new TreeHead(new(1), TreeHash.Leaf([]));
        Assert.Null(Checkpoint.Create(TestLog.Origin, head, ["one", "two"]).Fault);
        foreach (var extension in (string[])["", "a\nb", "a\rb", "\n"])
        {
            Assert.NotNull(Checkpoint.Create(TestLog.Origin, head, [extension]).Fault);
        }

        Assert.Null(Checkpoint.Create(TestLog.Origin, head, [.. Enumerable.Repeat("x", 64)]).Fault);
        Assert.NotNull(Checkpoint.Create(TestLog.Origin, head, [.. Enumerable.Repeat("x", 65)]).Fault);
        Assert.Equal("checkpoint.root", Checkpoint.Create(TestLog.Origin, head with { Size = default }).Fault?.Field);
        Assert.Equal("checkpoint.origin", Origin.Parse("a\nb").Fault?.Field);
        Assert.Null(Origin.Parse(new string('o', 255)).Fault);
        Assert.Equal("checkpoint.origin", Origin.Parse(new string('o', 256)).Fault?.Field);
    }

    [Fact]
    public void Only_the_logs_own_key_makes_a_checkpoint_the_logs()
    {
        var signed = TestLog.Sign(TestLog.Write(3).Head);
        var read = SignedCheckpoint.Parse(signed.ToBytes()).ValueOrThrow();
        Assert.Equal(signed.Claim.Head, read.Verify(TestLog.LogKey.Verifier).ValueOrThrow().Head);
        // Another key of the same name, and the key of another log that signed this log's text.
        var sameName = TestLog.Key(TestLog.Name, SignatureType.Ed25519, 9);
        Assert.Equal((FaultKind.Untrusted, "note.signatures"), Of(read.Verify(sameName.Verifier).Fault));
        var other = TestLog.Key("other.example/log", SignatureType.Ed25519, 9);
        var text = read.Note.Text.Span;
        var note = Note.Create(text, [other.Sign(text).ValueOrThrow()]).ValueOrThrow();
        var forged = SignedCheckpoint.Parse(note.ToBytes()).ValueOrThrow();
        Assert.Equal((FaultKind.Untrusted, "checkpoint.origin"), Of(forged.Verify(other.Verifier).Fault));
        Assert.Equal("key.name", SignedCheckpoint.Sign(read.Claim, other).Fault?.Field);
    }

    [Fact]
    public void A_witness_alone_does_not_make_a_checkpoint_the_logs()
    {
        var signed = TestLog.Sign(TestLog.Write(3).Head);
        var cosignature = TestLog.WitnessKey.Cosign(signed.Claim, TestLog.Time).ValueOrThrow();
        var only = Note.Create(signed.Note.Text.Span, [cosignature]).ValueOrThrow();
        var verified = SignedCheckpoint.Parse(only.ToBytes()).ValueOrThrow().Verify(
            [TestLog.LogKey.Verifier], [TestLog.WitnessKey.Verifier]);
        Assert.Equal((FaultKind.Untrusted, "note.signatures"), Of(verified.Fault));
    }

    private static (FaultKind? Kind, string? Field) Of(TlogFault? fault) => (fault?.Kind, fault?.Field);
}
