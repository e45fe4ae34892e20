using System.Security.Cryptography;
using Sallyport.Http.Forwarding;

namespace Sallyport.Http.Tests;

public sealed class BodyDigestTests
{
    [Fact]
    public void Nothing_has_the_digest_of_nothing()
    {
        using var digest = new BodyDigest();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([])), digest.Told().Hex);
        Assert.Equal(0, digest.Length);
    }

    [Fact]
    public void It_may_be_read_between_two_pieces()
    {
        using var digest = new BodyDigest();
        digest.Add("ab"u8);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("ab"u8)), digest.Told().Hex);
        digest.Add("c"u8);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("abc"u8)), digest.Told().Hex);
        Assert.Equal(3, digest.Length);
    }

    [Fact]
    public void What_comes_after_the_end_is_in_nobodys_digest()
    {
        var first = new BodyDigest();
        first.Add("a"u8);
        first.Dispose();
        first.Add("late"u8);
        using var second = new BodyDigest();
        second.Add("b"u8);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("b"u8)), second.Told().Hex);
        Assert.Equal(1, first.Length);
    }

    // The hash of a body that is over is used again for the next one: a relay that is still adding must not hit it.
    [Fact]
    public async Task A_relay_that_ends_late_does_not_spoil_the_next_body()
    {
        var (piece, expected) = (new byte[4096], Convert.ToHexStringLower(SHA256.HashData("next"u8)));
        for (var round = 0; round < 300; round++)
        {
            var ending = new BodyDigest();
            var relay = Task.Run(() =>
            {
                for (var i = 0; i < 50; i++)
                {
                    ending.Add(piece);
                }
            });
            ending.Add(piece);
            ending.Dispose();
            using var next = new BodyDigest();
            next.Add("next"u8);
            await relay;
            Assert.Equal(expected, next.Told().Hex);
        }
    }
}
