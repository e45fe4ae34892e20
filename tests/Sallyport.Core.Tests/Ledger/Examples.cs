using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger.Tests;

/// <summary>One entry of each kind, as a reader of the documentation would meet it.</summary>
internal static class Examples
{
    public static readonly DateTimeOffset Time = new DateTimeOffset(2026, 1, 31, 9, 30, 5, TimeSpan.FromHours(1)).AddMicroseconds(7);

    private static readonly RunId Run = RunId.TryParse("01jd3k5m7n9p1q3r5s7t9v1w3x", out var run) ? run : throw new FormatException();
    private static readonly AgentId Agent = AgentId.TryParse("research", out var agent) ? agent : throw new FormatException();
    private static readonly RoleName Role = RoleName.TryParse("reader", out var role) ? role : throw new FormatException();

    public static IReadOnlyDictionary<string, LedgerEntry> ByName { get; } = new Dictionary<string, LedgerEntry>(StringComparer.Ordinal)
    {
        ["decision"] = Decided("https://www.moltbook.com/api/v1/posts?sort=hot"),
        ["decision-nobody"] = Decided("") with
        {
            Run = null,
            Agent = null,
            Class = "",
            Host = "",
            Verdict = "deny",
            Code = "identity.missing",
            Rule = "",
            Labels = LabelSet.Empty,
        },
        ["decision-policies"] = Decided("https://www.moltbook.com/api/v1/posts") with
        {
            Verdict = "deny",
            Code = "flow.two-doors",
            BytesReserved = 4711,
            Policies = "two-doors (two-doors.cedar:3), own \"1\" (own.cedar:7)",
            Facts = """
                {"time":1790000000123,"port":443,"path":"/api/v1/posts","match":{"is":"allowed",
                "place":"sallyport.yaml:12","rule":"www.moltbook.com","class":"effect","basis":"method"},
                "arguments":[{"at":"/path/2","shown":"posts","destination":true,"origins":["untrusted"],
                "evidence":[{"entry":"2-1041","start":14,"length":5,"origin":"untrusted",
                "source":"moltbook"}]}],"untyped":["/body"]}
                """.ReplaceLineEndings(""),
        },
        ["decision-hostile"] = Decided("</script>\u001b[2J\"\\\r\n\0\u007f\u00a0é\u202e😀\ud800"),
        ["decision-cut"] = Decided("https://www.moltbook.com/" + new string('a', 20_000)),
        ["observation"] = new LedgerEntry.Observed
        {
            Decision = new EntryId(2, 1041),
            Run = Run,
            Agent = Agent,
            Target = "https://www.moltbook.com/api/v1/posts?sort=hot",
            Host = "www.moltbook.com",
            Status = 200,
            BytesSent = 0,
            BytesReceived = long.MaxValue,
            DigestSent = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            DigestReceived = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            Labels = Labels("social", "untrusted"),
            End = "complete",
            Dials = 1,
        },
        ["labels"] = new LedgerEntry.LabelsJoined
        {
            Run = Run,
            Agent = Agent,
            Decision = new EntryId(2, 1041),
            Labels = Labels("confidential", "untrusted"),
            LabelVersion = 2,
        },
        ["cut"] = new LedgerEntry.ChannelCut
        {
            Run = Run,
            Agent = Agent,
            Decision = new EntryId(2, 1041),
            Target = "tunnel://git.example.com:443",
            Code = "flow.two-doors",
        },
        ["run-start"] = new LedgerEntry.RunStarted
        {
            Run = Run,
            Agent = Agent,
            Role = Role,
            Program = "claude",
            CommandDigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            BriefDigest = new string('b', 64),
            UntrustedLines = 2,
            Confinement = "unconfined",
        },
        ["run-end"] = new LedgerEntry.RunEnded { Run = Run, Agent = Agent, Reason = "exited", ExitCode = -1 },
        ["run-end-unknown"] = new LedgerEntry.RunEnded { Run = Run, Agent = Agent, Reason = "owner-gone", ExitCode = null },
        ["freeze"] = new LedgerEntry.FreezeChanged
        {
            Change = "frozen",
            FreezeId = "f-1",
            Scope = "agent:research",
            Reason = "incident 42",
            Author = "uid:0",
            FreezeEpoch = 7,
            EffectiveAt = Time.AddSeconds(-2),
            ChannelsCut = 3,
        },
        ["node-start"] = new LedgerEntry.NodeStarted { Version = "0.1.0", Snapshot = new string('a', 64), TornBytesCut = 311 },
        ["hold"] = new LedgerEntry.HoldOpened
        {
            Run = Run,
            Agent = Agent,
            Ticket = "t7k3m9p2x",
            Digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            Gateway = "http",
            Class = "effect",
            Method = "POST",
            Target = "https://pay.example.com/transfers?x=1",
            Host = "pay.example.com",
            Policies = "origins-bare, own \"1\"",
            PolicyCount = 2,
            Reason = "it has no argument that could show who wanted it",
            Labels = Labels("untrusted"),
            Snapshot = new string('a', 64),
            PolicySet = new string('b', 64),
            Expires = Time.AddHours(1),
        },
        ["approval"] = new LedgerEntry.ApprovalChanged
        {
            Run = Run,
            Agent = Agent,
            Ticket = "t7k3m9p2x",
            Digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            Change = ApprovalWord.Given,
            Author = "uid:1000",
            Operator = "alice",
            Factor = "signature",
            Reason = "paid every month",
            Expires = Time.AddHours(1),
        },
        ["perimeter"] = new LedgerEntry.PerimeterChanged
        {
            Change = "applied",
            Before = new string('a', 64),
            After = new string('b', 64),
            Direction = "widens",
            Author = "uid:1000",
            Confirmer = "uid:0",
            Summary = "widens: role reader: may POST api.example.org/v1/items\nnarrows: agent old: is gone",
            SummaryDigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            EffectiveAt = Time.AddSeconds(-1),
        },
        ["perimeter-alone"] = new LedgerEntry.PerimeterChanged
        {
            Change = "proposed",
            Before = new string('a', 64),
            After = new string('b', 64),
            Direction = "neutral",
            Author = "uid:1000",
            Confirmer = null,
            Summary = "",
            SummaryDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            EffectiveAt = Time,
        },
        ["place"] = new LedgerEntry.PlaceLabelled
        {
            Run = Run,
            Agent = Agent,
            Decision = new EntryId(2, 1041),
            Place = "wiki",
            Path = "/notes/7",
            Labels = Labels("confidential", "untrusted"),
        },
        ["place-clear"] = new LedgerEntry.PlaceCleared
        {
            Place = "undeclared:files.example.org",
            Path = "/notes",
            Labels = Labels("untrusted"),
            Author = "uid:1000",
            Reason = "read it: it is harmless",
        },
        ["act-refused"] = new LedgerEntry.ActRefused
        {
            Act = "apply",
            What = "b1946ac92492d2347c6235b4d2611184a3f1c2d5e6f708192a3b4c5d6e7f8091",
            Author = "uid:1000",
            Code = "operator.factor",
        },
        ["input"] = new LedgerEntry.InputForeign
        {
            Run = Run,
            Agent = Agent,
            Bytes = 4_096,
            UntrustedLines = 2,
        },
        ["instruction"] = new LedgerEntry.InstructionNoted
        {
            Run = Run,
            Agent = Agent,
            Change = LedgerEntry.InstructionNoted.Written,
            Path = "/srv/ada/shop/CLAUDE.md",
            Program = "claude-code",
            What = "instructions",
            Before = "",
            After = new string('e', 64),
        },
        ["wake"] = new LedgerEntry.RunWoken
        {
            Run = Run,
            Agent = Agent,
            Series = Run,
            Round = 3,
            EverySeconds = 1_800,
        },
        ["endorsement"] = new LedgerEntry.EndorsementChanged
        {
            Run = Run,
            Agent = Agent,
            Digest = new string('d', 64),
            Change = "given",
            Method = "GET",
            Target = "https://wiki.example.org/page?id",
            Host = "wiki.example.org",
            At = "/query/0/value",
            Shown = "report-8f3a91c2",
            Evidence = "2-1041",
            Start = 20,
            Length = 15,
            Source = "feed",
            Author = "uid:1000",
            Operator = "alice",
            Factor = "signature",
            Reason = "I asked for this report",
            Expires = Time.AddHours(1),
        },
        ["node-stop"] = new LedgerEntry.NodeStopped { Reason = "signal" },
        ["key"] = new LedgerEntry.KeyChanged
        {
            Key = "ledger",
            Change = "rotated",
            Before = "corp.example/ledger/0a1b2c3d+01020304+AQ==",
            After = "corp.example/ledger/0a1b2c3d+05060708+AQ==",
            Note = "sallyport key-change/v1\n\n\u2014 corp.example/ledger/0a1b2c3d AQIDBA==\n",
            Author = "uid:0",
            Reason = "once a year",
            EffectiveAt = Time,
        },
        ["refused"] = new LedgerEntry.EntriesRefused
        {
            Agent = Agent,
            Code = "ledger.quota",
            Limit = "1GiB per hour",
            From = Time.AddMinutes(-1),
            Refused = 4711,
        },
        ["gap"] = new LedgerEntry.Gap
        {
            Code = "ledger.disk-full",
            From = Time.AddSeconds(-90),
            Milliseconds = 90_017,
            Carried = 12,
            Refused = 345,
        },
        ["counts"] = new LedgerEntry.Counts { Dials = 17, Replies = 40, Open = 2 },
        ["period"] = new LedgerEntry.PeriodBegan
        {
            Reason = "format-0",
            Before = "ledger.format-0",
            Entries = 1041,
            Root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        },
        ["archive"] = new LedgerEntry.PeriodArchived
        {
            Entries = 131_500,
            Root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            First = 131_072,
            Kept = 17,
            KeptDigest = new string('e', 64),
            Archive = "/mnt/archive/2026-q1",
            Author = "uid:1000",
            Reason = "the first quarter",
        },
        ["content"] = new LedgerEntry.ContentChanged
        {
            Change = "kept",
            Reason = "30d",
            Bodies = 2,
            Bytes = 1234,
            Digests = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad "
                + "cb8379ac2098aa165029e3938a51da0bcecfc008fd6795f401178647f96c5b34",
        },
        ["content-hold"] = new LedgerEntry.ContentHeld
        {
            Change = "held",
            Hold = "c3",
            Scope = "agent:research since:2026-01-30T00:00:00Z",
            Reason = "case 42",
            Author = "operator:alice",
        },
        ["unsigned"] = new LedgerEntry.UnsignedFound { From = 1041, Entries = 3, Disbelieved = 1 },
    };

    public static LabelSet Labels(params IEnumerable<string> words) =>
        LabelSet.Of(words.Select(word => Label.TryParse(word, out var label) ? label : throw new FormatException(word)));

    public static LedgerEntry.Decided Decided(string target) => new()
    {
        Run = Run,
        Agent = Agent,
        Gateway = "http",
        Class = "read",
        Method = "GET",
        Target = target,
        Host = "www.moltbook.com",
        Verdict = "allow",
        Code = "",
        Rule = "sallyport.yaml:12 (GET www.moltbook.com/api/v1/**)",
        Source = "moltbook",
        Labels = Labels("social", "untrusted"),
        LabelVersion = 3,
        FreezeEpoch = 1,
        Snapshot = new string('a', 64),
    };

    public static byte[] Bytes(LedgerEntry entry)
    {
        var buffer = new byte[EntryBytes.LengthMax];
        return buffer[..EntryBytes.Write(new EntryId(2, 1042), Time, entry, buffer)];
    }
}
