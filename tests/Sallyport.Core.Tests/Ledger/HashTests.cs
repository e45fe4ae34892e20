using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Ledger.Tests;

public sealed class HashTests
{
    // RFC 3720, B.4, and the check value of the CRC catalogue.
    [Theory]
    [InlineData("313233343536373839", 0xe3069283)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8a9136aa)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 0x62a8ab43)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0x46dd794e)]
    [InlineData("1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100", 0x113fdb5c)]
    [InlineData("", 0u)]
    public void Crc32C_gives_the_published_values(string hex, uint crc) => Assert.Equal(crc, Crc32C.Of(Convert.FromHexString(hex)));

    // RFC 6962, 2.1.3 has no vectors; the leaf of the empty string is the one that every implementation quotes.
    [Fact]
    public void The_leaf_hash_of_nothing_is_the_one_that_others_give() =>
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", Leaf([]));

    [Theory]
    [InlineData(1)]
    [InlineData(1022)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(65535)]
    public void A_leaf_hash_is_of_a_zero_byte_and_the_entry_however_long(int length)
    {
        var entry = Encoding.ASCII.GetBytes(new string('x', length));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([0, .. entry])), Leaf(entry));
    }

    private static string Leaf(byte[] entry)
    {
        var hash = new byte[LeafHash.Length];
        LeafHash.Write(entry, hash);
        return Convert.ToHexStringLower(hash);
    }
}
