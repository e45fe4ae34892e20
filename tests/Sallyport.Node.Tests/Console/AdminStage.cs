using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Decisions.Tests;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Http;
using Sallyport.Http.Tls;
using Sallyport.Identity;
using Sallyport.Ledger;
using Sallyport.Ledger.Tests;
using Sallyport.Limits;
using Sallyport.Perimeter;
using Sallyport.Perimeter.Tests;

namespace Sallyport.Console.Tests;

/// <summary>The API on a unix socket of its own, over a real ledger and index, with one agent in the rules.</summary>
internal sealed class AdminStage : IAsyncDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly TestLedger ledger = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Sequencer sequencer;
    private readonly CertificateAuthority authority;
    private readonly HttpGateway gateway;
    private readonly RunAdmission admission;
    private readonly PerimeterInForce perimeter;
    private readonly Task indexing;
    private readonly AdminApi api;
    private AdminListener? listener;

    private AdminStage()
    {
        sequencer = ledger.Open(new LocalDisk());
        CertificateAuthority.Create(scratch.Path, "example.org", TimeProvider.System);
        authority = CertificateAuthority.Open(scratch.Path, TimeProvider.System).Item1
            ?? throw new InvalidOperationException("no CA");
        var (channels, runs, tokens) = (new Channels(), new Runs(), new RunTokens());
        var loaded = scratch.Load("version: 1\norganisation: example.org\nroles: {}\nagents: {}\n");
        var snapshots = new SnapshotSource(Gatehouse.Rules);
        var freeze = Switch.Open(
            Path.Combine(scratch.Path, "freeze.json"), 0, [], sequencer, channels, TimeProvider.System,
            NullLogger.Instance);
        var limits = new LimitHistory(LimitRules.None, TimeProvider.System).Start();
        var decisions = new DecisionPoint(
            freeze, sequencer, limits, syncReads: false, TimeProvider.System, NullLogger<DecisionPoint>.Instance);
        var holds = new Holds(sequencer, TimeProvider.System, NullLogger<Holds>.Instance);
        var content = new ContentStore(new ContentParts
        {
            Folder = Path.Combine(scratch.Path, "content"),
            Disk = new LocalDisk(),
            Sequencer = sequencer,
            Rules = () => ContentRules.None,
            ReserveBytes = () => 0,
            Time = TimeProvider.System,
            Log = NullLogger.Instance,
        });
        gateway = new HttpGateway(
            new GatewayParts
            {
                Snapshots = snapshots,
                Decisions = decisions,
                Held = new HeldDecisions(decisions, holds, snapshots, TimeProvider.System),
                Interlock = new Interlock(decisions, channels, sequencer),
                Channels = channels,
                Dialler = new CheckedDialler(Network.Machine, TimeProvider.System),
                Sequencer = sequencer,
                Content = content,
                Runs = runs,
                Tokens = tokens,
                Authority = authority,
                Time = TimeProvider.System,
            },
            NullLoggerFactory.Instance);
        admission = RunAdmission.Open(
            Path.Combine(scratch.Path, "control.db"),
            new AdmissionParts
            {
                Snapshots = snapshots,
                Runs = runs,
                Tokens = tokens,
                Channels = channels,
                Freeze = freeze,
                Sequencer = sequencer,
                Gateway = gateway,
                Holds = holds,
                Endorsements = decisions.Endorsements,
                SocketFolder = scratch.Path,
                Time = TimeProvider.System,
            },
            NullLogger<RunAdmission>.Instance).Admission ?? throw new InvalidOperationException("no store");
        perimeter = new PerimeterInForce(
            loaded, new PerimeterReplay(),
            new InForceParts
            {
                Folder = scratch.Path,
                Archive = new SnapshotArchive(Path.Combine(scratch.Path, "snapshots"), new LocalDisk()),
                Turnover = new Turnover(
                    snapshots, decisions, new Interlock(decisions, channels, sequencer), channels, sequencer),
                Sequencer = sequencer,
                Time = TimeProvider.System,
            },
            NullLogger<PerimeterInForce>.Instance);
        var index = new LedgerIndex(ledger.Folder, new LocalDisk(), sequencer, TimeProvider.System);
        indexing = index.RunAsync(ending.Token);
        api = new AdminApi(new ApiParts
        {
            Snapshots = snapshots,
            Runs = runs,
            Admission = admission,
            Channels = channels,
            Freeze = freeze,
            Limits = limits,
            Meter = new LedgerMeter(ledger.Folder, new LocalDisk(), TimeProvider.System),
            Sequencer = sequencer,
            Holds = holds,
            Places = decisions.Places,
            Proposals = new Proposals(Path.Combine(scratch.Path, "proposals")),
            Interlock = new Interlock(decisions, channels, sequencer),
            Index = index,
            Reader = new LedgerReader(ledger.Folder, new LocalDisk(), sequencer),
            Time = TimeProvider.System,
            Gateway = gateway,
            Content = content,
            Perimeter = perimeter,
            Authority = authority,
            WriteBundle = () => null,
            CaFile = "",
            BundleFile = "",
        });
    }

    private string Socket => Path.Combine(scratch.Path, "admin.sock");

    public static async Task<AdminStage> StartAsync()
    {
        var stage = new AdminStage();
        stage.listener = await AdminListener.StartAsync(
            stage.Socket, stage.api, stage.admission.Owners, NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);
        return stage;
    }

    /// <summary>Asks as any program can.</summary>
    /// <param name="method">Method.</param>
    /// <param name="path">Below <c>/api/v1/</c>, with its query.</param>
    /// <param name="body">Text of the body; null for none.</param>
    /// <param name="type">Its media type.</param>
    public async Task<(int Status, string Type, string Text)> AskAsync(
        string method, string path, string? body = null, string type = "application/json")
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), $"http://node/api/v1/{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, type);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType ?? "",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await (listener?.DisposeAsync() ?? ValueTask.CompletedTask);
        await gateway.DisposeAsync();
        admission.Dispose();
        perimeter.Dispose();
        await ending.CancelAsync();
        await indexing.ContinueWith(_ => { }, TaskScheduler.Default);
        await sequencer.DisposeAsync();
        authority.Dispose();
        ending.Dispose();
        ledger.Dispose();
        scratch.Dispose();
    }
}
