using Sallyport.Tlog.Tiles;

namespace Sallyport.Tlog.Tests.Tiles;

public sealed class TilePathTests
{
    [Theory]
    [InlineData("tile/0/000", 0, 0L, 256)]
    [InlineData("tile/0/x001/x234/067", 0, 1_234_067L, 256)]
    [InlineData("tile/63/999", 63, 999L, 256)]
    [InlineData("tile/1/x001/000.p/1", 1, 1_000L, 1)]
    [InlineData("tile/entries/000.p/255", -1, 0L, 255)]
    [InlineData("tile/entries/x273/000", -1, 273_000L, 256)]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/807", 0, long.MaxValue, 256)]
    public void A_path_has_one_spelling(string text, int level, long index, int width)
    {
        var path = TilePath.Parse(text).ValueOrThrow();
        Assert.Equal((level, index, width), (path.Level, path.Index, path.Width));
        Assert.Equal(text, path.ToString());
        Assert.Equal(path, level < 0 ? TilePath.Bundle(index, width) : TilePath.Hashes(level, index, width));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/000/")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/01/000")]
    [InlineData("tile/0/00")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/x001/x002")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/+1")]
    [InlineData("tile/0/000.p/1/1")]
    [InlineData("tile/entries/../000")]
    [InlineData("tile/0/x009/x223/x372/x036/x854/x775/808")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/x٠٠١/000")]
    public void Every_other_spelling_is_refused(string text) =>
        Assert.Equal("tile.path", TilePath.Parse(text).Fault?.Field);

    [Fact]
    public void A_tile_that_no_tree_has_is_a_bug_of_the_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Hashes(64, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Hashes(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Bundle(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Bundle(0, 257));
    }

    [Fact]
    public void The_limits_are_those_of_the_format()
    {
        Assert.Equal(8192, TilePath.Hashes(3, 7).BytesMax);
        Assert.Equal(32 * 5, TilePath.Hashes(3, 7, 5).BytesMax);
        Assert.Equal(2 * (2 + 65_535), TilePath.Bundle(0, 2).BytesMax);
    }
}
