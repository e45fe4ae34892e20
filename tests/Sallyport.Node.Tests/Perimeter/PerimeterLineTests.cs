namespace Sallyport.Perimeter.Tests;

// Taking back step by step: each rollback goes further back, and never forward again.
public sealed class PerimeterLineTests
{
    [Theory]
    [InlineData("a", null)]
    [InlineData("a b", "a")]
    [InlineData("a b c", "b")]
    [InlineData("a b b", "a")]
    [InlineData("a b c <b", "a")]
    [InlineData("a b c <b <a", null)]
    [InlineData("a b c <b d", "b")]
    [InlineData("a b c <b d <b", "a")]
    [InlineData("a b c <a", null)]
    [InlineData("a b a", "b")]
    [InlineData("a b a <b", "a")]
    [InlineData("a b <elsewhere", "b")]
    public void A_rollback_goes_to_what_is_before_on_the_line(string changes, string? previous)
    {
        var line = PerimeterLine.Empty;
        foreach (var change in changes.Split(' '))
        {
            line = line.With(change.TrimStart('<'), change[0] == '<');
        }

        Assert.Equal(changes.Split(' ')[^1].TrimStart('<'), line.InForce);
        Assert.Equal(previous, line.Previous);
    }

    [Fact]
    public void No_more_steps_are_remembered_than_there_is_room_for()
    {
        var line = PerimeterLine.Empty;
        for (var step = 0; step <= PerimeterLine.StepsMax; step++)
        {
            line = line.With($"{step}", isRollback: false);
        }

        Assert.Equal(PerimeterLine.StepsMax, line.Steps.Length);
        Assert.Equal($"{PerimeterLine.StepsMax - 1}", line.Previous);
    }
}
