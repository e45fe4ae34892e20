using Sallyport.Console;
using Sallyport.Identity;

namespace Sallyport.Ledger.Tests.Archives;

/// <summary>What is kept of the beginning of a log leads to the same as the whole beginning would.</summary>
public sealed class NeededEntriesTests
{
    private static readonly string[] Runs =
        [.. Enumerable.Range(0, 6).Select(i => "01jd3k5m7n9p1q3r5s7t9v1w3" + (char)('a' + i))];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_is_kept_replays_to_the_same_whatever_follows(int seed)
    {
        var random = new Random(seed);
        var log = Enumerable.Range(0, 400).Select(position => Recorded(position, Any(random))).ToList();
        var (first, second) = (random.Next(400), random.Next(400));
        (first, second) = (Math.Min(first, second), Math.Max(first, second));

        var once = Kept(log.Take(first));
        var twice = Kept(once.Concat(log.Skip(first).Take(second - first)));
        Assert.Equal(Kept(log.Take(second)).Select(it => it.Id), twice.Select(it => it.Id));
        Assert.Equal(Replayed(log), Replayed(once.Concat(log.Skip(first))));
        Assert.Equal(Replayed(log), Replayed(twice.Concat(log.Skip(second))));
    }

    [Fact]
    public void Of_runs_that_have_ended_and_of_single_acts_nothing_is_kept()
    {
        var run = Entries.ParseRun(Runs[1]);
        LedgerEntry[] entries =
        [
            Started(Runs[0]), Ended(Runs[0]), Started(Runs[1]), Joined(Runs[1]),
            .. Enumerable.Repeat(Entries.Decided(), 1_000), Ended(Runs[1]),
        ];
        var kept = Kept(entries.Select((entry, position) => Recorded(position, entry)));
        Assert.Equal([0L, 1L], kept.Select(it => it.Id.Position)); // That there ever was a run.
        Assert.DoesNotContain(kept, it => EntryFacets.Of(it.Entry).Run == run);
    }

    private static List<RecordedEntry> Kept(IEnumerable<RecordedEntry> entries)
    {
        var needed = new NeededEntries();
        var buffer = new byte[EntryBytes.LengthMax];
        foreach (var it in entries)
        {
            needed.Take(it, buffer.AsSpan(0, EntryBytes.Write(it.Id, it.Time, it.Entry, buffer)));
        }

        return [.. needed.Entries.Select(bytes =>
            EntryBytes.TryRead(bytes, out var kept, out var fault) ? kept : throw new FormatException(fault.Detail))];
    }

    private static string Replayed(IEnumerable<RecordedEntry> entries)
    {
        var replay = new LedgerReplay();
        foreach (var it in entries)
        {
            replay.Take(it.Id, it.Time, it.Entry);
        }

        return ReplayedState.Of(replay);
    }

    private static RecordedEntry Recorded(int position, LedgerEntry entry) =>
        new(new EntryId(0, position), DateTimeOffset.UnixEpoch.AddSeconds(position), entry);

    private static LedgerEntry Any(Random random)
    {
        var run = Runs[random.Next(Runs.Length)];
        var id = Entries.ParseRun(run);
        return random.Next(13) switch
        {
            0 => Started(run),
            1 => Ended(run),
            2 => Joined(run),
            3 => Held(id, random),
            4 => Entries.Approved(One(random, "given", "declined", "used", "expired", "voided")) with
            {
                Run = id,
                Ticket = TicketOf(id, random),
            },
            5 => new LedgerEntry.FreezeChanged
            {
                Change = One(random, "frozen", "thawed"),
                FreezeId = $"f{random.Next(3)}",
                Scope = One(random, "all", $"run:{run}", "agent:research"),
                Reason = "",
                Author = "uid:0",
                FreezeEpoch = random.Next(9),
                EffectiveAt = DateTimeOffset.UnixEpoch,
                ChannelsCut = 0,
            },
            6 => Started("h" + random.Next(3)),
            7 => Changed(random),
            8 => new LedgerEntry.PlaceLabelled
            {
                Run = id,
                Agent = Entries.Agent,
                Decision = new EntryId(0, 1),
                Place = One(random, "wiki", "mail"),
                Path = One(random, "/", "/a", "/a/b"),
                Labels = Entries.Labels(One(random, "social", "untrusted")),
            },
            9 => new LedgerEntry.PlaceCleared
            {
                Place = One(random, "wiki", "mail"),
                Path = One(random, "/", "/a", "/a/b"),
                Labels = Entries.Labels("social"),
                Author = "uid:0",
                Reason = "",
            },
            10 => new LedgerEntry.NodeStarted
            {
                Version = "1",
                Snapshot = new string((char)('a' + random.Next(3)), 64),
                TornBytesCut = 0,
            },
            11 => new LedgerEntry.ContentHeld
            {
                Change = One(random, "held", "released"),
                Hold = $"c{random.Next(4)}",
                Scope = One(random, "agent:research", $"run:{run}"),
                Reason = "",
                Author = "uid:0",
            },
            _ => Entries.Decided(),
        };
    }

    private static LedgerEntry.PerimeterChanged Changed(Random random) => new()
    {
        Change = One(random, "proposed", "withdrawn", "applied", "rolled-back"),
        Before = new string('a', 64),
        After = new string((char)('a' + random.Next(3)), 64),
        Direction = "widens",
        Author = "uid:0",
        Confirmer = null,
        Summary = "",
        SummaryDigest = new string('d', 64),
        EffectiveAt = DateTimeOffset.UnixEpoch,
    };

    private static LedgerEntry.HoldOpened Held(RunId run, Random random) => new()
    {
        Run = run,
        Agent = Entries.Agent,
        Ticket = TicketOf(run, random),
        Digest = new string('d', 64),
        Gateway = "http",
        Class = "effect",
        Method = "POST",
        Target = "https://pay.example.com/transfers",
        Host = "pay.example.com",
        Policies = "p",
        PolicyCount = 1,
        Reason = "",
        Labels = Entries.Labels("social"),
        Snapshot = new string('a', 64),
        PolicySet = new string('b', 64),
        Expires = DateTimeOffset.UnixEpoch.AddDays(1),
    };

    private static LedgerEntry.RunStarted Started(string run) => new()
    {
        Run = Entries.ParseRun(run.Length > 2 ? run : Runs[run[1] - '0']),
        Agent = Entries.Agent,
        Role = RoleName.TryParse("reader", out var role) ? role : throw new FormatException("reader"),
        Program = "agent",
        CommandDigest = new string('c', 64),
        Confinement = "unconfined",
        BriefDigest = "",
        UntrustedLines = 0,
    };

    private static LedgerEntry.RunEnded Ended(string run) => new()
    {
        Run = Entries.ParseRun(run),
        Agent = Entries.Agent,
        Reason = "exited",
        ExitCode = 0,
    };

    private static LedgerEntry.LabelsJoined Joined(string run) => new()
    {
        Run = Entries.ParseRun(run),
        Agent = Entries.Agent,
        Decision = new EntryId(0, 1),
        Labels = Entries.Labels("social,untrusted"),
        LabelVersion = 1,
    };

    // A ticket is of one run alone.
    private static string TicketOf(RunId run, Random random) => $"t7k3m9p{random.Next(2, 5)}{run.Text[^1]}";

    private static string One(Random random, params string[] words) => words[random.Next(words.Length)];
}
