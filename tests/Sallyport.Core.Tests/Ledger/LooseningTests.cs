namespace Sallyport.Ledger.Tests;

public sealed class LooseningTests
{
    // Whoever adds a kind says here what it does when a start believes it.
    private static readonly Dictionary<string, bool> Loosens = new(StringComparer.Ordinal)
    {
        [EntryKind.Decision] = false,
        [EntryKind.Observation] = false,
        [EntryKind.Labels] = false,
        [EntryKind.Cut] = false,
        [EntryKind.RunStart] = true,
        [EntryKind.RunEnd] = false,
        [EntryKind.Freeze] = false,
        [EntryKind.NodeStart] = true,
        [EntryKind.NodeStop] = false,
        [EntryKind.Hold] = true,
        [EntryKind.Approval] = true,
        [EntryKind.Perimeter] = true,
        [EntryKind.Gap] = false,
        [EntryKind.Counts] = false,
        [EntryKind.Period] = false,
        [EntryKind.Place] = false,
        [EntryKind.PlaceClear] = true,
        [EntryKind.Refused] = false,
        [EntryKind.UnsignedTail] = true,
        [EntryKind.Key] = false,
        [EntryKind.ActRefused] = false,
        [EntryKind.Endorsement] = false,
        [EntryKind.Wake] = false,
        [EntryKind.Input] = false,
        [EntryKind.Instruction] = false,
        [EntryKind.Archive] = true,
        [EntryKind.Content] = false,
        [EntryKind.ContentHold] = false,
    };

    [Fact]
    public void Every_kind_says_whether_it_loosens()
    {
        Assert.Equal(
            EntryKind.All.Order(StringComparer.Ordinal), Loosens.Keys.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.All(Loosens, kind => Assert.Equal(kind.Value, Loosening.Is(Examples.ByName[kind.Key])));
    }

    [Theory]
    [InlineData("frozen", false)]
    [InlineData("thawed", true)]
    [InlineData("melted", true)]
    public void A_freeze_tightens_and_every_other_word_does_not(string change, bool loosens) => Assert.Equal(
        loosens, Loosening.Is((LedgerEntry.FreezeChanged)Examples.ByName["freeze"] with { Change = change }));

    [Theory]
    [InlineData("given", true)]
    [InlineData("declined", false)]
    [InlineData("used", false)]
    [InlineData("voided", false)]
    public void Only_a_yes_loosens(string change, bool loosens) => Assert.Equal(
        loosens, Loosening.Is((LedgerEntry.ApprovalChanged)Examples.ByName["approval"] with { Change = change }));

    [Theory]
    [InlineData("kept", false)]
    [InlineData("not-kept", false)]
    [InlineData("dropped", true)]
    public void Only_what_says_that_a_body_was_dropped_loosens(string change, bool loosens) => Assert.Equal(
        loosens, Loosening.Is((LedgerEntry.ContentChanged)Examples.ByName["content"] with { Change = change }));

    [Theory]
    [InlineData("held", false)]
    [InlineData("released", true)]
    public void A_legal_hold_tightens_and_its_release_does_not(string change, bool loosens) => Assert.Equal(
        loosens, Loosening.Is((LedgerEntry.ContentHeld)Examples.ByName["content-hold"] with { Change = change }));

    [Theory]
    [InlineData("applied", true)]
    [InlineData("proposed", true)]
    [InlineData("withdrawn", false)]
    public void A_perimeter_that_is_put_in_force_or_proposed_loosens(string change, bool loosens) => Assert.Equal(
        loosens, Loosening.Is((LedgerEntry.PerimeterChanged)Examples.ByName["perimeter"] with { Change = change }));
}
