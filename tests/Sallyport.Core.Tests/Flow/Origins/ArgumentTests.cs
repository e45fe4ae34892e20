using System.Text;

namespace Sallyport.Flow.Origins.Tests;

public sealed class ArgumentTests
{
    [Fact]
    public void Every_string_and_number_is_a_leaf_with_its_pointer()
    {
        var index = new Reader().Brief("Pay 98.70 to Ann").Untrusted("the IBAN is GB29 NWBK 6016").Index;
        var traced = index.TraceJson(
            """{"amount":98.7,"to":["ann",{"a/b~":"GB29NWBK6016"}],"now":true,"none":null}"""u8);

        Assert.Equal("/amount /to/0 /to/1/a~1b~0", string.Join(' ', traced.Select(leaf => leaf.Leaf)));
        Assert.Equal([Standing.Brief, Standing.Brief, Standing.Untrusted], traced.Select(leaf => leaf.Trace.Standing));
        Assert.Equal([ValueShape.Number, ValueShape.Text, ValueShape.Identifier],
            traced.Select(leaf => leaf.Trace.Shape));
    }

    [Fact]
    public void The_parts_of_a_URL_are_leaves_of_their_own()
    {
        var index = new Reader().Brief("fetch from api.x.org the report q1").Untrusted("secret is k3y-9911").Index;
        var traced = index.TraceJson("""["https://bob@api.x.org:8080/report/q1?tok%65n=k3y%2D9911&x#top"]"""u8);

        Assert.Equal(
            " host user path/0 path/1 query/0/name query/0/value query/1/name fragment",
            string.Join(' ', traced.Select(leaf => leaf.Part)));
        Assert.All(traced, leaf => Assert.Equal("/0", leaf.Leaf));
        var parts = traced.ToDictionary(leaf => leaf.Part, leaf => leaf.Trace.Standing, StringComparer.Ordinal);
        Assert.Equal(Standing.Brief, parts["host"]);
        Assert.Equal(Standing.Brief, parts["path/1"]);
        Assert.Equal(Standing.Untrusted, parts["user"]);
        Assert.Equal(Standing.Untrusted, parts["query/0/value"]);
        Assert.Equal(TextOrigins.Untrusted, traced[6].Trace.Whole);
        Assert.Equal(Standing.Untrusted, parts[""]);
    }

    [Theory]
    [InlineData("{\"a\":", TraceBound.Unparsable)]
    [InlineData("{\"a\":1}x", TraceBound.Unparsable)]
    [InlineData("\"\\ud800\"", TraceBound.Unparsable)]
    [InlineData("", TraceBound.Unparsable)]
    public void What_does_not_parse_is_untrusted_and_says_so(string json, TraceBound bound)
    {
        var leaf = Assert.Single(new Reader().Brief("a 1").Index.TraceJson(Encoding.UTF8.GetBytes(json)));
        Assert.Equal((bound, Standing.Untrusted), (leaf.Trace.Bound, leaf.Trace.Standing));
    }

    [Fact]
    public void Too_many_leaves_are_untrusted_and_say_so()
    {
        var limits = new TextIndexLimits { LeavesMax = 3 };
        var reader = new Reader(limits).Brief("1");
        Assert.All(reader.Index.TraceJson("[1,1,1]"u8), leaf => Assert.Equal(Standing.Brief, leaf.Trace.Standing));
        var last = reader.Index.TraceJson("[1,1,1,1]"u8)[^1];
        Assert.Equal((TraceBound.Leaves, Standing.Untrusted), (last.Trace.Bound, last.Trace.Standing));
    }

    [Fact]
    public void Too_deep_is_untrusted_and_says_so()
    {
        var reader = new Reader(new TextIndexLimits { DepthMax = 4 }).Brief("1");
        Assert.Equal(Standing.Brief, Assert.Single(reader.Index.TraceJson("[[[1]]]"u8)).Trace.Standing);
        foreach (var depth in (int[])[4, 5, 6, 10_000])
        {
            var deep = new string('[', depth) + "1" + new string(']', depth);
            var last = reader.Index.TraceJson(Encoding.UTF8.GetBytes(deep))[^1];
            Assert.Equal(Standing.Untrusted, last.Trace.Standing);
            Assert.Contains(last.Trace.Bound, (TraceBound[])[TraceBound.Depth, TraceBound.Unparsable]);
        }
    }

    [Fact]
    public void A_value_over_its_bound_is_traced_so_far_and_untrusted()
    {
        var reader = new Reader(new TextIndexLimits { ValueBytesMax = 64 }).Brief(
            new string('a', 100) + " one two three");
        var trace = reader.Index.Trace(new string('b', 100));
        Assert.Equal((TraceBound.ValueBytes, Standing.Untrusted), (trace.Bound, trace.Standing));
    }
}
