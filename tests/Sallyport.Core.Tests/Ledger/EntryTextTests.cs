using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Ledger.Tests;

public sealed class EntryTextTests
{
    [Theory]
    [InlineData("plain ~text~ 'with' /slashes/ & more>", "plain ~text~ 'with' /slashes/ & more>")]
    [InlineData("\"", "\\\"")]
    [InlineData("\\", "\\\\")]
    [InlineData("<", "\\u003c")]
    [InlineData("\n", "\\u000a")]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("\u007f", "\\u007f")]
    [InlineData("\u009b", "\\u009b")]
    [InlineData("\u202eevil", "\\u202eevil")]
    [InlineData("😀", "\\ud83d\\ude00")]
    [InlineData("", "")]
    public void A_text_has_this_form_and_no_other(string text, string form)
    {
        Assert.Equal(form, Form(text, EntryText.WordMax));
        Assert.True(EntryText.TryRead(Encoding.ASCII.GetBytes(form), EntryText.WordMax, out var back));
        Assert.Equal(text, back);
    }

    [Theory]
    [InlineData("\\u0041")]
    [InlineData("\\u003C")]
    [InlineData("\\u00e")]
    [InlineData("\\n")]
    [InlineData("\\/")]
    [InlineData("\\")]
    [InlineData("<")]
    [InlineData("é")]
    [InlineData("\u007f")]
    public void Another_form_is_refused(string form) => Assert.False(EntryText.TryRead(Encoding.UTF8.GetBytes(form), EntryText.WordMax, out _));

    [Theory]
    [InlineData(511, false)]
    [InlineData(512, false)]
    [InlineData(513, true)]
    public void A_text_is_cut_only_past_its_limit(int length, bool isCut)
    {
        var text = new string('a', length);
        Assert.Equal(isCut, Form(text, 512) != text);
        Assert.InRange(Form(text, 512).Length, 0, 512);
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("é", 6)]
    [InlineData("\"", 2)]
    public void A_cut_text_says_how_long_it_was_and_what_its_digest_was(string unit, int formLength)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 2_000));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var form = Form(text, 512);
        Assert.EndsWith($" [cut from 2000 characters, sha256:{digest}]", form, StringComparison.Ordinal);
        Assert.InRange(form.Length, 512 - formLength + 1, 512);
    }

    [Fact]
    public void A_cut_never_parts_a_surrogate_pair()
    {
        for (var before = 0; before < 12; before++)
        {
            var form = Form(new string('a', before) + string.Concat(Enumerable.Repeat("😀", 500)), 512);
            Assert.True(EntryText.TryRead(Encoding.ASCII.GetBytes(form), 512, out var text));
            Assert.Equal(text.Count(char.IsHighSurrogate), text.Count(char.IsLowSurrogate));
        }
    }

    [Fact]
    public void A_cut_text_is_not_cut_again()
    {
        var form = Form(new string('é', 2_000), 512);
        Assert.True(EntryText.TryRead(Encoding.ASCII.GetBytes(form), 512, out var text));
        Assert.Equal(form, Form(text, 512));
    }

    [Fact]
    public void Any_text_comes_back()
    {
        var random = new Random(42);
        for (var round = 0; round < 2_000; round++)
        {
            var text = string.Create(random.Next(40), random, static (chars, random) =>
            {
                foreach (ref var c in chars)
                {
                    c = (char)(random.Next(2) == 0 ? random.Next(0x100) : random.Next(0x10000));
                }
            });
            Assert.True(EntryText.TryRead(Encoding.ASCII.GetBytes(Form(text, EntryText.WordMax)), EntryText.WordMax, out var back), text);
            Assert.Equal(text, back);
        }
    }

    private static string Form(string text, int max)
    {
        var buffer = new byte[EntryBytes.LengthMax];
        return Encoding.ASCII.GetString(buffer, 0, EntryText.Write(text, max, buffer));
    }
}
