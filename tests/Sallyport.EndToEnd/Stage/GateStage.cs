using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Console;
using Sallyport.Decisions;
using Sallyport.Host;
using Sallyport.Identity;
using Sallyport.Ledger;
using Sallyport.Perimeter;
using Sallyport.Verbs;

namespace Sallyport.EndToEnd.Stage;

/// <summary>A node in this process, in a folder of its own, and upstreams of the test's own behind it.</summary>
/// <remarks>
/// <code>
/// host           upstream      labels      reached by
/// notes.test     Notes.Plain   none        http
/// safe.test      Notes.Tls     none        https, inspected
/// feed.test      Feed.Plain    untrusted   http
/// club.test      Feed.Plain    social      http
/// mixed.test     Feed.Tls      untrusted   https, inspected
/// raw.test       Raw           none        http
/// model.test     Raw           none        http, class model
/// wild.test      Wild          untrusted   http
/// frames.test    Frames        none        https, inspected; the test speaks TLS by itself, and then HTTP/2
/// pipe.test      Pipe          none        CONNECT, mode tunnel
/// reading.test   Notes.Plain   none        GET,HEAD below /v1, not below /v1/private
/// gone.test      nowhere       none        a name that does not resolve
/// lost.test      nowhere       untrusted   a name that does not resolve
/// chat.test      Pipe          social      CONNECT, mode tunnel; mute.test the same at a closed port
/// search.test    Notes.Plain   none        http, POST /search, class read
/// plain.test     Feed.Plain    untrusted   http, GET /posts alone
/// vault.test     Notes.Plain   confidential  http
/// dead.test      closed port   none        http; shut.test by CONNECT, mode tunnel
/// </code>
/// </remarks>
public sealed class GateStage : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("sallyport-").FullName;
    private readonly TestCa ca = new();
    private NodeHost? node;
    private NodeClient? client;

    /// <summary>Lines that the configuration ends with.</summary>
    public string More { get; set; } = "";

    /// <summary>What becomes of the configuration before it is written.</summary>
    public Func<string, string> Change { get; init; } = text => text;

    /// <summary>Files in the perimeter folder, by name.</summary>
    public IDictionary<string, string> Files { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Trusted.</summary>
    public Origin Notes { get; private set; } = null!; // set before any test runs

    /// <summary>Untrusted.</summary>
    public Origin Feed { get; private set; } = null!; // likewise

    /// <summary>Trusted; speaks what the test says.</summary>
    public RawOrigin Raw { get; } = new();

    /// <summary>Untrusted; speaks what the test says.</summary>
    public RawOrigin Wild { get; } = new();

    /// <summary>
    /// Trusted; speaks HTTP/2 frames that the test says, over TLS with <see cref="FramesCertificate"/>.
    /// </summary>
    public RawOrigin Frames { get; } = new();

    public X509Certificate2 FramesCertificate => field ??= ca.Issue("frames.test");

    /// <summary>The other end of tunnels.</summary>
    public RawOrigin Pipe { get; } = new();

    internal NodeClient Client => client!; // set before any test runs

    internal StateFolder State => new(Path.Combine(folder, "state"));

    /// <summary>The PEM of the gate's own CA.</summary>
    public string GateCa => File.ReadAllText(State.CaFile);

    public async ValueTask InitializeAsync()
    {
        Notes = await Origin.StartAsync(ca.Issue("safe.test"));
        Feed = await Origin.StartAsync(ca.Issue("mixed.test"));
        Directory.CreateDirectory(Perimeter);
        await File.WriteAllTextAsync(Path.Combine(Perimeter, "ca.pem"), ca.Pem);
        await WriteAsync(Change(Configuration()));
        foreach (var (name, text) in Files)
        {
            await File.WriteAllTextAsync(Path.Combine(Perimeter, name), text);
        }

        Assert.Null(State.Create("example.org", TimeProvider.System));
        await StartNodeAsync();
    }

    /// <summary>What people edit.</summary>
    public string Perimeter => Path.Combine(folder, "perimeter");

    /// <summary>Writes the configuration; nothing is put in force by it.</summary>
    public Task WriteAsync(string configuration) =>
        File.WriteAllTextAsync(Path.Combine(Perimeter, PerimeterFolder.FileName), configuration);

    /// <summary>Puts in force what the folder holds, as <c>sallyport apply</c> does.</summary>
    public async Task<ChangeAnswer> ApplyAsync()
    {
        var plan = await Client.GetAsync("perimeter/plan", ApiJson.Default.PlanView, CancellationToken.None);
        return await Client.PostAsync(
            "perimeter/changes", new ChangeRequest(plan.After, Rollback: false), ApiJson.Default.ChangeRequest,
            ApiJson.Default.ChangeAnswer, CancellationToken.None);
    }

    /// <summary>Starts the node on what its folders hold.</summary>
    public async Task StartNodeAsync()
    {
        var loaded = PerimeterFolder.Load(Perimeter);
        Assert.True(loaded.Mistakes.IsEmpty, string.Join('\n', loaded.Lines()));
        var (started, fault) = await NodeHost.StartAsync(
            new WantedPerimeter(Perimeter, loaded, Apply: false),
            State,
            Logs(),
            TimeProvider.System,
            CancellationToken.None);
        Assert.Null(fault);
        node = started;
        client = new NodeClient(State.Root);
    }

    public async Task StopNodeAsync()
    {
        client?.Dispose();
        if (node is not null)
        {
            await node.DisposeAsync();
            node = null;
        }
    }

    /// <summary>Opens a run as <c>sallyport run</c> does.</summary>
    public async Task<TestRun> OpenRunAsync(string agent = "research", string? brief = null)
    {
        var opened = await Client.PostAsync(
            "runs",
            new OpenRunRequest(agent, "test", new string('0', 64), brief),
            ApiJson.Default.OpenRunRequest,
            ApiJson.Default.RunOpened,
            CancellationToken.None);
        return new TestRun(opened, GateCa);
    }

    /// <summary>Ends it as <c>sallyport run</c> does.</summary>
    public Task EndRunAsync(TestRun run) => Client.DeleteAsync($"runs/{run.Id}", CancellationToken.None);

    /// <summary>Freezes as <c>sallyport freeze</c> does.</summary>
    public Task<FreezeAnswer> FreezeAsync(string scope) => Client.PostAsync(
        "freezes",
        new FreezeRequest(scope, "a test"),
        ApiJson.Default.FreezeRequest,
        ApiJson.Default.FreezeAnswer,
        CancellationToken.None);

    /// <summary>Thaws as <c>sallyport thaw</c> does.</summary>
    public Task<FreezeAnswer> ThawAsync(string id = "all") => Client.DeleteAsync(
        $"freezes/{id}", ApiJson.Default.FreezeAnswer, CancellationToken.None);

    /// <summary>Labels that a run carries, divided by commas.</summary>
    public async Task<string> LabelsAsync(TestRun run)
    {
        var runs = await Client.GetAsync("runs", ApiJson.Default.IReadOnlyListRunView, CancellationToken.None);
        return string.Join(',', runs.Single(view => view.Run == run.Id).Labels);
    }

    /// <summary>Waits until a run has nothing open.</summary>
    public Task WhenQuietAsync(TestRun run) => WhenOpenAsync(run, 0);

    /// <summary>Waits until a run has this many channels open; its own connections count.</summary>
    public Task WhenOpenAsync(TestRun run, int channels) => Eventually.TrueAsync(
        async () => (await Client.GetAsync("runs", ApiJson.Default.IReadOnlyListRunView, CancellationToken.None))
            .Single(view => view.Run == run.Id).Channels == channels,
        () => $"run {run.Id} does not come to {channels} open channels");

    /// <summary>Entries of a run, oldest first.</summary>
    public Task<IReadOnlyList<JsonElement>> LogAsync(TestRun run, string filter = "") =>
        LogAsync($"run={run.Id}&{filter}");

    /// <summary>Entries, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> LogAsync(string filter)
    {
        var entries = new List<JsonElement>();
        await foreach (var line in Client.LinesAsync($"log?limit=1000&{filter}", CancellationToken.None))
        {
            entries.Add(JsonDocument.Parse(line).RootElement);
        }

        return entries;
    }

    /// <summary>
    /// Waits for an entry of a run that fits: what is recorded after the last byte may come a moment later.
    /// </summary>
    public async Task<JsonElement> EntryAsync(TestRun run, string filter, Func<JsonElement, bool>? fits = null)
    {
        IReadOnlyList<JsonElement> entries = [];
        await Eventually.TrueAsync(
            async () => (entries = await LogAsync(run, filter)).Any(entry => fits?.Invoke(entry) ?? true),
            () => $"no such entry ({filter}) in: {string.Join('\n', entries)}");
        return entries.Last(entry => fits?.Invoke(entry) ?? true);
    }

    /// <summary>
    /// Makes every decision again that this node made, under the rules that its entry names (promise P11).
    /// </summary>
    public void ReplayAll()
    {
        var rules = new Dictionary<string, Snapshot?>(StringComparer.Ordinal);
        var reader = new LedgerReader(State.Ledger, new LocalDisk(), live: null);
        for (long next = 0; ; next += LedgerReader.EntriesMax)
        {
            Assert.True(reader.TryRead(next, LedgerReader.EntriesMax, out var entries, out var fault), fault?.Detail);
            foreach (var recorded in entries)
            {
                if (recorded.Entry is not LedgerEntry.Decided decided)
                {
                    continue;
                }

                if (!rules.TryGetValue(decided.Snapshot, out var snapshot))
                {
                    State.Snapshots.TryLoad(decided.Snapshot, out var kept, out _);
                    rules[decided.Snapshot] = snapshot = kept?.Snapshot;
                }

                Assert.NotNull(snapshot);
                if (Replay.Again(decided, snapshot) is var replayed and not Replayed.Same)
                {
                    Assert.True(
                        replayed is Replayed.Unknown
                        {
                            Why: "it was denied before it could be decided"
                                or "its address may hold a secret, and only a keyed digest of it is recorded",
                        },
                        $"{recorded.Id}: {replayed}\n{decided}");
                }
            }

            if (entries.Count < LedgerReader.EntriesMax)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopNodeAsync();
        ReplayAll();
        await Notes.DisposeAsync();
        await Feed.DisposeAsync();
        await Raw.DisposeAsync();
        await Wild.DisposeAsync();
        await Pipe.DisposeAsync();
        await Frames.DisposeAsync();
        ca.Dispose();
        Directory.Delete(folder, recursive: true);
        var sockets = SocketFolder.PathFor(State.Root);
        if (Directory.Exists(sockets))
        {
            Directory.Delete(sockets, recursive: true);
        }
    }

    private static ILoggerFactory Logs() => Environment.GetEnvironmentVariable("SALLYPORT_TEST_LOG") is null
        ? NullLoggerFactory.Instance
        : LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddConsole());

    public string Configuration() => $$"""
        version: 1
        organisation: example.org
        listen:
          proxy: 127.0.0.1:0
        roles:
          worker:
            allow:
              - notes.test
              - safe.test
              - feed.test
              - mixed.test
              - raw.test
              - { rule: model.test/lookup, class: read }
              - { rule: model.test, class: model }
              - frames.test
              - { rule: POST wild.test/search, class: read }
              - wild.test
              - { rule: pipe.test, mode: tunnel }
              - GET,HEAD reading.test/v1/**
              - gone.test
              - lost.test
              - { rule: chat.test, mode: tunnel }
              - { rule: mute.test, mode: tunnel }
              - vault.test
              - GET plain.test/posts
              - { rule: POST search.test/search, class: read }
              - dead.test
              - club.test
              - { rule: shut.test, mode: tunnel }
            deny:
              - reading.test/v1/private/**
        agents:
          research: { role: worker, owner: alice@example.org }
          other: { role: worker, owner: bob@example.org }
        sources:
          notes: { hosts: [notes.test, reading.test, search.test], labels: [], address: {{Notes.Plain}} }
          safe: { hosts: [safe.test], labels: [], address: {{Notes.Tls}}, ca: ca.pem }
          feed: { hosts: [feed.test, plain.test], labels: [untrusted], address: {{Feed.Plain}} }
          club: { hosts: [club.test], labels: [social], address: {{Feed.Plain}} }
          mixed: { hosts: [mixed.test], labels: [untrusted], address: {{Feed.Tls}}, ca: ca.pem }
          raw: { hosts: [raw.test, model.test], labels: [], address: {{Raw.Address}} }
          frames: { hosts: [frames.test], labels: [], address: {{Frames.Address}}, ca: ca.pem }
          wild: { hosts: [wild.test], labels: [untrusted], address: {{Wild.Address}} }
          vault: { hosts: [vault.test], labels: [confidential], address: {{Notes.Plain}} }
          pipe: { hosts: [pipe.test], labels: [], address: {{Pipe.Address}} }
          dead: { hosts: [dead.test, shut.test], labels: [], address: 127.0.0.1:1 }
          chat: { hosts: [chat.test], labels: [social], address: {{Pipe.Address}} }
          mute: { hosts: [mute.test], labels: [social], address: 127.0.0.1:1 }
          lost: { hosts: [lost.test], labels: [untrusted] }
          gone: { hosts: [gone.test], labels: [] }
        {{More}}

        """;
}
