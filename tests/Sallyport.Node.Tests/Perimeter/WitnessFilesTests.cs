using Sallyport.Perimeter.Changes;

namespace Sallyport.Perimeter.Tests;

/// <summary><c>ledger.witnesses</c>: each mistake with its line and its mend.</summary>
public sealed class WitnessFilesTests : IDisposable
{
    private const string Head = "version: 1\norganisation: example.org\nroles: {}\nagents: {}\nledger:\n";

    private const string Key = "one.example+72598a16+BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";

    // Of the kind that logs have.
    private const string LogKey = "one.example+119ba085+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("  quorum: 1", "quorum is '1', and there are 0 witnesses")]
    [InlineData("  witnesses: { one: { url: \"https://w.example\" } }", "key")]
    [InlineData("  witnesses: { one: { key: x } }", "key is no verifier key")]
    [InlineData("  witnesses: { one: { url: \"nowhere\", key: x } }", "url is 'nowhere'")]
    [InlineData(
        "  witnesses: { one: { url: \"https://w.example\", key: \"" + LogKey + "\" } }",
        "key is not that of a cosigner")]
    [InlineData(
        "  witnesses: { one: { url: \"https://w.example\", key: \"" + Key + "\" } }\n  quorum: 2",
        "and there are 1 witnesses", ":7:")]
    [InlineData("  witnesses: { One: { url: \"https://w.example\", key: x } }", "The witness name 'One' is not a name")]
    [InlineData("  witnesses: { one: { url: \"https://w.example\", key: x, secret: y } }", "secret")]
    public void A_mistake_is_told_with_its_line(string text, string told, string line = ":6:")
    {
        var loaded = folder.Load(Head + text + "\n");
        Assert.Null(loaded.Snapshot);
        Assert.Contains(loaded.Lines(), it => it.Contains(line, StringComparison.Ordinal)
            && it.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void Who_cosigns_is_a_difference_of_two_perimeters()
    {
        var without = folder.Load(Head + "  reads: written\n").Compiled!; // without a mistake
        var with = folder.Load(
            Head + $"  witnesses: {{ one: {{ url: \"https://w.example\", key: \"{Key}\" }} }}\n").Compiled!;
        Assert.Equal(1, with.Options.Witnesses.Quorum);
        Assert.Equal(ChangeDirection.Narrows, Assert.Single(PerimeterDiff.Of(without, with)).Direction);
        var removed = Assert.Single(PerimeterDiff.Of(with, without));
        Assert.Equal(ChangeDirection.MayWiden, removed.Direction);
        Assert.Contains("cosigned by nobody, and were by 1 of one", removed.What, StringComparison.Ordinal);
    }
}
