using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sallyport.Egress;
using Sallyport.Ledger;
using Sallyport.Tlog;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;
using Sallyport.Tlog.Tiles;
using Sallyport.Tlog.Witnesses;

namespace Sallyport.Console;

/// <summary>How a witness stands.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Size">Entries that it cosigned last; 0 for none since the node's start.</param>
/// <param name="Trouble">Why it did not cosign when it was asked last; null when it did.</param>
/// <param name="IsAlarm">Whether it has seen another log of this name, or more of it than there is.</param>
public sealed record WitnessStanding(string Name, long Size, string? Trouble, bool IsAlarm);

/// <summary>Asks witnesses for cosignatures, beside the log and never in its way: in rounds, each over the checkpoint
/// of that moment, with a limit on time and size for each witness.</summary>
/// <param name="sequencer">The log.</param>
/// <param name="rules">Who is asked.</param>
/// <param name="kept">Where a checkpoint is kept that enough have cosigned.</param>
/// <param name="dialler">Dials them.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log: one line for each change of a witness's state.</param>
public sealed class WitnessRounds(
    Sequencer sequencer, WitnessRules rules, CosignedFile kept, CheckedDialler dialler, TimeProvider time,
    ILogger<WitnessRounds> log)
{
    private volatile IReadOnlyList<WitnessStanding> standings =
        [.. rules.Witnesses.Select(witness => new WitnessStanding(witness.Name, 0, "it was not asked yet", false))];

    /// <summary>Time between two rounds.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that one witness has.</summary>
    public TimeSpan AskMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that a stop gives to all of them.</summary>
    public TimeSpan LastMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Who is asked, and how many are enough.</summary>
    public WitnessRules Rules => rules;

    /// <summary>How each witness stands.</summary>
    public IReadOnlyList<WitnessStanding> Standings => standings;

    /// <summary>What enough of them have cosigned last, by their keys of now; null for nothing.</summary>
    public VerifiedCheckpoint? Cosigned =>
        kept.Current is { } signed && !rules.Witnesses.IsEmpty
            && CosignedFile.PolicyOf(sequencer.Key, [.. rules.Witnesses.Select(witness => witness.Key)], rules.Quorum)
                .Verify(signed).TryGet(out var verified, out _)
            ? verified
            : null;

    /// <summary>Asks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (rules.Witnesses.IsEmpty)
        {
            return;
        }

        var clients = Clients();
        try
        {
            using var tick = new PeriodicTimer(Every, time);
            do
            {
                await RoundAsync(clients, cancellation);
            }
            while (await tick.WaitForNextTickAsync(cancellation));
        }
        finally
        {
            clients.ForEach(it => it.Client.Dispose());
        }
    }

    /// <summary>Asks once more, at the stop: else what was recorded last is cosigned only by the next start, and who
    /// changes it until then is not seen.</summary>
    /// <param name="stopped">The last entry.</param>
    public async Task LastAsync(AppendResult stopped)
    {
        if (rules.Witnesses.IsEmpty || !stopped.IsAccepted
            || !await sequencer.WhenSignedAsync(stopped.Id, CancellationToken.None))
        {
            return;
        }

        var clients = Clients();
        using var patience = new CancellationTokenSource(LastMax, time);
        try
        {
            await RoundAsync(clients, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The stop does not wait for a witness that is silent; the next start asks it.
        }
        finally
        {
            clients.ForEach(it => it.Client.Dispose());
        }
    }

    private List<(Witness Witness, HttpClient Client)> Clients() =>
        [.. rules.Witnesses.Select(witness => (witness, new HttpClient(Handler(witness))))];

    private async Task RoundAsync(List<(Witness Witness, HttpClient Client)> clients, CancellationToken cancellation)
    {
        var signed = sequencer.Checkpoint;
        var head = signed.Claim.Head;
        if (head.Size.Value == 0 || Cosigned?.Head.Size == head.Size)
        {
            return; // Nothing new.
        }

        if (!(await TileTree.OpenAsync(sequencer.Tiles, head, cancellation)).TryGet(out var tree, out var unreadable))
        {
            WitnessLog.Unreadable(log, $"{unreadable}");
            return; // The disk: the log itself says so, and the next round tries again.
        }

        var answers = await Task.WhenAll(clients.Select(
            it => AskAsync(it.Witness, it.Client, signed, tree, cancellation)));
        Judge(answers, head.Size.Value);
        Keep(signed, answers.OfType<WitnessAnswer.Cosigned>().ToList());
    }

    private async Task<WitnessAnswer> AskAsync(
        Witness witness, HttpClient client, SignedCheckpoint signed, TileTree tree, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(AskMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var believed = standings.First(standing => standing.Name == witness.Name).Size;
        try
        {
            return await new WitnessClient(client, new Uri($"{witness.Target}"), [witness.Key])
                .CosignAsync(signed, new TreeSize(believed), tree, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new WitnessAnswer.Failed(new TlogFault(
                FaultKind.Unreadable, "witness", $"It did not answer within {AskMax.TotalSeconds:0} s."));
        }
    }

    private void Judge(WitnessAnswer[] answers, long size)
    {
        var next = ImmutableArray.CreateBuilder<WitnessStanding>();
        foreach (var (before, answer) in standings.Zip(answers))
        {
            var (trouble, isAlarm) = Trouble(answer, size);
            if (trouble != before.Trouble && isAlarm)
            {
                WitnessLog.Alarm(log, before.Name, trouble!); // An alarm has a reason.
            }
            else if (trouble != before.Trouble && trouble is not null)
            {
                WitnessLog.Silent(log, before.Name, trouble);
            }

            next.Add(before with { Size = trouble is null ? size : before.Size, Trouble = trouble, IsAlarm = isAlarm });
        }

        standings = next.ToImmutable();
    }

    private static (string? Why, bool IsAlarm) Trouble(WitnessAnswer answer, long size) => answer switch
    {
        WitnessAnswer.Cosigned => (null, false),
        WitnessAnswer.Conflict { Latest: var latest } when latest.Value > size =>
            ($"it has cosigned {latest} entries of this log, and there are {size}: entries were cut off", true),
        WitnessAnswer.Conflict { Latest: var latest } => ($"it says that it cosigned {latest} entries last", false),
        WitnessAnswer.Refused { Why: WitnessRefusal.Inconsistent } =>
            ("it has cosigned another log of this name: entries were changed", true),
        WitnessAnswer.Refused { Why: WitnessRefusal.UnknownLog } => ("it does not know this log", false),
        WitnessAnswer.Refused { Why: WitnessRefusal.UntrustedSignature } => ("it does not know this log's key", false),
        WitnessAnswer.Refused => ("it calls the request malformed", false),
        WitnessAnswer.Failed { Fault: var fault } => ($"{fault}", false),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void Keep(SignedCheckpoint signed, List<WitnessAnswer.Cosigned> answers)
    {
        if (answers.Count < rules.Quorum)
        {
            return;
        }

        var cosigned = answers.SelectMany(answer => answer.Cosignatures)
            .Aggregate(signed, (note, cosignature) => note.With(cosignature.Signature).ValueOrThrow());
        try
        {
            kept.Replace(cosigned);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            WitnessLog.Unreadable(log, refused.Message); // The next round asks again.
        }
    }

    private SocketsHttpHandler Handler(Witness witness) =>
        OwnHttp.Handler(dialler, witness.Target, witness.Rule, witness.Upstream);
}

internal static partial class WitnessLog
{
    [LoggerMessage(5301, LogLevel.Error,
        "ALARM: witness {Witness} does not cosign: {Why}. Keep the state folder as evidence: sallyport ledger verify")]
    public static partial void Alarm(ILogger logger, string witness, string why);

    [LoggerMessage(5302, LogLevel.Warning, "witness {Witness} did not cosign: {Why}")]
    public static partial void Silent(ILogger logger, string witness, string why);

    [LoggerMessage(5303, LogLevel.Warning, "no witness can be asked: {Why}")]
    public static partial void Unreadable(ILogger logger, string why);
}
