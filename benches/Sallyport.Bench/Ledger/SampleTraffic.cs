using System.Globalization;
using Sallyport.Flow;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Bench.Ledger;

/// <summary>Entries such as a fleet writes: decisions and what came of them, of many runs of some agents, at hosts of
/// which a few are busy, now and then a denial or a hold. The same each time.</summary>
internal sealed class SampleTraffic(Sequencer sequencer)
{
    private const int Agents = 40;
    private const int Hosts = 2_000;
    private const int RunEntries = 4_000; // then another run of the agent begins
    private const int Batch = 2_000; // entries until their last is waited for

    private static readonly string[] Verbs = ["posts", "comments", "invoices", "search", "profile", "submolts"];
    private readonly Random random = new(1);
    private readonly RunId[] runs = [.. Enumerable.Range(0, Agents).Select(_ => RunId.New(TimeProvider.System))];
    private long appended;

    /// <summary>Filters of each kind that find something in it, from what is everywhere to what is rare.</summary>
    public IReadOnlyList<(string Name, LedgerFilter Filter)> Samples =>
    [
        ("no filter", LedgerFilter.Any),
        ("agent", new LedgerFilter { Agent = Agent(3) }),
        ("run", new LedgerFilter { Run = runs[3] }),
        ("host, busy", new LedgerFilter { Host = Host(0) }),
        ("host, rare", new LedgerFilter { Host = Host(Hosts - 1) }),
        ("verdict allow", new LedgerFilter { Verdict = "allow" }),
        ("verdict deny", new LedgerFilter { Verdict = "deny" }),
        ("kind", new LedgerFilter { Kind = EntryKind.Observation }),
        ("label", new LedgerFilter { Label = Label.Untrusted }),
        ("digest", new LedgerFilter { Digest = Digest(7) }),
        ("since, until", new LedgerFilter { Since = Began, Until = Began.AddSeconds(20) }),
        ("text, busy", new LedgerFilter { Words = Words("invoices") }),
        ("text, rare", new LedgerFilter { Words = Words("posts 4242") }),
        ("agent, host rare", new LedgerFilter { Agent = Agent(3), Host = Host(Hosts - 1) }),
        ("text, label, deny", new LedgerFilter { Words = Words("search"), Label = Label.Untrusted, Verdict = "deny" }),
    ];

    private DateTimeOffset Began { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>Appends entries and waits until they are synced.</summary>
    public async Task AppendAsync(long count, CancellationToken cancellation)
    {
        for (var i = 0L; i < count; i++)
        {
            var id = sequencer.Append(Entry());
            if (!id.IsAccepted)
            {
                throw new CannotRunException(sequencer.Fault?.Detail ?? "An entry was refused.", "Look at the disk.");
            }

            if (i % Batch == Batch - 1 || i == count - 1)
            {
                await sequencer.WhenSyncedAsync(id.Id, cancellation);
            }
        }
    }

    private LedgerEntry Entry()
    {
        var position = appended++;
        var agent = random.Next(Agents);
        if (position % RunEntries == 0)
        {
            runs[agent] = RunId.New(TimeProvider.System);
        }

        // Busy hosts are squared out of all of them.
        var host = Host((int)(Hosts * Math.Pow(random.NextDouble(), 4)));
        var path = $"/api/v1/{Verbs[random.Next(Verbs.Length)]}/{random.Next(100_000)}?sort=new";
        return position % 2 == 0 ? Decided(agent, host, path) : Observed(agent, host, path, position);
    }

    private LedgerEntry.Decided Decided(int agent, string host, string path) => new()
    {
        Run = runs[agent],
        Agent = Agent(agent),
        Gateway = "http",
        Class = "read",
        Method = "GET",
        Target = $"https://{host}{path}",
        Host = host,
        Verdict = random.Next(50) == 0 ? "deny" : "allow",
        Code = "",
        Rule = "sallyport.yaml:12 (GET,HEAD api.example.org/api/v1/**)",
        Source = "feed",
        Labels = random.Next(3) == 0 ? LabelSet.Untrusted : LabelSet.Empty,
        LabelVersion = 1,
        FreezeEpoch = 0,
        Snapshot = new string('5', DigestPrefix.LengthMax),
    };

    private LedgerEntry.Observed Observed(int agent, string host, string path, long position) => new()
    {
        Decision = new EntryId(sequencer.Recovery.Epoch, position - 1),
        Run = runs[agent],
        Agent = Agent(agent)!, // it is a name
        Target = $"https://{host}{path}",
        Host = host,
        Status = 200,
        BytesSent = 0,
        BytesReceived = 4_711,
        DigestSent = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        DigestReceived = Digest(random.Next(1_000_000))!.Text, // it is one
        Labels = LabelSet.Untrusted,
        End = "complete",
        Dials = 1,
    };

    private static AgentId? Agent(int number) =>
        AgentId.TryParse(string.Create(CultureInfo.InvariantCulture, $"agent-{number}"), out var agent) ? agent : null;

    private static string Host(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"host-{number}.example.org");

    private static SearchWords? Words(string text) => SearchWords.TryParse(text, out var words) ? words : null;

    private static DigestPrefix? Digest(int number) => DigestPrefix.TryParse(
        string.Concat(Enumerable.Repeat($"{number * 2654435761 % uint.MaxValue:x8}", 8)), out var digest)
            ? digest : null;
}
