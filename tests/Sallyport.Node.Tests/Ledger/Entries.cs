using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger.Tests;

/// <summary>Entries with legal defaults.</summary>
internal static class Entries
{
    public static readonly RunId Run = ParseRun("01jd3k5m7n9p1q3r5s7t9v1w3x");
    public static readonly RunId OtherRun = ParseRun("01jd3k5m7n9p1q3r5s7t9v1w3y");
    public static readonly AgentId Agent = ParseAgent("research");
    public static readonly AgentId OtherAgent = ParseAgent("billing-bot");

    public static RunId ParseRun(string text) => RunId.TryParse(text, out var run) ? run : throw new FormatException(text);

    public static AgentId ParseAgent(string text) => AgentId.TryParse(text, out var agent) ? agent : throw new FormatException(text);

    public static LabelSet Labels(string text) => LabelSet.TryParse(text, out var labels) ? labels : throw new FormatException(text);

    public static LedgerEntry.Decided Decided(string path = "/api/v1/posts") => new()
    {
        Run = Run,
        Agent = Agent,
        Gateway = "http",
        Class = "read",
        Method = "GET",
        Target = "https://www.moltbook.com" + path,
        Host = "www.moltbook.com",
        Verdict = "allow",
        Code = "",
        Rule = "sallyport.yaml:12 (GET www.moltbook.com/api/v1/**)",
        Source = "moltbook",
        Labels = Labels("social,untrusted"),
        LabelVersion = 3,
        FreezeEpoch = 1,
        Snapshot = new string('a', 64),
    };

    public static LedgerEntry.Observed Observed(EntryId decision) => new()
    {
        Decision = decision,
        Run = Run,
        Agent = Agent,
        Target = "https://www.moltbook.com/api/v1/posts",
        Host = "www.moltbook.com",
        Status = 200,
        BytesSent = 0,
        BytesReceived = 4711,
        DigestSent = new string('b', 64),
        DigestReceived = new string('c', 64),
        Labels = Labels("social,untrusted"),
        End = "complete",
    };

    public static LedgerEntry.ApprovalChanged Approved(string change) => new()
    {
        Run = Run,
        Agent = Agent,
        Ticket = "t7k3m9p2x",
        Digest = new string('d', 64),
        Change = change,
        Author = "uid:1000",
        Operator = "alice",
        Factor = "signature",
        Reason = "as agreed",
        Expires = DateTimeOffset.UnixEpoch,
    };

    public static LedgerEntry.EndorsementChanged Endorsed(string change) => new()
    {
        Run = Run,
        Agent = Agent,
        Digest = new string('d', 64),
        Change = change,
        Method = "POST",
        Target = "https://pay.example.com/transfers",
        Host = "pay.example.com",
        At = "/body/to",
        Shown = "mallory",
        Evidence = "0-7",
        Start = 4,
        Length = 7,
        Source = "moltbook",
        Author = "uid:1000",
        Operator = "alice",
        Factor = "signature",
        Reason = "as agreed",
        Expires = DateTimeOffset.UnixEpoch,
    };

    public static LedgerEntry.NodeStopped Stopped() => new() { Reason = "signal" };
}
