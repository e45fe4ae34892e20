namespace Sallyport.Cedar.Values;

/// <summary>
/// The texts that extension constructors take and refuse; every row agrees with the official implementation, 4.13.
/// </summary>
public sealed class ExtensionTests
{
    [Theory]
    [InlineData("1.0", 10_000)]
    [InlineData("00001.1", 11_000)]
    [InlineData("-0.0001", -1)]
    [InlineData("-0.0", 0)]
    [InlineData("922337203685477.5807", long.MaxValue)]
    [InlineData("-922337203685477.5808", long.MinValue)]
    public void Decimals(string text, long expected)
    {
        Assert.True(CedarDecimal.TryParse(text, out var value));
        Assert.Equal(expected, value.TenThousandths);
        Assert.True(CedarDecimal.TryParse(value.ToString(), out var again) && again == value);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("-.1")]
    [InlineData("+1.0")]
    [InlineData("1.00000")]
    [InlineData("922337203685477.5808")]
    [InlineData("-922337203685477.5809")]
    [InlineData("99999999999999999999999999.0")]
    [InlineData("1.-1")]
    [InlineData("1.\u0661")]
    [InlineData("")]
    public void No_decimals(string text) => Assert.False(CedarDecimal.TryParse(text, out _));

    [Theory]
    [InlineData("1970-01-01", 0)]
    [InlineData("2024-02-29", 1_709_164_800_000)]
    [InlineData("1969-12-31T23:59:59.999Z", -1)]
    [InlineData("0000-01-01", -62_167_219_200_000)]
    [InlineData("0000-01-01T00:00:00+2359", -62_167_219_200_000 - 86_340_000)]
    [InlineData("9999-12-31T23:59:59-2359", 253_402_300_799_000 + 86_340_000)]
    [InlineData("2024-10-15T11:35:00.000+0100", 1_728_988_500_000)]
    public void Datetimes(string text, long expected)
    {
        Assert.True(CedarDatetime.TryParse(text, out var value));
        Assert.Equal(expected, value.UnixMilliseconds);
    }

    [Theory]
    [InlineData("2024-02-30")]
    [InlineData("2023-02-29")]
    [InlineData("1900-02-29")]
    [InlineData("2024-13-01")]
    [InlineData("2024-00-01")]
    [InlineData("2024-1-1")]
    [InlineData("2024-01-01T24:00:00Z")]
    [InlineData("2024-01-01T23:59:60Z")]
    [InlineData("2024-01-01T00:00:00.1Z")]
    [InlineData("2024-01-01T00:00:00z")]
    [InlineData("2024-01-01T00:00:00")]
    [InlineData("2024-01-01T00:00:00+2400")]
    [InlineData("2024-01-01T00:00:00+0060")]
    [InlineData("2024-01-01T00:00:00+01:00")]
    [InlineData("2024-01-01 00:00:00Z")]
    [InlineData("12024-01-01")]
    [InlineData("")]
    public void No_datetimes(string text) => Assert.False(CedarDatetime.TryParse(text, out _));

    [Fact]
    public void A_datetime_reads_back_what_it_writes()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var value = new CedarDatetime(random.NextInt64(-62_167_219_200_000, 253_402_300_800_000));
            Assert.True(CedarDatetime.TryParse(value.ToString(), out var again) && again == value, value.ToString());
        }
    }

    [Theory]
    [InlineData("1d2h3m4s5ms", 93_784_005)]
    [InlineData("-1d", -86_400_000)]
    [InlineData("0001h", 3_600_000)]
    [InlineData("90m", 5_400_000)]
    [InlineData("5ms", 5)]
    [InlineData("9223372036854775807ms", long.MaxValue)]
    [InlineData("-9223372036854775808ms", long.MinValue)]
    [InlineData("106751991167d", 106_751_991_167 * 86_400_000)]
    public void Durations(string text, long expected)
    {
        Assert.True(CedarDuration.TryParse(text, out var value));
        Assert.Equal(expected, value.Milliseconds);
        Assert.True(CedarDuration.TryParse(value.ToString(), out var again) && again == value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1")]
    [InlineData("1h1d")]
    [InlineData("1ms1s")]
    [InlineData("1d1d")]
    [InlineData(" 1d")]
    [InlineData("+1d")]
    [InlineData("1d ")]
    [InlineData("h")]
    [InlineData("9223372036854775808ms")]
    [InlineData("106751991168d")]
    [InlineData("99999999999999999999d")]
    public void No_durations(string text) => Assert.False(CedarDuration.TryParse(text, out _));

    [Theory]
    [InlineData("1.2.3.4", "1.2.3.4")]
    [InlineData("1.2.3.4/32", "1.2.3.4")]
    [InlineData("10.0.0.1/8", "10.0.0.1/8")]
    [InlineData("::", "0:0:0:0:0:0:0:0")]
    [InlineData("::ffff:7f00:1", "0:0:0:0:0:ffff:7f00:1")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("ABCD::/16", "abcd:0:0:0:0:0:0:0/16")]
    [InlineData("0001:0002:0003:0004:0005:0006:0007:0008/128", "1:2:3:4:5:6:7:8")]
    public void Addresses(string text, string expected)
    {
        Assert.True(IpAddress.TryParse(text, out var value));
        Assert.Equal(expected, value.ToString());
        Assert.True(IpAddress.TryParse(value.ToString(), out var again) && again.Equals(value));
    }

    [Theory]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4.")]
    [InlineData("256.1.1.1")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4/33")]
    [InlineData("1.2.3.4/")]
    [InlineData("1.2.3.4/01")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("1::2::3")]
    [InlineData("fe80::1%eth0")]
    [InlineData("00001::")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData(":1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData("0001:0002:0003:0004:0005:0006:0007:0008/0128")]
    [InlineData("::/129")]
    [InlineData("/8")]
    [InlineData("")]
    public void No_addresses(string text) => Assert.False(IpAddress.TryParse(text, out _));

    [Theory]
    [InlineData("127.0.0.1", true, false)]
    [InlineData("127.0.0.0/8", true, false)]
    [InlineData("127.0.0.1/7", false, false)]
    [InlineData("::1", true, false)]
    [InlineData("::1/127", false, false)]
    [InlineData("224.0.0.1", false, true)]
    [InlineData("224.0.0.0/3", false, false)]
    [InlineData("ff00::2", false, true)]
    [InlineData("ff00::/7", false, false)]
    public void Loopback_and_multicast(string text, bool isLoopback, bool isMulticast)
    {
        Assert.True(IpAddress.TryParse(text, out var value));
        Assert.Equal((isLoopback, isMulticast), (value.IsLoopback, value.IsMulticast));
    }

    [Theory]
    [InlineData("192.168.0.1", "192.168.0.1/24", true)]
    [InlineData("192.168.0.75", "192.168.0.1/28", false)]
    [InlineData("1:2:3:4::", "1:2:3:4::/48", true)]
    [InlineData("192.168.0.1", "1:2:3:4::", false)]
    [InlineData("192.168.0.1/0", "0.0.0.0/0", true)]
    [InlineData("::/0", "::/0", true)]
    [InlineData("10.0.0.0/8", "10.0.0.0/9", false)]
    public void Ranges(string address, string range, bool expected)
    {
        Assert.True(IpAddress.TryParse(address, out var inner) & IpAddress.TryParse(range, out var outer));
        Assert.Equal(expected, inner!.IsInRange(outer!));
    }
}
