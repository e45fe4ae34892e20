using System.Text;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Notes;

public sealed class NoteTests
{
    private const string Signature = "— example.com/k AAAAAAE=\n"; // key id 0, one byte

    [Theory]
    [InlineData("text\n\n" + Signature)]
    [InlineData("\n\n" + Signature)]
    [InlineData("a\n\nb\n\n" + Signature)]
    [InlineData("— a b\n\n" + Signature)]
    [InlineData("grüße\u007f\n\n" + Signature + "— ключ AAAAAAE=\n" + Signature)]
    public void What_is_read_is_printed_byte_for_byte(string text)
    {
        var note = Note.Parse(Encoding.UTF8.GetBytes(text)).ValueOrThrow();
        Assert.Equal(text, note.ToString());
        Assert.Equal(Encoding.UTF8.GetBytes(text), note.ToBytes());
        Assert.EndsWith("\n", Encoding.UTF8.GetString(note.Text.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "note")]
    [InlineData("text\n", "note")]
    [InlineData("text\n\n", "note.signatures")]
    [InlineData("text\n" + Signature, "note")]
    [InlineData("text\n\n— example.com/k AAAAAAE=", "note.signatures")]
    [InlineData("text\n\n- example.com/k AAAAAAE=\n", "note.signatures[0]")]
    [InlineData("text\n\n—example.com/k AAAAAAE=\n", "note.signatures[0]")]
    [InlineData("text\n\n— example.com/k\n", "note.signatures[0]")]
    [InlineData("text\n\n—  AAAAAAE=\n", "note.signatures[0].name")]
    [InlineData("text\n\n— a+b AAAAAAE=\n", "note.signatures[0].name")]
    [InlineData("text\n\n— a\u00a0b AAAAAAE=\n", "note.signatures[0].name")]
    [InlineData("text\n\n— a\u3000b AAAAAAE=\n", "note.signatures[0].name")]
    [InlineData("text\n\n" + Signature + "— example.com/k AAAAAA==\n", "note.signatures[1].bytes")]
    [InlineData("text\n\n— example.com/k AAAAAAE\n", "note.signatures[0].bytes")]
    [InlineData("text\n\n— example.com/k AAAAAAF=\n", "note.signatures[0].bytes")]
    [InlineData("text\n\n— example.com/k AAAA AAE=\n", "note.signatures[0].bytes")]
    [InlineData("text\n\n— example.com/k  AAAAAAE=\n", "note.signatures[0].bytes")]
    [InlineData("text\n\n— example.com/k AAAAAAE= \n", "note.signatures[0].bytes")]
    [InlineData("text\n\n— example.com/k AAAAAA_=\n", "note.signatures[0].bytes")]
    [InlineData("te\txt\n\n" + Signature, "note.text")]
    [InlineData("text\r\n\n" + Signature, "note.text")]
    [InlineData("te\0xt\n\n" + Signature, "note.text")]
    public void A_fault_names_what_is_wrong(string text, string field)
    {
        var fault = Note.Parse(Encoding.UTF8.GetBytes(text)).Fault;
        Assert.Equal((FaultKind.Malformed, field), (fault?.Kind, fault?.Field));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused_in_text_and_names()
    {
        Assert.Equal(
            "note.text", Note.Parse([0xC3, (byte)'\n', (byte)'\n', .. Encoding.UTF8.GetBytes(Signature)]).Fault?.Field);
        Assert.Equal("note.signatures[0].name", Note.Parse([.. "a\n\n— "u8, 0xFF, .. " AAAAAAE=\n"u8]).Fault?.Field);
    }

    [Fact]
    public void Limits_have_a_last_good_and_a_first_bad_value()
    {
        string Signed(int count) => "text\n\n" + string.Concat(Enumerable.Range(0, count).Select(_ => Signature));
        Assert.Equal(100, Note.Parse(Encoding.UTF8.GetBytes(Signed(100))).ValueOrThrow().Signatures.Length);
        Assert.Equal(FaultKind.OutOfRange, Note.Parse(Encoding.UTF8.GetBytes(Signed(101))).Fault?.Kind);
        string Sized(int bytes) =>
            new string('a', bytes - 2 - Encoding.UTF8.GetByteCount(Signature)) + "\n\n" + Signature;
        Assert.Null(Note.Parse(Encoding.UTF8.GetBytes(Sized(1_000_000))).Fault);
        Assert.Equal(FaultKind.OutOfRange, Note.Parse(Encoding.UTF8.GetBytes(Sized(1_000_001))).Fault?.Kind);
        Assert.Null(KeyName.Parse(new string('k', 255)).Fault);
        Assert.Equal("key.name", KeyName.Parse(new string('k', 256)).Fault?.Field);
    }

    [Fact]
    public void A_note_that_could_not_be_read_again_is_not_made()
    {
        var line = NoteSignature.Parse(Encoding.UTF8.GetBytes(Signature.TrimEnd('\n'))).ValueOrThrow();
        byte[] Text(int more) => Encoding.UTF8.GetBytes(
            new string('a', 1_000_000 - 2 - Encoding.UTF8.GetByteCount(Signature) + more) + "\n");
        var largest = Note.Create(Text(0), [line]).ValueOrThrow();
        Assert.Equal(1_000_000, largest.ToBytes().Length);
        Assert.Null(Note.Parse(largest.ToBytes()).Fault);
        Assert.Equal("note", Note.Create(Text(1), [line]).Fault?.Field);
        Assert.Equal("note", largest.With(TestLog.LogKey.Sign(largest.Text.Span).ValueOrThrow()).Fault?.Field);
    }

    [Fact]
    public void A_known_key_verifies_and_unknown_signatures_are_kept_but_not_counted()
    {
        var text = "text\n"u8.ToArray();
        var (known, stranger) = (TestLog.LogKey, TestLog.Key("stranger.example", SignatureType.Ed25519, 9));
        var note = Note.Create(
            text, [stranger.Sign(text).ValueOrThrow(), known.Sign(text).ValueOrThrow()]).ValueOrThrow();
        var verified = Note.Parse(note.ToBytes()).ValueOrThrow().Verify([known.Verifier]).ValueOrThrow();
        var signature = Assert.Single(verified.Signatures);
        Assert.Same(known.Verifier, signature.Key);
        Assert.Null(signature.Timestamp);
        Assert.Equal(2, verified.Note.Signatures.Length);
        Assert.Equal(note.ToString(), verified.Note.ToString());
        var other = TestLog.Key("other.example", SignatureType.Ed25519, 8);
        Assert.Equal(FaultKind.Untrusted, note.Verify([other.Verifier]).Fault?.Kind);
        Assert.Equal(FaultKind.Untrusted, note.Verify([]).Fault?.Kind);
    }

    [Fact]
    public void One_bad_signature_of_a_known_key_spoils_the_note()
    {
        var text = "text\n"u8.ToArray();
        var (good, bad) = (TestLog.LogKey, TestLog.Key("b.example", SignatureType.Ed25519, 9));
        var note = Note.Create(
            text, [good.Sign(text).ValueOrThrow(), bad.Sign("other\n"u8).ValueOrThrow()]).ValueOrThrow();
        var fault = note.Verify([good.Verifier, bad.Verifier]).Fault;
        Assert.Equal((FaultKind.Mismatch, "note.signatures[1]"), (fault?.Kind, fault?.Field));
        Assert.Null(note.Verify([good.Verifier]).Fault);
    }

    [Fact]
    public void A_name_or_an_id_alone_does_not_make_a_key_known()
    {
        var text = "text\n"u8.ToArray();
        var sameName = TestLog.Key(TestLog.Name, SignatureType.Ed25519, 9);
        var note = Note.Create(
            text, [sameName.Sign("other\n"u8).ValueOrThrow(), TestLog.LogKey.Sign(text).ValueOrThrow()]).ValueOrThrow();
        Assert.Single(note.Verify([TestLog.LogKey.Verifier]).ValueOrThrow().Signatures);
    }

    [Fact]
    public void A_signature_is_added_once()
    {
        var text = "text\n"u8.ToArray();
        var signature = TestLog.LogKey.Sign(text).ValueOrThrow();
        var note = Note.Create(text, [signature]).ValueOrThrow();
        Assert.Same(note, note.With(TestLog.LogKey.Sign(text).ValueOrThrow()).ValueOrThrow());
        Assert.Equal("note.signatures", Note.Create(text, []).Fault?.Field);
        Assert.Equal("note.text", Note.Create("text"u8, [signature]).Fault?.Field);
        Assert.Equal("note.text", TestLog.LogKey.Sign("text"u8).Fault?.Field);
    }
}
