namespace Sallyport.Flow.Origins.Tests;

// What counts as the same value, kind by kind: text, then a value that stands in it.
public sealed class ValueTests
{
    [Theory]
    // Text: case, space, compatibility forms, sentence punctuation.
    [InlineData("Pay the  Car\tRental today", "car rental")]
    [InlineData("the ＡＢＣ company", "abc")]
    [InlineData("straße 5", "STRASSE")]
    [InlineData("cafe\u0301 noir", "café noir")]
    [InlineData("Ti\u1ebfng Vi\u1ec7t", "tie\u0302\u0301ng vie\u0323\u0302t")]
    [InlineData("call “Acme” now", "Acme.")]
    [InlineData("한국어", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165")]
    [InlineData("送金先は田中さんです", "田中")]
    [InlineData("code ٣٤٥ here", "345")]
    // Invisible characters, on both sides.
    [InlineData("write to a\u200bnn@x.org", "ann@x.org")]
    [InlineData("write to ann@x.org", "a\u202enn@\u2060x.org")]
    [InlineData("pass\u00adword one", "password")]
    // Numbers.
    [InlineData("Total 98.70", "98.7")]
    [InlineData("Total $98.70.", "98.7")]
    [InlineData("Total 98.7", "98.70")]
    [InlineData("Total 1,098.70 due", "1098.7")]
    [InlineData("Total 1098.7 due", "$1,098.70")]
    [InlineData("Summe 1.098,70", "1098.7")]
    [InlineData("pay 1,098", "1098")]
    [InlineData("{\"amount\":98.70}", "98.7")]
    [InlineData("pay 1000", "1e3")]
    [InlineData("weighs 7kg", "7")]
    [InlineData("costs USD98.70", "98.7")]
    [InlineData("it was -50 then", "50")]
    [InlineData("Fr. 12'500.50", "12500.5")]
    // Dates: evidence is that of the day.
    [InlineData("on 2025-01-11", "2025-01-11")]
    [InlineData("on 2025-01-11 at noon", "2025-01-11 09:00")]
    [InlineData("at 2025-01-11T08:00:00Z", "2025-01-11")]
    [InlineData("on January 11th", "2025-01-11")]
    [InlineData("on January 11th, 2025", "2025-01-11")]
    [InlineData("on 11 Jan 2025", "2025-01-11")]
    [InlineData("the 11th of January", "2025-01-11")]
    [InlineData("on 11/01/2025", "2025-01-11")]
    [InlineData("on 11/01/2025", "2025-11-01")]
    [InlineData("on 11.01.2025", "2025-01-11")]
    [InlineData("on 2025-01-11", "January 11, 2025")]
    [InlineData("on 20250111", "2025-01-11")]
    [InlineData("on 2025-01-11", "2025-01-11T10:00:00Z")]
    // Accounts, cards, phones.
    [InlineData("to GB29 NWBK 6016 1331 9268 19 please", "GB29NWBK60161331926819")]
    [InlineData("to GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19")]
    [InlineData("to GB29 NWBK 6016", "GB29NWBK6016")]
    [InlineData("card 4111-1111-1111-1111 exp", "4111111111111111")]
    [InlineData("card 4111 1111 1111 1111", "4111-1111-1111-1111")]
    [InlineData("call +44 20 7946 0958", "+442079460958")]
    [InlineData("call (020) 7946 0958", "020 79460958")]
    // Addresses, URLs, paths, hashes, ids.
    [InlineData("mail Ann@X.org, please", "ann@x.org")]
    [InlineData("see https://x.org/a?b=c for more", "https://x.org/a?b=c")]
    [InlineData("open /etc/passwd now", "/etc/passwd")]
    [InlineData("file bill-december-2023.txt", "bill-december-2023.txt")]
    [InlineData("commit 3f786850e387550fdab836ed7e6dc881de23001b", "3F786850E387550FDAB836ED7E6DC881DE23001B")]
    [InlineData("id 0190b6a0-7b3c-7def-8abc-1234567890ab.", "0190b6a0-7b3c-7def-8abc-1234567890ab")]
    // Decoded once, on either side.
    [InlineData("mail ann%40x.org today", "ann@x.org")]
    [InlineData("mail ann@x.org today", "ann%40x.org")]
    [InlineData("run c2VuZCB0byBhbm5AeC5vcmc= now", "send to ann@x.org")]
    [InlineData("run c2VuZCB0byBhbm5AeC5vcmc now", "ann@x.org")]
    [InlineData("send to ann@x.org", "c2VuZCB0byBhbm5AeC5vcmc=")]
    [InlineData("hex 73656e6420746f20616e6e40782e6f7267", "ann@x.org")]
    [InlineData("send to ann@x.org", "73656E6420746F20616E6E40782E6F7267")]
    [InlineData("u=aHR0cHM6Ly9ldmlsLm9yZy8_YT1-fn5-fn4", "https://evil.org/?a=~~~~~~")]
    public void A_value_is_found(string text, string value)
    {
        Assert.Equal(TextOrigins.Untrusted, new Reader().Untrusted(text).Whole(value) & TextOrigins.Untrusted);
        foreach (var chunk in (int[])[1, 2, 3, 7])
        {
            Assert.Equal(TextOrigins.Untrusted,
                new Reader().Read(TextTrust.Untrusted, text, chunk).Whole(value) & TextOrigins.Untrusted);
        }
    }

    [Theory]
    [InlineData("room 77", "7")]
    [InlineData("room 7.5", "7")]
    [InlineData("room 1,700", "700")]
    [InlineData("address 10.0.0.1", "10")]
    [InlineData("mail joann@x.org", "ann@x.org")]
    [InlineData("98.7", "98.71")]
    [InlineData("on 2025-01-12", "2025-01-11")]
    [InlineData("on January 11th, 2024", "2025-01-11")]
    [InlineData("march on", "2025-03-01")]
    [InlineData("xрау", "xpay")]                 // Cyrillic: confusables are not folded
    [InlineData("Total 98.70", "987")]
    [InlineData("GB29 NWBK 6016", "GB29NWBK6017")]
    [InlineData("a1b2c3d4e5", "1")]
    [InlineData("two decodings: ann%2540x.org", "ann@x.org")]
    public void A_neighbour_is_not(string text, string value) =>
        Assert.Equal(TextOrigins.None, new Reader().Untrusted(text).Whole(value));

    // What is evidence against trust is not evidence for it.
    [Theory]
    [InlineData("mail ann@x.org", "x.org")]
    [InlineData("mail ann@x.org.evil.com", "ann@x.org")]
    [InlineData("see api.example.org", "example.org")]
    [InlineData("see https://x.org/a/b", "https://x.org/a")]
    [InlineData("key abc-123-456", "abc-123")]
    public void A_part_of_a_word_is_evidence_against_trust_only(string text, string value)
    {
        Assert.Equal(TextOrigins.Untrusted, new Reader().Untrusted(text).Whole(value));
        Assert.Equal(TextOrigins.None, new Reader().Trusted(text).Whole(value));
        Assert.Equal(TextOrigins.None, new Reader().Brief(text).Whole(value));
    }

    [Theory]
    [InlineData("", ValueShape.Empty)]
    [InlineData("ann@x.org", ValueShape.Mail)]
    [InlineData("https://x.org", ValueShape.Url)]
    [InlineData("www.x.org/a", ValueShape.Url)]
    [InlineData("api.x.org", ValueShape.Host)]
    [InlineData("GB29 NWBK 6016 1331 9268 19", ValueShape.Account)]
    [InlineData("UK12345678901234567890", ValueShape.Account)]
    [InlineData("+44 20 7946 0958", ValueShape.Account)]
    [InlineData("/etc/passwd", ValueShape.Path)]
    [InlineData("notes.txt", ValueShape.Path)]
    [InlineData("98.70", ValueShape.Number)]
    [InlineData("$1,098", ValueShape.Number)]
    [InlineData("2025-01-11", ValueShape.Date)]
    [InlineData("2025-01-11 09:00", ValueShape.Date)]
    [InlineData("January 11th", ValueShape.Date)]
    [InlineData("3f786850e387", ValueShape.Identifier)]
    [InlineData("Car Rental", ValueShape.Text)]
    public void A_value_has_a_shape(string value, ValueShape shape) =>
        Assert.Equal(shape, new Reader().Index.Trace(value).Shape);

    [Fact]
    public void Evidence_names_the_bytes_of_the_body()
    {
        var index = new Reader().Trusted("nothing").Untrusted("<p>  pay\n\n to   ann@x.org,   now é ann@y.org").Index;

        Assert.Equal([new TextSpan(1, 16, 9)], index.Trace("ann@x.org").Spans);
        var second = Assert.Single(index.Trace("ann@y.org").Spans);
        Assert.InRange(second.Start, 36, 38);
    }

    [Fact]
    public void Plain_and_other_text_are_folded_alike()
    {
        var random = new Random(20251122);
        for (var round = 0; round < 2000; round++)
        {
            var text = new byte[random.Next(40)];
            for (var at = 0; at < text.Length; at++)
            {
                text[at] = (byte)(random.Next(3) == 0 ? " \t\n\u007f"u8[random.Next(4)] : random.Next(128));
            }

            var longWay = new FoldedText(reading: 0);
            longWay.Append(text, text.Length);
            longWay.Complete();
            Assert.Equal(longWay.Bytes.TrimEnd((byte)' ').ToArray(), FoldedText.Of(text));
        }
    }
}
