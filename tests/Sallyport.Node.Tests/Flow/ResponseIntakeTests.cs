using System.IO.Compression;
using System.Text;
using Sallyport.Flow.Origins;

namespace Sallyport.Flow.Tests;

public sealed class ResponseIntakeTests
{
    private const string Page = "<p>Please&nbsp;pay &#8364;98.70 to ann&#64;x.org &amp; co &lt;now&gt; &unknown; &</p>";

    public static TheoryData<string, int> Codings => new(
        from coding in (string[])["", "gzip", "deflate", "br"]
        from chunk in (int[])[1, 7, 4096]
        select (coding, chunk));

    [Theory]
    [MemberData(nameof(Codings))]
    public void A_compressed_page_is_read_as_the_agent_reads_it(string coding, int chunk)
    {
        var index = Taken("text/html; charset=utf-8", coding, Compressed(coding, Encoding.UTF8.GetBytes(Page)), chunk);

        Assert.Equal(TextOrigins.Untrusted, index.Trace("ann@x.org").Whole);
        Assert.Equal(TextOrigins.Untrusted, index.Trace("98.7").Whole);
        Assert.Equal(TextOrigins.Untrusted, index.Trace("please pay").Whole);
        Assert.False(index.Exposure.Opaque);
        var span = Assert.Single(index.Trace("co <now>").Spans);
        Assert.Equal("co &lt;now&gt;", Page[(int)span.Start..(int)(span.Start + span.Length)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(999)]
    public void JSON_escapes_are_undone(int chunk)
    {
        var body = """
            {"to":"ann\u0040x.org","path":"\/etc\/passwd","text":"line one\nline two","name":"\ud83d\ude00caf\u00E9"}
            """u8;
        var index = Taken("application/json", "", body.ToArray(), chunk);

        foreach (var value in (string[])["ann@x.org", "/etc/passwd", "line one line two", "café"])
        {
            Assert.Equal(TextOrigins.Untrusted, index.Trace(value).Whole);
        }

        Assert.False(index.Exposure.Opaque);
    }

    [Fact]
    public void Other_charsets_are_decoded_or_opaque()
    {
        Assert.Equal(TextOrigins.Untrusted,
            Taken("text/plain; charset=ISO-8859-1", "", [.. "caf"u8, 0xE9, 0x20, 0x80, (byte)'5'], 2)
                .Trace("café €5").Whole);
        Assert.Equal(TextOrigins.Untrusted,
            Taken("text/plain", "", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("to 😀 ann@x.org")], 3)
                .Trace("ann@x.org").Whole);
        Assert.Equal(TextOrigins.Untrusted,
            Taken("text/plain; charset=utf-16be", "", Encoding.BigEndianUnicode.GetBytes("to ann@x.org"), 3)
                .Trace("ann@x.org").Whole);
        Assert.True(Taken("text/plain; charset=shift_jis", "", "ann@x.org"u8.ToArray(), 3).Exposure.Opaque);
    }

    [Theory]
    [InlineData("image/png", "")]
    [InlineData("application/pdf", "")]
    [InlineData("application/octet-stream", "")]
    [InlineData("text/html", "zstd")]
    [InlineData("text/html", "gzip, br")]
    [InlineData("text/html", "gzip")]
    [InlineData("text/html", "br")]
    [InlineData("text/html", "deflate")]
    public void What_cannot_be_indexed_is_opaque_and_an_empty_body_is_nothing(string type, string coding)
    {
        var index = Taken(type, coding, "this is not what it says"u8.ToArray(), 5);
        Assert.True(index.Exposure is { Opaque: true, UntrustedIncomplete: true });

        Assert.Equal(default, Taken(type, coding, [], 5).Exposure);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void A_body_cut_in_the_middle_is_opaque_and_read_so_far(string coding)
    {
        var words = string.Join(' ', Enumerable.Range(0, 20_000).Select(number => $"w{number * 7919L}"));
        var body = Compressed(coding, Encoding.UTF8.GetBytes(words));
        var index = Taken("text/plain", coding, body[..(body.Length / 2)], 1000);
        Assert.True(index.Exposure.Opaque);
        Assert.Equal(TextOrigins.Untrusted, index.Trace("w7919").Whole);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void A_bomb_is_opaque_and_its_rest_is_not_inflated(string coding)
    {
        var limits = new IntakeLimits { InflatedBytesMax = 4 << 20 };
        var body = Compressed(coding, new byte[64 << 20].Select(_ => (byte)'a').ToArray());
        var index = new TextIndex(TextIndexLimits.Default, seed: 1);
        using var intake = new ResponseIntake(index, TextTrust.Trusted, 0, ContentHead.Of("text/plain", coding),
            limits);
        intake.Take(body);
        Assert.True(intake.IsOpaque);
        Assert.True(index.Exposure is { Opaque: true, UntrustedIncomplete: false });
        Assert.InRange(index.MemoryBytes, 0, 5 * limits.InflatedBytesMax);
    }

    [Fact]
    public void What_has_passed_is_searchable_before_the_end()
    {
        var index = new TextIndex(TextIndexLimits.Default, seed: 1);
        using var intake = new ResponseIntake(index, TextTrust.Untrusted, 0, ContentHead.Of("text/event-stream", null),
            IntakeLimits.Default);
        intake.Take("data: {\"to\":\"ann@x.org\"}\n\n"u8);
        Assert.Equal(TextOrigins.Untrusted, index.Trace("ann@x.org").Whole);
        intake.Take("data: bob@x.org\n\n"u8);
        Assert.Equal(TextOrigins.Untrusted, index.Trace("bob@x.org").Whole);
        Assert.False(intake.IsOpaque);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_bodies_do_no_harm(int seed)
    {
        var random = new Random(seed);
        var types = (string[])["text/html", "application/json", "text/plain; charset=latin1",
            "text/plain; charset=utf-16", "", "x/y", "text/plain; charset=\"\""];
        var codings = (string?[])[null, "gzip", "deflate", "br", "identity", "x"];
        for (var round = 0; round < 300; round++)
        {
            var coding = codings[random.Next(codings.Length)];
            var body = new byte[random.Next(200)];
            random.NextBytes(body);
            body = random.Next(2) == 0 ? body : Compressed(coding ?? "", [.. "&#x\\u12&amp;\\ud800"u8, .. body]);
            var index = Taken(types[random.Next(types.Length)], coding ?? "", body, random.Next(1, 20));
            // A compressed body may inflate to nothing; one that is not compressed may not vanish.
            Assert.True(coding is "gzip" or "deflate" or "br"
                || body.Length > 0 == (index.Exposure.Untrusted || index.Exposure.Opaque));
        }
    }

    private static TextIndex Taken(string type, string coding, byte[] body, int chunk)
    {
        var index = new TextIndex(TextIndexLimits.Default, seed: 1);
        using var intake = new ResponseIntake(index, TextTrust.Untrusted, 7, ContentHead.Of(type, coding),
            IntakeLimits.Default);
        foreach (var part in body.Chunk(chunk))
        {
            intake.Take(part);
        }

        intake.Complete();
        return index;
    }

    private static byte[] Compressed(string coding, byte[] body)
    {
        var target = new MemoryStream();
        using (Stream? stream = coding switch
        {
            "gzip" => new GZipStream(target, CompressionMode.Compress, leaveOpen: true),
            "deflate" => new ZLibStream(target, CompressionMode.Compress, leaveOpen: true),
            "br" => new BrotliStream(target, CompressionMode.Compress, leaveOpen: true),
            _ => null,
        })
        {
            (stream ?? target).Write(body);
        }

        return target.ToArray();
    }
}
