using Microsoft.Extensions.Logging;
using Sallyport.Decisions;
using Sallyport.Decisions.Approvals;
using Sallyport.Flow;
using Sallyport.Freeze;
using Sallyport.Http;
using Sallyport.Identity;
using Sallyport.Ledger;

namespace Sallyport.Console;

/// <summary>Opens and ends runs. A run is recorded before it is recognised, and forgotten before its end is recorded.</summary>
public sealed class RunAdmission : IDisposable
{
    private readonly RunStore store;
    private readonly AdmissionParts parts;
    private readonly ILogger log;
    private readonly RunUsers users = new();

    private RunAdmission(RunStore store, AdmissionParts parts, ILogger log)
    {
        this.store = store;
        this.parts = parts;
        this.log = log;
    }

    /// <summary>The processes that own runs.</summary>
    public RunOwners Owners { get; } = new();

    /// <summary>What people have made their own.</summary>
    public Endorsements Endorsements => parts.Endorsements;

    /// <summary>Series of runs.</summary>
    public RunSeries Series { get; } = new();

    /// <summary>The users under which runs were started.</summary>
    public RunUsers Users => users;

    /// <summary>Opens the store of runs.</summary>
    /// <param name="database">The control database.</param>
    /// <param name="parts">What a run touches.</param>
    /// <param name="log">Log.</param>
    public static (RunAdmission? Admission, Fault? Fault) Open(string database, AdmissionParts parts, ILogger<RunAdmission> log)
    {
        RunStore? store = null;
        try
        {
            store = RunStore.Open(database);
            _ = store.All(); // What cannot be read is found here, with a mend, and not in the middle of the start.
            return (new RunAdmission(store, parts, log), null);
        }
        catch (Exception failed) when (failed is Microsoft.Data.Sqlite.SqliteException or System.Data.DataException or InvalidOperationException
            or InvalidCastException or IOException or UnauthorizedAccessException)
        {
            store?.Dispose();
            return (null, new Fault("identity.store", $"The control database {database} cannot be opened: {failed.Message}", $"If it is damaged, move it away: every open run then ends and must be started again."));
        }
    }

    /// <summary>Takes up the runs that were open when the node last stopped, with the labels that the ledger has for them.</summary>
    public async Task RestoreAsync(IReadOnlyDictionary<RunId, RunState> recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        var stored = store.All().ToDictionary(run => run.Run);
        foreach (var (id, run) in recorded)
        {
            if (stored.Remove(id, out var known) && PeerProcess.StartOf(known.OwnerPid) == known.OwnerStart)
            {
                Owners.Add(known.OwnerPid, known.OwnerStart);
                run.Texts.MarkOpaque(
                    RunTexts.TrustOf(run.Labels.Set), "before the restart",
                    run.Labels.Set.IsConfidentialTo(LabelSet.Empty));
                users.Add(id, PeerProcess.UidOf(known.OwnerPid), known.OwnerPid);
                Recognise(run, known.TokenDigest);
            }
            else
            {
                parts.Runs.Add(run);
                await EndAsync(id, known is null ? "not-rebuilt" : "owner-gone", exitCode: null);
            }
        }

        foreach (var orphan in stored.Keys)
        {
            store.Remove(orphan);
        }
    }

    /// <summary>Opens a run for a process.</summary>
    /// <param name="agent">Whose run.</param>
    /// <param name="program">File name of the program.</param>
    /// <param name="commandDigest">SHA-256 of the command line.</param>
    /// <param name="owner">The process that answers for the run: when it is gone, the run ends.</param>
    /// <param name="brief">What a person asked for.</param>
    /// <param name="wake">Which round of a series it is; null where it is none.</param>
    public async Task<(RunTicket? Ticket, Fault? Fault)> OpenAsync(
        AgentId agent, string program, string commandDigest, PeerProcess owner, Brief brief, Wake? wake = null)
    {
        ArgumentNullException.ThrowIfNull(owner);
        if (!parts.Snapshots.Current.Agents.TryGetValue(agent, out var known))
        {
            return (null, new Fault("identity.agent-unknown", $"There is no agent '{agent}' in the configuration that is in force.", $"Known agents: {string.Join(", ", parts.Snapshots.Current.Agents.Keys)}. Add it under agents: in perimeter/sallyport.yaml, then: sallyport apply"));
        }

        var run = new RunState(RunId.New(parts.Time), agent, known.Role);
        if (parts.Freeze.Covering(agent, run.Id) is { } freeze)
        {
            run.Dispose();
            return (null, new Fault("freeze.active", $"Agent '{agent}' is frozen by {freeze.Id} ({freeze.Scope}): {freeze.Reason}", $"When the incident is over: sallyport thaw {freeze.Id}"));
        }

        if (wake is not null
            && Series.Begin(wake, run.Id, agent, owner, id => parts.Runs.TryFind(id, out _)) is { } open)
        {
            run.Dispose();
            return (null, open);
        }

        var untrusted = BriefIntake.Take(run.Texts, brief, parts.Runs.Texts);
        var appended = parts.Sequencer.Append(new LedgerEntry.RunStarted
        {
            Run = run.Id,
            Agent = agent,
            Role = known.Role,
            Program = program,
            CommandDigest = commandDigest,
            Confinement = "unconfined",
            BriefDigest = brief.Digest,
            UntrustedLines = untrusted,
        });
        if (appended.IsAccepted && wake is not null)
        {
            appended = parts.Sequencer.Append(new LedgerEntry.RunWoken
            {
                Run = run.Id,
                Agent = agent,
                Series = wake.Series ?? run.Id,
                Round = wake.Round,
                EverySeconds = wake.EverySeconds,
            });
        }

        if (appended.IsAccepted && brief.Files is { } files)
        {
            appended = parts.Sequencer.Append(InstructionsApi.Found(run, files, parts.Sequencer.Secrets.Digest));
            run.Texts.MarkOpaque(
                RunTexts.TrustOf(files.Labels), InstructionFiles.Place, files.Labels.IsConfidentialTo(LabelSet.Empty));
        }

        if (appended.IsAccepted && (untrusted > 0 || brief.Files is not null))
        {
            // It starts with what others have read, or written: as if it had read it itself.
            var labels = untrusted > 0 ? LabelSet.Untrusted : LabelSet.Empty;
            var grown = new RunLabels(labels.Join(brief.Files?.Labels ?? LabelSet.Empty), 1);
            appended = parts.Sequencer.Append(
                new LedgerEntry.LabelsJoined
                {
                    Run = run.Id,
                    Agent = agent,
                    Decision = appended.Id,
                    Labels = grown.Set,
                    LabelVersion = grown.Version,
                },
                fence: null,
                positioned: _ => run.Grow(grown));
        }

        if (!appended.IsAccepted || !await parts.Sequencer.WhenSignedAsync(appended.Id, CancellationToken.None))
        {
            run.Dispose();
            return (null, appended.Fault ?? new Fault("ledger.unavailable", "The start of the run could not be recorded.", "See what the ledger lacks: sallyport status"));
        }

        var (token, digest) = RunTokens.Create();
        string socket;
        try
        {
            var stored = new StoredRun(run.Id, digest, owner.Pid, PeerProcess.StartOf(owner.Pid) ?? 0);
            store.Add(stored);
            Owners.Add(stored.OwnerPid, stored.OwnerStart);
            users.Add(run.Id, owner.Uid, owner.Pid);
            socket = Recognise(run, digest);
        }
        catch (Exception failed) when (failed is Microsoft.Data.Sqlite.SqliteException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            if (!parts.Runs.TryFind(run.Id, out _))
            {
                parts.Runs.Add(run);
            }

            await EndAsync(run.Id, "not-started", exitCode: null);
            return (null, new Fault("identity.store", $"The run could not be stored: {failed.Message}", "Free the disk, or mend the state folder's mode, then try again."));
        }

        AdmissionLog.Opened(log, run.Id.Text, agent.Value);
        return (new RunTicket(run.Id, token, socket, appended.Id, untrusted), null);
    }

    /// <summary>Whether this process has opened the run, and still is that process.</summary>
    public bool IsOwner(RunId run, int pid) => users.IsOwner(run, pid) && Owners.Holds(pid);

    /// <summary>Ends a run: its token and socket are refused, what it has open is cut, then the end is recorded.</summary>
    /// <returns>False when it was not open.</returns>
    public async Task<bool> EndAsync(RunId id, string reason, int? exitCode)
    {
        if (!parts.Runs.End(id, out var run))
        {
            return false;
        }

        parts.Tokens.Remove(id);
        parts.Channels.CutAll(new FreezeScope.OfRun(id), "identity.run-ended");
        await parts.Gateway.CloseRunAsync(id);
        parts.Holds.EndRun(id);
        parts.Endorsements.EndRun(id);
        users.Remove(id);
        Forget(id);
        TryDelete(SocketOf(id));
        parts.Sequencer.Append(new LedgerEntry.RunEnded { Run = id, Agent = run.Agent, Reason = reason, ExitCode = exitCode });
        AdmissionLog.Ended(log, id.Text, run.Agent.Value, reason);
        return true;
    }

    /// <summary>Ends every run whose agent is no longer in force, or no longer with the role that the run began
    /// with: it was admitted as somebody else.</summary>
    /// <returns>How many.</returns>
    public async Task<int> EndStrangersAsync()
    {
        var agents = parts.Snapshots.Current.Agents;
        var ended = 0;
        foreach (var run in parts.Runs.Open)
        {
            var known = agents.TryGetValue(run.Agent, out var agent);
            if ((!known || agent!.Role != run.Role) // known means not null
                && await EndAsync(run.Id, known ? "role-changed" : "agent-gone", exitCode: null))
            {
                ended++;
            }
        }

        return ended;
    }

    /// <summary>Why the control store could not be read at the last sweep; null when it could.</summary>
    public Fault? StoreFault { get; private set; }

    /// <summary>Ends every run whose owner is gone (killed, crashed): nobody else would.</summary>
    public async Task SweepAsync()
    {
        Owners.Sweep();
        await EndStrangersAsync();
        foreach (var stored in Stored())
        {
            if (PeerProcess.StartOf(stored.OwnerPid) != stored.OwnerStart)
            {
                await EndAsync(stored.Run, "owner-gone", exitCode: null);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();

    private IReadOnlyList<StoredRun> Stored()
    {
        try
        {
            IReadOnlyList<StoredRun> all = [.. store.All()];
            StoreFault = null;
            return all;
        }
        catch (Microsoft.Data.Sqlite.SqliteException failed)
        {
            StoreFault = new Fault(
                "identity.store", $"The control store cannot be read: {failed.Message}",
                "Free the disk, or mend the state folder's mode; open runs go on, new ones are refused.");
            return [];
        }
    }

    private string Recognise(RunState run, byte[] tokenDigest)
    {
        var socket = SocketOf(run.Id);
        parts.Runs.Add(run);
        parts.Tokens.Add(run.Id, tokenDigest);
        parts.Gateway.OpenRunSocket(run, socket);
        return socket;
    }

    // A row that stays is harmless: after a restart a run that the ledger says has ended is not taken up.
    private void Forget(RunId id)
    {
        try
        {
            store.Remove(id);
        }
        catch (Microsoft.Data.Sqlite.SqliteException failed)
        {
            AdmissionLog.NotForgotten(log, id.Text, failed.Message);
        }
    }

    private string SocketOf(RunId run) => Path.Combine(parts.SocketFolder, run.Text, "proxy.sock");

    private static void TryDelete(string socket)
    {
        if (Path.GetDirectoryName(socket) is { } folder && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>What a run is given when it is opened. The token is shown here and never again.</summary>
/// <param name="Run">The run.</param>
/// <param name="Token">For the TCP listener.</param>
/// <param name="Socket">Its own unix socket.</param>
/// <param name="Entry">The entry of its start.</param>
/// <param name="UntrustedLines">Lines of brief and arguments that some run has read as untrusted.</param>
public sealed record RunTicket(RunId Run, string Token, string Socket, EntryId Entry, int UntrustedLines);

/// <summary>What a run touches; all of it belongs to the node.</summary>
public sealed record AdmissionParts
{
    /// <summary>Rules in force.</summary>
    public required SnapshotSource Snapshots { get; init; }

    /// <summary>Open runs.</summary>
    public required Runs Runs { get; init; }

    /// <summary>Their tokens.</summary>
    public required RunTokens Tokens { get; init; }

    /// <summary>What is open.</summary>
    public required Channels Channels { get; init; }

    /// <summary>What is frozen.</summary>
    public required Switch Freeze { get; init; }

    /// <summary>Records.</summary>
    public required Sequencer Sequencer { get; init; }

    /// <summary>The gateway.</summary>
    public required HttpGateway Gateway { get; init; }

    /// <summary>What waits for a person.</summary>
    public required Holds Holds { get; init; }

    /// <summary>What people have made their own.</summary>
    public required Endorsements Endorsements { get; init; }

    /// <summary>Where run sockets are made.</summary>
    public required string SocketFolder { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }
}

internal static partial class AdmissionLog
{
    [LoggerMessage(5001, LogLevel.Information, "run {Run} of {Agent} opened")]
    public static partial void Opened(ILogger logger, string run, string agent);

    [LoggerMessage(5003, LogLevel.Warning, "run {Run} stays in the control database until the next start: {Why}")]
    public static partial void NotForgotten(ILogger logger, string run, string why);

    [LoggerMessage(5002, LogLevel.Information, "run {Run} of {Agent} ended: {Reason}")]
    public static partial void Ended(ILogger logger, string run, string agent, string reason);
}
