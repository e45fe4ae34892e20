using Sallyport.Tlog.Cryptography;
using Sallyport.Tlog.Notes;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Notes;

public sealed class KeyTests
{
    [Theory]
    [InlineData(SignatureType.Ed25519)]
    [InlineData(SignatureType.Ed25519Cosignature)]
    public void Keys_are_printed_and_read_back(SignatureType type)
    {
        using var key = SignerKey.Generate(KeyName.Parse("example.com/k").ValueOrThrow(), type).ValueOrThrow();
        using var again = SignerKey.Parse(key.ToPrivateText()).ValueOrThrow();
        Assert.Equal(key.ToString(), again.ToString());
        Assert.Equal(key.ToPrivateText(), again.ToPrivateText());
        var verifier = VerifierKey.Parse(key.Verifier.ToString()).ValueOrThrow();
        Assert.Equal(
            (type, key.Verifier.Id, key.Verifier.Name, key.Verifier.ToString()),
            (verifier.Type, verifier.Id, verifier.Name, verifier.ToString()));
    }

    [Fact]
    public void One_public_key_has_another_id_for_each_type_and_name()
    {
        var ids = new[]
        {
            TestLog.Key("a", SignatureType.Ed25519, 1), TestLog.Key("a", SignatureType.Ed25519Cosignature, 1),
            TestLog.Key("b", SignatureType.Ed25519, 1),
        }.Select(key => key.Verifier.Id).Distinct();
        Assert.Equal(3, ids.Count());
    }

    [Theory]
    [InlineData("", "vkey")]
    [InlineData("a", "vkey")]
    [InlineData("a+00000000", "vkey")]
    [InlineData("+00000000+AQ==", "key.name")]
    [InlineData("a b+00000000+AQ==", "key.name")]
    [InlineData("a+00000000+!", "vkey.key")]
    [InlineData("a+00000000+", "vkey.key")]
    [InlineData("a+00000000+AQ==", "vkey.key")]
    [InlineData("a+00000000+AAAA", "vkey.type")]
    [InlineData("a+00000000+AgAA", "vkey.type")]
    [InlineData("a+00000000+BQAA", "vkey.type")]
    [InlineData("a+00000000+/wAA", "vkey.type")]
    [InlineData("a+00000000+BgAA", "vkey.key")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "vkey.id")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "vkey.id")]
    [InlineData("example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "vkey.id")]
    public void A_vkey_that_is_not_one_names_the_part(string vkey, string field) =>
        Assert.Equal(field, VerifierKey.Parse(vkey).Fault?.Field);

    [Theory]
    [InlineData("")]
    [InlineData("PRIVATE+KEY+")]
    [InlineData("PRIVATE+KEY+a+00000000")]
    [InlineData("PRIVATE+KEY+a+00000000+AQ==")]
    [InlineData("PRIVATE+KEY+a+00000000+BgAA")]
    [InlineData("PRIVATE+KEY+a+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_private_key_that_is_not_one_is_a_fault_that_repeats_none_of_it(string text)
    {
        var fault = SignerKey.Parse(text).Fault;
        Assert.NotNull(fault);
        Assert.DoesNotContain("AAAAAAAAAA", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_signs_only_what_its_type_is_for()
    {
        var checkpoint = TestLog.Sign(TestLog.Write(1).Head).Claim;
        Assert.Equal("key.type", TestLog.WitnessKey.Sign("text\n"u8).Fault?.Field);
        Assert.Equal("key.type", TestLog.LogKey.Cosign(checkpoint, TestLog.Time).Fault?.Field);
        var early = DateTimeOffset.UnixEpoch.AddSeconds(-1);
        Assert.Equal("cosignature.timestamp", TestLog.WitnessKey.Cosign(checkpoint, early).Fault?.Field);
        var name = TestLog.LogKey.Verifier.Name;
        Assert.Equal(
            FaultKind.Unsupported, SignerKey.FromSeed(
                name, SignatureType.MlDsa44Cosignature, new byte[32]).Fault?.Kind);
        Assert.Equal("key.seed", SignerKey.FromSeed(name, SignatureType.Ed25519, new byte[31]).Fault?.Field);
    }

    [Fact]
    public void A_key_that_is_printed_by_mistake_shows_its_public_half()
    {
        Assert.Equal(TestLog.LogKey.Verifier.ToString(), $"{TestLog.LogKey}");
        Assert.DoesNotContain("PRIVATE", $"{TestLog.LogKey}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_fault_of_a_platform_without_libcrypto_says_what_to_install()
    {
        Assert.Equal((FaultKind.Unsupported, "ed25519"), (Ed25519.Missing.Kind, Ed25519.Missing.Field));
        Assert.Contains("libcrypto.so.3", Ed25519.Missing.Detail, StringComparison.Ordinal);
    }
}
