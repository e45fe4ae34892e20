using Sallyport.Bench.Origins;

namespace Sallyport.Flow.Tests;

// A part of ./bench origins: what an agent says of real texts, which it has read as compressed pages, beside values of
// its brief. Of the first texts of every file that is there.
public sealed class RealPageTests
{
    private const int TextsMax = 60;

    [Fact]
    public void What_strangers_wrote_is_never_called_trusted_and_what_a_person_asked_for_is_always_the_brief()
    {
        var files = RealTexts.Files();
        Assert.SkipUnless(
            files.Count > 0,
            "moltbook/, injection/ are not there [needs shared data]: set SALLYPORT_DATA to the folder with them.");
        var tally = new Tally();
        foreach (var (number, file) in files.Index())
        {
            ReadingRun.Read(number, [.. RealTexts.Of(file).Take(TextsMax)], tally);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"COUNT origins pages: {tally.Texts} texts; called trusted: a stranger's {tally.Foreign}, made like the "
            + $"brief's {tally.Near}, from nowhere {tally.Nowhere}; lost: the brief's {tally.Brief}, trusted "
            + $"{tally.Trusted}; composed {tally.Composed}; said by both {tally.SaidByBoth}");
        Assert.Equal(0, tally.Opaque);
        Assert.True(tally.Foreign.Of > 10_000, "there are too few pieces to speak of a rate");
        Assert.Empty(tally.Examples);
        Assert.Equal(
            (0, 0, 0, 0, 0),
            (tally.Foreign.Wrong, tally.Near.Wrong, tally.Nowhere.Wrong, tally.Brief.Wrong, tally.Trusted.Wrong));
    }
}
