using Microsoft.Extensions.Logging;
using Sallyport.Console;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Egress;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Http;
using Sallyport.Http.Tls;
using Sallyport.Identity;
using Sallyport.Ledger;
using Sallyport.Limits;
using Sallyport.Perimeter;

namespace Sallyport.Host;

/// <summary>A running node.</summary>
internal sealed class NodeHost : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CountEvery = TimeSpan.FromMinutes(1);

    private readonly Sequencer sequencer;
    private readonly HttpGateway gateway;
    private readonly RunAdmission admission;
    private readonly AdminListener admin;
    private readonly WitnessRounds witnesses;
    private readonly CertificateAuthority authority;
    private readonly Channels channels;
    private readonly StateFolder folder;
    private readonly PerimeterInForce perimeter;
    private readonly CancellationTokenSource background = new();
    private readonly Task[] loops;
    private readonly TimeProvider time;
    private readonly Tally tally;
    private readonly LedgerMeter meter;

    private NodeHost(
        Sequencer sequencer, HttpGateway gateway, RunAdmission admission, AdminListener admin, CertificateAuthority authority,
        Channels channels, LedgerIndex index, Holds holds, HoldHooks hooks,
        WitnessRounds witnesses, ContentStore content, StateFolder folder,
        PerimeterInForce perimeter, TimeProvider time, Tally tally, LedgerMeter meter, ILogger<LedgerMeter> metering)
    {
        (this.tally, this.meter, this.witnesses) = (tally, meter, witnesses);
        this.sequencer = sequencer;
        this.gateway = gateway;
        this.admission = admission;
        this.admin = admin;
        this.authority = authority;
        this.channels = channels;
        this.folder = folder;
        this.perimeter = perimeter;
        this.time = time;
        loops = [UntilStopped(index.RunAsync), UntilStopped(SweepAsync), UntilStopped(holds.RunAsync),
            UntilStopped(hooks.RunAsync), UntilStopped(witnesses.RunAsync), UntilStopped(perimeter.WatchAsync),
            UntilStopped(CountAsync), UntilStopped(stop => content.RunAsync(index, stop)),
            UntilStopped(stop => meter.RunAsync(sequencer, metering, stop))];
    }

    /// <summary>What opening the ledger found.</summary>
    public Recovery Recovery => sequencer.Recovery;

    /// <summary>Address of the TCP listener; null when there is none.</summary>
    public System.Net.IPEndPoint? Proxy => gateway.Listening;

    /// <summary>Whether the perimeter folder holds something else than what is in force.</summary>
    public FolderDrift Drift => perimeter.Look();

    /// <summary>What stood behind the last checkpoint at this start.</summary>
    public UnsignedTail Tail => sequencer.Tail;

    /// <summary>Entries on the disk that the last checkpoint does not cover: none after a stop in good order, unless the
    /// disk refused.</summary>
    public long NotSignedAtStop => sequencer.Written - sequencer.Checkpoint.Claim.Head.Size.Value;

    /// <summary>Completes when the ledger fails next: the node goes on and denies everything until the disk is
    /// back.</summary>
    public Task<Fault> LedgerFailed => sequencer.Failed;

    /// <summary>Completes when entries are taken again.</summary>
    public Task<LedgerEntry.Gap> LedgerMended => sequencer.Mended;

    /// <summary>Starts a node: keys, ledger, what was open, gateway, API, in this order; each step needs those before it.</summary>
    /// <param name="wanted">What to start with.</param>
    /// <param name="folder">The node's own folder.</param>
    /// <param name="logs">Where it logs.</param>
    /// <param name="time">Clock.</param>
    /// <param name="stopping">Asked for before the ledger is open, it ends the start, with neither node nor fault:
    /// nothing was changed. Asked for later it does not: whoever asked disposes of the node, which leaves the ledger
    /// closed.</param>
    public static async Task<(NodeHost? Node, Fault? Fault)> StartAsync(
        WantedPerimeter wanted, StateFolder folder, ILoggerFactory logs, TimeProvider time,
        CancellationToken stopping)
    {
        // 1. What is ours alone.
        if ((folder.Check() ?? SocketFolder.Make(folder.Sockets)) is { } notOurs)
        {
            return (null, notOurs);
        }

        var (authority, digest, fault) = folder.OpenKeys(time);
        if (authority is null || digest is null)
        {
            return (null, fault);
        }

        if (stopping.IsCancellationRequested)
        {
            authority.Dispose();
            return (null, null);
        }

        // Limits, freezes, holds and what is in force are in the ledger: without it everything would begin anew.
        if (!wanted.NewLedger && Directory.Exists(Path.Combine(folder.Root, "snapshots"))
            && !Directory.Exists(folder.Ledger.Segments))
        {
            authority.Dispose();
            return (null, new Fault(
                "ledger.missing",
                $"The state folder {folder.Root} has been used, and its ledger is gone.",
                "Put the ledger back. If it is lost, and you know why: sallyport up --new-ledger"));
        }

        // 2. The ledger, and what it says was open. From here on this node is the only one with this folder.
        var replay = new LedgerReplay();
        var meter = new LedgerMeter(folder.Ledger, new LocalDisk(), time);
        var recent = new FirstSince(time.GetUtcNow() - LimitHistory.Longest);
        var reading = new LedgerOptions
        {
            Folder = folder.Ledger,
            Secrets = new SecretAddresses(digest),
            Time = time,
            Replay = (id, at, entry) =>
            {
                replay.Take(id, at, entry);
                recent.Take(id, at);
                meter.Replay(id, at, entry);
            },
            ReplayAnew = () => (replay, meter) =
                (new LedgerReplay(), new LedgerMeter(folder.Ledger, new LocalDisk(), time)),
            Organisation = wanted.OnDisk.Options?.Organisation.Text ?? "sallyport",
        };
        if (!Sequencer.TryOpen(reading, out var sequencer, out fault))
        {
            authority.Dispose();
            return (null, fault);
        }

        var (perimeter, change, refused) = StartingPerimeter.Choose(
            wanted, replay.Perimeter, folder.Snapshots, time.GetUtcNow(),
            ($"{sequencer.Key}", sequencer.Recovery.Entries));

        // By the limits that are in force, which the ledger has just said.
        var history = new LimitHistory(perimeter?.Snapshot?.Limits ?? LimitRules.None, time)
        {
            WasUnsigned = sequencer.Tail.WasUnsigned,
        };
        refused ??= history.TakeAll(
            new LedgerReader(folder.Ledger, new LocalDisk(), live: null),
            Math.Max(recent.Position, sequencer.Recovery.First)); // The clock may have gone back since.

        // Not before: a second node on this folder must not touch what the first has given to its runs.
        if ((refused ?? folder.WriteBundle()) is { } unwritable)
        {
            await sequencer.DisposeAsync();
            authority.Dispose();
            return (null, unwritable);
        }

        if (change is not null)
        {
            sequencer.Append(change); // Synced with the next, before anything is served.
        }

        var started = sequencer.Append(new LedgerEntry.NodeStarted
        {
            Version = ProgramVersion.Text,
            Snapshot = perimeter!.Files!.Hash, // It was chosen.
            TornBytesCut = sequencer.Recovery.TornBytesCut,
        });
        if (!started.IsAccepted || !await sequencer.WhenSignedAsync(started.Id, CancellationToken.None))
        {
            await sequencer.DisposeAsync();
            authority.Dispose();
            return (null, sequencer.Fault ?? new Fault("ledger.unavailable", "The start could not be recorded.", "Free the disk, then start again."));
        }

        return await ComposeAsync(wanted.Folder, perimeter, folder, logs, time, sequencer, (replay, history, meter), authority);
    }

    /// <summary>Stops in good order: no new request, a short patience for open ones, the last entry, the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(StopPatience, time))
        {
            await gateway.StopAsync(patience.Token);
        }

        channels.CutAll(new FreezeScope.All(), "node.stopping");
        await background.CancelAsync();
        await Task.WhenAll(loops);
        await admin.DisposeAsync();
        await gateway.DisposeAsync();
        admission.Dispose();
        perimeter.Dispose();
        folder.RemoveSockets();
        if (tally.Counts != new Tally().Counts)
        {
            sequencer.Append(() => tally.Counts);
        }

        foreach (var refused in meter.Told(all: true))
        {
            sequencer.Append(refused);
        }

        await witnesses.LastAsync(sequencer.Append(new LedgerEntry.NodeStopped { Reason = "signal" }));
        await sequencer.DisposeAsync();
        authority.Dispose();
        background.Dispose();
    }

    private static async Task<(NodeHost? Node, Fault? Fault)> ComposeAsync(
        string perimeterFolder, LoadedPerimeter perimeter, StateFolder folder, ILoggerFactory logs, TimeProvider time,
        Sequencer sequencer, (LedgerReplay Replay, LimitHistory Limits, LedgerMeter Meter) before, CertificateAuthority authority)
    {
        // 3. What decides.
        var (snapshots, options) = (new SnapshotSource(perimeter.Snapshot!), perimeter.Options!); // No mistake.
        var (channels, runs, tokens) = (new Channels(), new Runs(), new RunTokens());
        var limits = before.Limits.Start();
        before.Meter.Start(() => snapshots.Current.Storage);
        sequencer.Meter = before.Meter;
        var freeze = Switch.Open(folder.Freeze, before.Replay.FreezeEpoch, before.Replay.Frozen, sequencer, channels, time,
            logs.CreateLogger<Switch>());
        var decisions = new DecisionPoint(freeze, sequencer, limits, options.Reads is ReadRecord.Synced, time,
            logs.CreateLogger<DecisionPoint>())
        {
            Places = new Places(before.Replay.Places),
        };

        var holds = new Holds(sequencer, time, logs.CreateLogger<Holds>());
        holds.Restore(before.Replay.Holds, before.Replay.Open.ContainsKey);
        freeze.Frozen = scope => decisions.Void(holds, scope, "freeze.active");

        var interlock = new Interlock(decisions, channels, sequencer);
        var inForce = new PerimeterInForce(
            perimeter, before.Replay.Perimeter,
            new InForceParts
            {
                Folder = Path.GetFullPath(perimeterFolder),
                Archive = folder.Snapshots,
                Turnover = new Turnover(snapshots, decisions, interlock, channels, sequencer)
                {
                    Swapped = () => decisions.Void(holds, new FreezeScope.All(), "perimeter.changed"),
                },
                Sequencer = sequencer,
                Time = time,
            },
            logs.CreateLogger<PerimeterInForce>());

        var dialler = new CheckedDialler(Network.Machine, time);
        var content = folder.KeptBodies(sequencer, snapshots, before.Replay.LegalHolds, time, logs);

        // 4. The gateway, closed to everybody until the runs are known.
        var gateway = new HttpGateway(
            new GatewayParts
            {
                Snapshots = snapshots,
                Decisions = decisions,
                Held = new HeldDecisions(decisions, holds, snapshots, time),
                Interlock = interlock,
                Channels = channels,
                Dialler = dialler,
                Sequencer = sequencer,
                Content = content,
                Runs = runs,
                Tokens = tokens,
                Authority = authority,
                Time = time,
            },
            logs);
        var (admission, fault) = RunAdmission.Open(
            folder.Database,
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
                SocketFolder = folder.Sockets,
                Time = time,
            },
            logs.CreateLogger<RunAdmission>());
        if (admission is not null)
        {
            await admission.RestoreAsync(before.Replay.Open);
            if (before.Replay.HasHadRuns)
            {
                admission.Users.AddUnknown();
            }

            await admission.EndStrangersAsync();
            fault = await gateway.StartAsync(options.Proxy, CancellationToken.None);
        }

        if (fault is not null || admission is null)
        {
            admission?.Dispose();
            inForce.Dispose();
            await gateway.DisposeAsync();
            sequencer.Append(new LedgerEntry.NodeStopped { Reason = "fault" });
            await sequencer.DisposeAsync();
            folder.RemoveSockets();
            authority.Dispose();
            return (null, fault);
        }

        // 5. The API.
        var disk = new LocalDisk();
        var index = new LedgerIndex(folder.Ledger, disk, sequencer, time,
            keep: () => snapshots.Current.Storage.IndexEntries);
        var witnesses = new WitnessRounds(
            sequencer, options.Witnesses, new CosignedFile(folder.Ledger, disk),
            new CheckedDialler(Network.Machine, time), time, logs.CreateLogger<WitnessRounds>());
        var api = new AdminApi(new ApiParts
        {
            Snapshots = snapshots,
            Runs = runs,
            Admission = admission,
            Channels = channels,
            Freeze = freeze,
            Limits = limits,
            Meter = before.Meter,
            Sequencer = sequencer,
            Holds = holds,
            Places = decisions.Places,
            Proposals = new Proposals(folder.Proposals),
            Interlock = interlock,
            Index = index,
            Witnesses = witnesses,
            Reader = new LedgerReader(folder.Ledger, disk, sequencer),
            Gateway = gateway,
            Content = content,
            Perimeter = inForce,
            Authority = authority,
            WriteBundle = folder.WriteBundle,
            CaFile = folder.CaFile,
            BundleFile = folder.BundleFile,
            Time = time,
        });
        var admin = await AdminListener.StartAsync(
            SocketFolder.AdminSocket(folder.Root), api, admission.Owners, logs, CancellationToken.None);
        var hooks = new HoldHooks(
            holds, snapshots, new CheckedDialler(Network.Machine, time), folder.Root, time,
                logs.CreateLogger<HoldHooks>());
        return (new NodeHost(sequencer, gateway, admission, admin, authority, channels, index, holds, hooks, witnesses,
            content, folder, inForce, time, dialler.Tally, before.Meter, logs.CreateLogger<LedgerMeter>()), null);
    }

    private async Task UntilStopped(Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(background.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    // What was counted at the dial and at the reply, beside what was recorded: sallyport ledger verify compares them.
    private async Task CountAsync(CancellationToken cancellation)
    {
        using var tick = new PeriodicTimer(CountEvery, time);
        var last = tally.Counts;
        while (await tick.WaitForNextTickAsync(cancellation))
        {
            if (tally.Counts != last)
            {
                sequencer.Append(() => last = tally.Counts);
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        using var tick = new PeriodicTimer(SweepEvery, time);
        while (await tick.WaitForNextTickAsync(cancellation))
        {
            await admission.SweepAsync();
        }
    }
}
