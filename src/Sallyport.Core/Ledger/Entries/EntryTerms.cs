namespace Sallyport.Ledger;

/// <summary>What an entry is found by beside its facets: the digests that it names, and the texts that its words are
/// looked for in.</summary>
public static class EntryTerms
{
    // SHA-256 of nothing: half of all requests have no body, and nobody looks for them by it.
    private const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Digests of contents and of what became of their bodies, of command lines, briefs, held acts and rules:
    /// whole SHA-256, without doubles. Not the snapshot of each decision.</summary>
    public static IReadOnlyList<string> Digests(LedgerEntry entry) => Whole(entry switch
    {
        LedgerEntry.Observed it => [it.DigestSent, it.DigestReceived],
        LedgerEntry.RunStarted it => [it.CommandDigest, it.BriefDigest],
        LedgerEntry.HoldOpened it => [it.Digest],
        LedgerEntry.ApprovalChanged it => [it.Digest],
        LedgerEntry.PerimeterChanged it => [it.Before, it.After, it.SummaryDigest],
        LedgerEntry.NodeStarted it => [it.Snapshot],
        LedgerEntry.ContentChanged it => it.Digests.Split(' '),
        LedgerEntry.ContentHeld it => ContentScope.TryParse(it.Scope, out var scope) ? [scope.Digest ?? ""] : [],
        _ => [],
    });

    /// <summary>URLs, methods and names of tools, programs, places, and the words that people gave as reasons; empty
    /// where there are none.</summary>
    public static string Text(LedgerEntry entry) => entry switch
    {
        LedgerEntry.Decided it => $"{it.Method} {it.Target}",
        LedgerEntry.Observed it => it.Target,
        LedgerEntry.ChannelCut it => it.Target,
        LedgerEntry.RunStarted it => it.Program,
        LedgerEntry.HoldOpened it => $"{it.Method} {it.Target} {it.Reason} {it.Ticket}",
        LedgerEntry.ApprovalChanged it => $"{it.Ticket} {it.Reason}",
        LedgerEntry.FreezeChanged it => $"{it.FreezeId} {it.Reason}",
        LedgerEntry.PerimeterChanged it => it.Summary,
        LedgerEntry.PlaceLabelled it => $"{it.Place} {it.Path}",
        LedgerEntry.PlaceCleared it => $"{it.Place} {it.Path} {it.Reason}",
        LedgerEntry.PeriodArchived it => $"{it.Archive} {it.Reason}",
        LedgerEntry.ContentHeld it => $"{it.Hold} {it.Scope} {it.Reason}",
        _ => "",
    };

    private static string[] Whole(string[] digests) =>
    [
        .. digests.Where(digest => digest.Length == DigestPrefix.LengthMax && digest != OfNothing)
            .Distinct(StringComparer.Ordinal),
    ];
}
