using Sallyport.Egress;

namespace Sallyport.Flow.Tests;

public sealed class PlaceMapTests
{
    // What is written is read at the path itself, below it, and in every list above it.
    [Theory]
    [InlineData("/notes/7", "/notes/7", true)]
    [InlineData("/notes/7", "/notes/7/comments/1", true)]
    [InlineData("/notes/7", "/notes", true)]
    [InlineData("/notes/7", "/", true)]
    [InlineData("/", "/anything", true)]
    [InlineData("/notes/7", "/notes/8", false)]
    [InlineData("/notes/7", "/notes/77", false)]
    [InlineData("/notes", "/notesx", false)]
    [InlineData("/notes/7", "/other", false)]
    public void Paths_overlap_by_segments_whichever_is_above(string written, string read, bool overlaps)
    {
        Assert.Equal(overlaps, PlaceMap.Overlap(written, read));
        Assert.Equal(overlaps, PlaceMap.Overlap(read, written));
        Assert.Equal(overlaps ? "untrusted" : "", $"{Map(("s", written, "untrusted")).At("s", read)}");
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("/Notes/Seven/", "/notes/seven")]
    [InlineData("/n%6Ftes", "/notes")]
    [InlineData("/notes/%2e%2e/x", "/")]
    [InlineData("/notes//x", "/")]
    [InlineData("/notes;v=1", "/")]
    [InlineData("/caf%C3%A9", "/caf%c3%a9")]
    public void A_path_has_one_form_and_one_that_servers_would_read_differently_is_the_whole_source(
        string path, string form) => Assert.Equal(form, PlacePath.Of(path));

    [Fact]
    public void A_path_that_is_too_long_stands_for_the_last_folder_that_is_not()
    {
        Assert.Equal("/notes", PlacePath.Of("/notes/" + new string('x', PlacePath.LengthMax)));
        Assert.Equal("/", PlacePath.Of("/" + new string('x', PlacePath.LengthMax + 1)));
    }

    [Fact]
    public void Labels_are_of_their_source_alone_and_join()
    {
        var map = Map(("s", "/a", "untrusted"), ("s", "/a/b", "confidential"), ("t", "/a", "secret"));
        Assert.Equal("confidential,untrusted", $"{map.At("s", "/a/b")}");
        Assert.Equal("untrusted", $"{map.At("s", "/a/c")}");
        Assert.Equal("", $"{map.At("u", "/a")}");
        Assert.Equal(3, map.Count);
    }

    [Fact]
    public void What_every_reader_gets_already_changes_nothing()
    {
        var map = Map(("s", "/a", "untrusted"));
        Assert.Same(map, map.With("s", "/a", Set("untrusted")));
        Assert.Same(map, map.With("s", "/a/b/c", Set("untrusted")));
        Assert.NotSame(map, map.With("s", "/", Set("untrusted")));
        Assert.NotSame(map, map.With("s", "/a/b", Set("secret,untrusted")));
    }

    [Fact]
    public void A_source_with_too_many_paths_is_one_place_with_all_their_labels()
    {
        var map = Map(("t", "/", "social"), ("s", "/first", "secret"));
        for (var path = 1; path < PlaceMap.PathsMax; path++)
        {
            map = map.With("s", $"/{path}", Set("untrusted"));
        }

        Assert.Equal("", $"{map.At("s", "/elsewhere")}");
        map = map.With("s", "/one-more", Set("confidential"));
        Assert.Equal("confidential,secret,untrusted", $"{map.At("s", "/elsewhere")}");
        Assert.Equal("", $"{map.At("u", "/elsewhere")}");
        Assert.Equal(2, map.Count);
    }

    [Fact]
    public void Too_many_places_are_one_and_a_person_can_clear_it()
    {
        var map = PlaceMap.Empty;
        for (var source = 0; source < PlaceMap.PlacesMax; source++)
        {
            map = map.With($"s{source}", "/", Set("untrusted"));
        }

        Assert.Equal("", $"{map.At("elsewhere", "/x")}");
        map = map.With("one-more", "/", Set("secret"));
        Assert.Equal("secret,untrusted", $"{map.At("elsewhere", "/x")}");
        Assert.Equal("secret,social,untrusted", $"{map.With("s", "/x", Set("social")).At("elsewhere", "/x")}");
        Assert.Equal(1, map.Count);
        Assert.Equal(0, map.Without(PlaceMap.Everywhere, "/").Count);
    }

    [Fact]
    public void Clearing_takes_what_is_below_and_not_what_is_above_or_beside()
    {
        var map = Map(("s", "/a", "untrusted"), ("s", "/a/b/c", "secret"), ("s", "/a/bc", "social"));
        var cleared = map.Without("s", "/a/b");
        Assert.Equal("/a /a/bc", string.Join(' ', cleared.All.Select(place => place.Path)));
        Assert.Same(cleared, cleared.Without("s", "/a/b"));
        Assert.Empty(cleared.Without("s", "/").All);
    }

    private static PlaceMap Map(params IEnumerable<(string Source, string Path, string Labels)> places) =>
        places.Aggregate(PlaceMap.Empty, (map, at) => map.With(at.Source, at.Path, Set(at.Labels)));

    private static LabelSet Set(string labels) =>
        LabelSet.TryParse(labels, out var set) ? set : throw new FormatException(labels);
}
