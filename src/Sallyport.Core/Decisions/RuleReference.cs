namespace Sallyport.Decisions;

/// <summary>A rule as people find it again: where it is written and what it says.</summary>
/// <param name="Place"><c>sallyport.yaml:42</c>.</param>
/// <param name="Text">The rule's own text: <c>GET,HEAD www.moltbook.com/api/v1/**</c>.</param>
public sealed record RuleReference(string Place, string Text)
{
    /// <summary>Place and text on one line, as ledger and denials print it.</summary>
    public override string ToString() => $"{Place} ({Text})";
}
