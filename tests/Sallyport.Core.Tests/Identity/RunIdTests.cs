namespace Sallyport.Identity;

public sealed class RunIdTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_run_has_26_characters_and_reads_back()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var run = RunId.New(new FixedTime(Start.AddMilliseconds(i)));
            Assert.Equal(26, run.Text.Length);
            Assert.True(RunId.TryParse(run.ToString(), out var back), run.Text);
            Assert.Equal(run, back);
        }
    }

    // Ordinal order, which is what SQLite and file listings use.
    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(86_400_000)]
    [InlineData(31_536_000_000)]
    public void Runs_sort_by_the_time_they_started(long laterMilliseconds)
    {
        for (var i = 0; i < 100; i++)
        {
            var (earlier, later) = (RunId.New(new FixedTime(Start)), RunId.New(new FixedTime(Start.AddMilliseconds(laterMilliseconds))));
            Assert.True(string.CompareOrdinal(earlier.Text, later.Text) < 0, $"{earlier} {later}");
        }
    }

    [Fact]
    public void Runs_of_one_moment_differ() =>
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => RunId.New(new FixedTime(Start))).Distinct().Count());

    [Theory]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3x", true)]
    [InlineData("00000000000000000000000000", true)]
    [InlineData("7zzzzzzzzzzzzzzzzzzzzzzzzz", true)]
    [InlineData("8zzzzzzzzzzzzzzzzzzzzzzzzz", false)]
    [InlineData("z0000000000000000000000000", false)]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3", false)]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3xx", false)]
    [InlineData("01JD3K5M7N9P1Q3R5S7T9V1W3X", false)]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3i", false)]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3l", false)]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3o", false)]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3u", false)]
    [InlineData("01jd3k5m-n9p1q3r5s7t9v1w3x", false)]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3\0", false)]
    [InlineData("01jd3k5m7n9p1q3r5s7t9v1w3 ", false)]
    [InlineData("../../../../../../../../..", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_run_from_outside_has_this_form(string? text, bool isRun) => Assert.Equal(isRun, RunId.TryParse(text, out _));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
