#pragma warning disable SYSLIB5006 // ML-DSA is experimental in .NET 10; where it is there, it is tested.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Cryptography;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Checkpoints;

public sealed class CosignatureTests
{
    [Fact]
    public void A_cosignature_is_over_two_lines_and_the_checkpoint_with_its_extensions()
    {
        var head = new TreeHead(new(1), TreeHash.Leaf([]));
        var checkpoint = Checkpoint.Create(TestLog.Origin, head, ["extension"]).ValueOrThrow();
        var signature = TestLog.WitnessKey.Cosign(checkpoint, TestLog.Time).ValueOrThrow();
        Assert.Equal(8 + 64, signature.Bytes.Length);
        Assert.Equal(1_700_000_000, BinaryPrimitives.ReadInt64BigEndian(signature.Bytes.Span));
        var message = $"cosignature/v1\ntime 1700000000\nexample.com/log\n1\n{head.Root}\nextension\n";
        var key = TestLog.WitnessKey.Verifier.PublicKey.Span;
        Assert.Equal(
            SignatureCheck.Valid, Ed25519.Verify(key, Encoding.UTF8.GetBytes(message), signature.Bytes.Span[8..]));
    }

    [Fact]
    public void A_verified_cosignature_has_its_time_and_any_altered_byte_spoils_it()
    {
        var signed = TestLog.Cosign(TestLog.Sign(TestLog.Write(3).Head), TestLog.WitnessKey);
        var verified = signed.Note.Verify([TestLog.WitnessKey.Verifier]).ValueOrThrow();
        Assert.Equal(1_700_000_000, Assert.Single(verified.Signatures).Timestamp);
        var line = signed.Note.Signatures[1];
        for (var i = 0; i < line.Bytes.Length; i++)
        {
            var bytes = line.Bytes.ToArray();
            bytes[i] ^= 0x80; // of the first byte: a time over 2^63 - 1
            var altered = Note.Create(
                signed.Note.Text.Span, [new NoteSignature(line.Name, line.Id, bytes)]).ValueOrThrow();
            Assert.Equal(
                (FaultKind.Mismatch, "note.signatures[0]"), Of(altered.Verify([TestLog.WitnessKey.Verifier]).Fault));
        }

        var cut = Note.Create(
            signed.Note.Text.Span, [new NoteSignature(line.Name, line.Id, line.Bytes[..7].ToArray())]).ValueOrThrow();
        Assert.Equal((FaultKind.Mismatch, "note.signatures[0]"), Of(cut.Verify([TestLog.WitnessKey.Verifier]).Fault));
    }

    [Fact]
    public void A_cosignature_cannot_be_shown_as_the_logs_signature_nor_the_other_way_round()
    {
        // One seed for both, which the specification forbids to operators: the types keep the signatures apart.
        var (log, cosigner) = (
            TestLog.Key("k", SignatureType.Ed25519, 5), TestLog.Key("k", SignatureType.Ed25519Cosignature, 5));
        var checkpoint = Checkpoint.Create(Origin.Parse("k").ValueOrThrow(), TestLog.Write(3).Head).ValueOrThrow();
        var text = checkpoint.ToBytes();
        var (signature, cosignature) = (
            log.Sign(text).ValueOrThrow(), cosigner.Cosign(checkpoint, TestLog.Time).ValueOrThrow());
        Assert.NotEqual(signature.Id, cosignature.Id);
        var bare = new NoteSignature(log.Verifier.Name, log.Verifier.Id, cosignature.Bytes[8..].ToArray());
        var swapped = Note.Create(text, [bare]).ValueOrThrow();
        Assert.Equal(FaultKind.Mismatch, swapped.Verify([log.Verifier]).Fault?.Kind);
        var stamped = TimestampedSignature.ToBytes(1_700_000_000, signature.Bytes.Span);
        swapped = Note.Create(
            text, [new NoteSignature(cosigner.Verifier.Name, cosigner.Verifier.Id, stamped)]).ValueOrThrow();
        Assert.Equal(FaultKind.Mismatch, swapped.Verify([cosigner.Verifier]).Fault?.Kind);
    }

    [Fact]
    public void The_ML_DSA_message_has_the_bytes_of_the_structure()
    {
        var head = TestLog.Write(3).Head;
        var checkpoint = Checkpoint.Create(TestLog.Origin, head, ["not signed"]).ValueOrThrow();
        Assert.True(
            CosignedMessage.TryMlDsa44(checkpoint.ToBytes(), KeyName.Parse("w").ValueOrThrow(), 258, out var message));
        byte[] expected =
        [
            .. "subtree/v1\n\0"u8, 1, (byte)'w', 0, 0, 0, 0, 0, 0, 1, 2,
            15, .. "example.com/log"u8, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 3, .. head.Root.ToArray(),
        ];
        Assert.Equal(expected, message);
        Assert.False(CosignedMessage.TryMlDsa44("not a checkpoint\n"u8, KeyName.Parse("w").ValueOrThrow(), 258, out _));
    }

    [Fact]
    public void An_ML_DSA_cosignature_is_checked_where_the_platform_can_and_named_where_it_cannot()
    {
        var signed = TestLog.Sign(TestLog.Write(3).Head);
        var name = KeyName.Parse("pq.example/w").ValueOrThrow();
        if (!MLDsa.IsSupported)
        {
            var vkey = VerifierKey.Create(name, SignatureType.MlDsa44Cosignature, new byte[1312]).ValueOrThrow();
            Assert.False(vkey.IsSupported);
            Assert.Equal(SignatureType.MlDsa44Cosignature, VerifierKey.Parse(vkey.ToString()).ValueOrThrow().Type);
            var line = new NoteSignature(name, vkey.Id, TimestampedSignature.ToBytes(1, new byte[2420]));
            var both = signed.With(line).ValueOrThrow();
            var verified = both.Verify([TestLog.LogKey.Verifier], [vkey]).ValueOrThrow();
            Assert.Empty(verified.Cosignatures);
            Assert.Same(vkey, Assert.Single(verified.Unsupported));
            Assert.Equal((FaultKind.Unsupported, "note.signatures"), Of(both.Note.Verify([vkey]).Fault));
            var tooShort = signed.With(
                new NoteSignature(name, vkey.Id, TimestampedSignature.ToBytes(1, new byte[64]))).ValueOrThrow();
            Assert.Equal(FaultKind.Mismatch, tooShort.Note.Verify([vkey]).Fault?.Kind);
            Console.WriteLine("COUNT ML-DSA-44: not on this platform (OpenSSL 3.5 has it); recognised and reported");
            return;
        }

        using var key = MLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        var verifier = VerifierKey.Create(
            name, SignatureType.MlDsa44Cosignature, key.ExportMLDsaPublicKey()).ValueOrThrow();
        Assert.True(CosignedMessage.TryMlDsa44(signed.Note.Text.Span, name, 7, out var message));
        var cosignature = new NoteSignature(name, verifier.Id, TimestampedSignature.ToBytes(7, key.SignData(message)));
        var checkedNote = signed.With(cosignature).ValueOrThrow().Note.Verify([verifier]).ValueOrThrow();
        Assert.Equal(7, Assert.Single(checkedNote.Signatures).Timestamp);
        var moved = new NoteSignature(name, verifier.Id, TimestampedSignature.ToBytes(8, key.SignData(message)));
        Assert.Equal(FaultKind.Mismatch, signed.With(moved).ValueOrThrow().Note.Verify([verifier]).Fault?.Kind);
        Console.WriteLine("COUNT ML-DSA-44: on this platform; cosignature verified");
    }

    private static (FaultKind? Kind, string? Field) Of(TlogFault? fault) => (fault?.Kind, fault?.Field);
}
