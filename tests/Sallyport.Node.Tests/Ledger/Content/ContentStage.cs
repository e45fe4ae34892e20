using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Identity;

namespace Sallyport.Ledger.Tests;

/// <summary>A store over a real ledger and its index, on a clock that stands still.</summary>
internal sealed class ContentStage : IAsyncDisposable
{
    private readonly TestLedger ledger = new();
    private readonly CancellationTokenSource ending = new();
    private Task indexing = Task.CompletedTask;

    public ContentStage() => Start();

    public StandingTime Time { get; } = new();

    public Sequencer Sequencer { get; private set; } = null!; // by Start

    public LedgerIndex Index { get; private set; } = null!; // likewise

    public ContentStore Store { get; private set; } = null!; // likewise

    public ContentAnswers Answers => new(Store, Index, Sequencer);

    public ContentRules Rules { get; set; } = new(ContentRules.TotalBytesUsual, [Rule("30d")]);

    public long ReserveBytes { get; set; }

    /// <summary>Entries that the index keeps.</summary>
    public long IndexKeep { get; set; } = long.MaxValue;

    public string Folder => Path.Combine(ledger.Folder.Root, "..", Path.GetFileName(ledger.Folder.Root) + "-content");

    public LedgerFolder Ledger => ledger.Folder;

    public IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)];

    public static string DigestOf(string body) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    public static ContentRule Rule(string time, long bytesMax = 1 << 20) =>
        new(ContentSides.Both, TimeOf(time), bytesMax);

    /// <summary>A body that streams by, in two parts.</summary>
    public string Pass(string body, bool isSecret = false)
    {
        var copy = Store.Begin(Rules.All);
        if (copy is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            copy.Add(bytes.AsSpan(0, bytes.Length / 2));
            copy.Add(bytes.AsSpan(bytes.Length / 2));
            Store.Take(copy, DigestOf(body), isSecret);
        }

        return DigestOf(body);
    }

    /// <summary>A body that is kept, as an agent got it.</summary>
    public async Task<string> KeepAsync(string body, AgentId? agent = null)
    {
        var decision = Sequencer.Append(Entries.Decided() with { Agent = agent ?? Entries.Agent });
        Sequencer.Append(Entries.Observed(decision.Id) with
        {
            Agent = agent ?? Entries.Agent,
            DigestReceived = DigestOf(body),
        });
        Pass(body);
        await Store.KeepWaitingAsync();
        return DigestOf(body);
    }

    public Task SweepAsync() => Store.Retention.SweepAsync(Index, CancellationToken.None);

    public ContentScope Scope(string text) =>
        ContentScope.TryParse(text, out var scope) ? scope : throw new FormatException(text);

    /// <summary>What the ledger says of bodies, oldest first.</summary>
    public async Task<IReadOnlyList<LedgerEntry.ContentChanged>> ToldAsync()
    {
        await IndexedAsync();
        Assert.True(Index.TryQuery(
            new LedgerFilter { Kind = EntryKind.Content, Order = LedgerOrder.OldestFirst }, out var page, out _));
        return [.. page.Lines.Select(line => (LedgerEntry.ContentChanged)line.Recorded.Entry)];
    }

    /// <summary>What became of a body, once the index has all.</summary>
    public async Task<ContentView> AnswerAsync(string digest)
    {
        await IndexedAsync();
        return Answers.Of(digest);
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        Start();
    }

    public async Task StopAsync()
    {
        await Sequencer.DisposeAsync();
        await indexing;
    }

    public void Verify()
    {
        Assert.True(
            LedgerAudit.TryVerify(ledger.Folder, new LocalDisk(), new AuditOptions(), out _, out var fault),
            fault?.Detail);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await ending.CancelAsync();
        ending.Dispose();
        ledger.Dispose();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private async Task IndexedAsync()
    {
        var last = Sequencer.Append(new LedgerEntry.ActRefused { Act = "", What = "", Author = "", Code = "" });
        await Index.WhenIndexedAsync(last.Id, CancellationToken.None);
    }

    private void Start()
    {
        var holds = new LegalHolds();
        Sequencer = TestLedger.Open(ledger.Options() with { Replay = (_, time, entry) => holds.Take(time, entry) });
        Index = new LedgerIndex(ledger.Folder, new LocalDisk(), Sequencer, TimeProvider.System, () => IndexKeep);
        indexing = Index.RunAsync(ending.Token);
        Store = new ContentStore(new ContentParts
        {
            Folder = Folder,
            Disk = new LocalDisk(),
            Sequencer = Sequencer,
            Rules = () => Rules,
            ReserveBytes = () => ReserveBytes,
            Holds = holds,
            Time = Time,
            Log = NullLogger.Instance,
        });
        Store.Files.Open();
    }

    private static RetentionTime TimeOf(string text) =>
        RetentionTime.TryParse(text, out var time) ? time : throw new FormatException(text);
}

/// <summary>A clock that is moved by hand.</summary>
internal sealed class StandingTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(60);

    public override DateTimeOffset GetUtcNow() => Now;
}
