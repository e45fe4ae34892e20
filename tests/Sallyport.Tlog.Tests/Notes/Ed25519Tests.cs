using System.Text;
using System.Text.Json;
using Sallyport.Tlog.Cryptography;
using Sallyport.Tlog.Tests.Fixtures;

namespace Sallyport.Tlog.Tests.Notes;

public sealed class Ed25519Tests
{
    // RFC 8032 section 7.1, TEST 1 to 3: seed, public key, message, signature.
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void The_vectors_of_RFC_8032_sign_and_verify(string seed, string publicKey, string message, string signature)
    {
        var (text, bytes) = (Convert.FromHexString(message), Convert.FromHexString(signature));
        using var key = Ed25519PrivateKey.FromSeed(Convert.FromHexString(seed)).ValueOrThrow();
        Assert.Equal(Convert.FromHexString(publicKey), key.PublicKey);
        Assert.Equal(bytes, key.Sign(text));
        Assert.Equal(SignatureCheck.Valid, Ed25519.Verify(key.PublicKey, text, bytes));
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(SignatureCheck.Invalid, Ed25519.Verify(key.PublicKey, text, bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(SignatureCheck.Invalid, Ed25519.Verify(key.PublicKey, [.. text, 0], bytes));
    }

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    [InlineData(32, 0)]
    [InlineData(0, 64)]
    public void Other_lengths_are_not_signatures(int key, int signature) =>
        Assert.Equal(SignatureCheck.Invalid, Ed25519.Verify(new byte[key], "text"u8, new byte[signature]));

    [Fact]
    public void A_signature_whose_S_is_not_below_the_group_order_is_refused()
    {
        // S + L satisfies the equation as S does; RFC 8032 section 5.1.7 asks for S < L. L is 2^252 + 2774...8493.
        var order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        using var key = Ed25519PrivateKey.FromSeed(new byte[32]).ValueOrThrow();
        var signature = key.Sign("text"u8);
        var carry = 0;
        for (var i = 0; i < 32; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.Equal(0, carry);
        Assert.Equal(SignatureCheck.Invalid, Ed25519.Verify(key.PublicKey, "text"u8, signature));
    }

    // C2SP/CCTV's cases differ between implementations on purpose. This is OpenSSL's rule, as the remarks of Ed25519
    // tell it.
    [Fact]
    public void The_edge_cases_of_CCTV_are_judged_by_the_rule_that_is_documented()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.PathOf("ed25519vectors.json")));
        var (good, bad) = (0, 0);
        var accepted = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var vector in document.RootElement.EnumerateArray())
        {
            var flags = vector.GetProperty("flags") is { ValueKind: JsonValueKind.Array } list
                ? list.EnumerateArray().Select(flag => flag.GetString()).ToHashSet(StringComparer.Ordinal)
                : [];
            var check = Ed25519.Verify(
                Convert.FromHexString(vector.GetProperty("key").GetString() ?? ""),
                Encoding.UTF8.GetBytes(vector.GetProperty("msg").GetString() ?? ""),
                Convert.FromHexString(vector.GetProperty("sig").GetString() ?? ""));
            // Without the cofactor a residue of low order remains; R is compared as bytes. All else is accepted.
            var expected = !flags.Overlaps(["low_order_residue", "non_canonical_R"]);
            Assert.True(
                (check == SignatureCheck.Valid) == expected,
                $"vector {vector.GetProperty("number")}: {check}; flags {string.Join(", ", flags)}");
            (good, bad) = expected ? (good + 1, bad) : (good, bad + 1);
            if (expected)
            {
                foreach (var flag in flags)
                {
                    accepted[flag ?? ""] = accepted.GetValueOrDefault(flag ?? "") + 1;
                }
            }
        }

        Assert.True(good > 0 && bad > 0);
        Console.WriteLine($"COUNT Ed25519 edge cases of CCTV: {good} accepted, {bad} refused, by OpenSSL's rule");
        var byFlag = string.Join(", ", accepted.Select(pair => $"{pair.Key} {pair.Value}"));
        Console.WriteLine($"COUNT Ed25519 edge cases accepted, by flag: {byFlag}");
    }
}
