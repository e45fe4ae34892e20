using static Sallyport.Http.Tests.Heads;

namespace Sallyport.Http.Tests;

// A client decides where its bytes are cut into packets; that must not decide anything else.
public sealed class HeadGuardSplitTests
{
    public static TheoryData<int, int> GoodStreams => Each(Streams.Good);

    public static TheoryData<int, int> BadStreams => Each(Streams.Bad);

    [Theory]
    [MemberData(nameof(GoodStreams))]
    public void A_good_stream_is_approved_whole_at_every_split(int stream, int segmentBytes)
    {
        var bytes = Bytes(Streams.Good[stream]);
        for (var split = 0; split <= bytes.Length; split++)
        {
            Assert.Equal((split, new Walk(bytes.Length, null)), (split, InParts(bytes, [split, bytes.Length], segmentBytes)));
        }
    }

    [Theory]
    [MemberData(nameof(GoodStreams))]
    public void A_good_stream_is_approved_whole_byte_by_byte(int stream, int segmentBytes)
    {
        var bytes = Bytes(Streams.Good[stream]);
        Assert.Equal(new Walk(bytes.Length, null), InParts(bytes, Enumerable.Range(1, bytes.Length), segmentBytes));
    }

    // The fault may be told sooner, and in other words, than when all is there; what is approved is the same.
    [Theory]
    [MemberData(nameof(BadStreams))]
    public void A_bad_stream_is_approved_up_to_the_same_byte_at_every_split(int stream, int segmentBytes)
    {
        var bytes = Bytes(Streams.Bad[stream]);
        var whole = AtOnce(bytes);
        Assert.NotNull(whole.Code);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var walk = InParts(bytes, [split, bytes.Length], segmentBytes);
            Assert.NotNull(walk.Code);
            Assert.Equal((split, whole.Approved), (split, walk.Approved));
        }
    }

    [Theory]
    [MemberData(nameof(BadStreams))]
    public void A_bad_stream_is_approved_up_to_the_same_byte_byte_by_byte(int stream, int segmentBytes)
    {
        var bytes = Bytes(Streams.Bad[stream]);
        var walk = InParts(bytes, Enumerable.Range(1, bytes.Length), segmentBytes);
        Assert.NotNull(walk.Code);
        Assert.Equal(AtOnce(bytes).Approved, walk.Approved);
    }

    private static TheoryData<int, int> Each(string[] streams)
    {
        var data = new TheoryData<int, int>();
        for (var stream = 0; stream < streams.Length; stream++)
        {
            foreach (var segmentBytes in (int[])[1, 3, 16, int.MaxValue])
            {
                data.Add(stream, segmentBytes);
            }
        }

        return data;
    }
}
