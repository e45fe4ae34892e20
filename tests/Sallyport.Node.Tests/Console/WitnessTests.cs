using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Egress;
using Sallyport.Ledger;
using Sallyport.Ledger.Tests;
using Sallyport.Perimeter.Tests;
using Sallyport.Tlog.Checkpoints;
using Sallyport.Tlog.Merkle;

namespace Sallyport.Console.Tests;

/// <summary>Cosignatures from outside: asked beside the log, kept, and never in its way.</summary>
public sealed class WitnessTests : IAsyncDisposable
{
    private readonly TestLedger ledger = new();
    private readonly ScratchFolder scratch = new();
    private readonly CancellationTokenSource ending = new();
    private readonly List<Task> running = [];
    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        foreach (var task in running)
        {
            await task.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        ending.Dispose();
        ledger.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public async Task What_enough_witnesses_have_cosigned_is_kept_and_goes_on()
    {
        await using var sequencer = ledger.Open();
        await using var one = await WitnessOf(sequencer, "one.example");
        await using var two = await WitnessOf(sequencer, "two.example");
        var rounds = Run(sequencer, quorum: 2, one, two);
        foreach (var size in (int[])[1, 300, 301])
        {
            await GrowAsync(sequencer, size);
            await Until(() => rounds.Cosigned?.Head.Size.Value == size);
        }

        Assert.All(rounds.Standings, standing => Assert.Equal((301, null), (standing.Size, standing.Trouble)));
        Assert.True(CosignedFile.TryRead(ledger.Folder, new LocalDisk(), out var kept));
        var policy = CosignedFile.PolicyOf(sequencer.Key, [one.Key, two.Key], 2);
        Assert.Equal(301, policy.Verify(kept).ValueOrThrow().Head.Size.Value);
        Assert.False(
            CosignedFile.PolicyOf(sequencer.Key, [one.Key], 1).Verify(sequencer.Checkpoint).TryGet(out _, out _));
    }

    [Fact]
    public async Task A_stop_asks_once_more_and_waits_for_nobody_who_is_silent()
    {
        await using var sequencer = ledger.Open();
        await using var good = await WitnessOf(sequencer, "good.example");
        await using var silent = await WitnessOf(sequencer, "silent.example");
        silent.Script = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        WitnessRounds Of(HttpWitness witness, TimeSpan most) => new(
            sequencer, Rules(1, witness), new CosignedFile(ledger.Folder, new LocalDisk()),
            new CheckedDialler(Network.Machine, TimeProvider.System), TimeProvider.System,
            NullLogger<WitnessRounds>.Instance)
        {
            LastMax = most,
        };
        var rounds = Of(good, TimeSpan.FromMinutes(1));
        await rounds.LastAsync(sequencer.Append(new LedgerEntry.NodeStopped { Reason = "signal" }));
        Assert.Equal(1, rounds.Cosigned?.Head.Size.Value);

        rounds = Of(silent, TimeSpan.FromMilliseconds(200));
        await rounds.LastAsync(sequencer.Append(new LedgerEntry.NodeStopped { Reason = "signal" }));
        Assert.Null(rounds.Cosigned);
        Assert.Null(sequencer.Fault);
    }

    [Fact]
    public async Task A_witness_that_is_further_than_the_node_remembers_is_asked_again_from_there()
    {
        await using var sequencer = ledger.Open();
        await using var witness = await WitnessOf(sequencer, "one.example");
        await GrowAsync(sequencer, 7);
        witness.Show(sequencer.Checkpoint.Claim.Head);
        await GrowAsync(sequencer, 12);
        var rounds = Run(sequencer, quorum: 1, witness);
        await Until(() => rounds.Cosigned?.Head.Size.Value == 12);
        Assert.Equal([409, 200], witness.Statuses.Take(2));
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "wrong signature", "signature" },
        { "another key", "None is of a known key" },
        { "another checkpoint", "signature" },
        { "conflict without end", "it says that it cosigned 3 entries last" },
        { "conflict of garbage", "is not a decimal number" },
        { "redirect", "302" },
        { "endless", "longer than" },
        { "silent", "did not answer" },
        { "trickles", "did not answer" },
        { "500", "500" },
        { "404", "does not know this log" },
        { "403", "does not know this log's key" },
        { "400", "malformed" },
        { "down", "cannot be reached" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_witness_neither_cosigns_nor_stops_the_log_or_another_witness(string how, string why)
    {
        await using var sequencer = ledger.Open();
        await using var good = await WitnessOf(sequencer, "good.example");
        await using var bad = await WitnessOf(sequencer, "bad.example");
        await using var elsewhere = await WitnessOf(sequencer, "elsewhere.example");
        Spoil(bad, elsewhere, how);
        var rules = Rules(1, good, bad);
        if (how == "down")
        {
            await bad.DisposeAsync();
        }

        var rounds = Run(sequencer, rules);
        await GrowAsync(sequencer, 5);
        await Until(() => rounds.Cosigned?.Head.Size.Value == 5 && Of(rounds, "bad").Trouble is { } trouble
            && trouble.Contains(why, StringComparison.Ordinal));
        await GrowAsync(sequencer, 600); // It is synced and signed, whoever is asked.
        Assert.DoesNotContain(rounds.Cosigned!.Cosignatures, it => it.Key.Name == bad.Key.Name); // waited for above
        Assert.False(Of(rounds, "bad").IsAlarm);
        Assert.Empty(elsewhere.Statuses);
    }

    [Fact]
    public async Task Fewer_than_the_quorum_cosign_nothing()
    {
        await using var sequencer = ledger.Open();
        await using var good = await WitnessOf(sequencer, "good.example");
        await using var bad = await WitnessOf(sequencer, "bad.example");
        bad.Script = context => Status(context, 500);
        var rounds = Run(sequencer, quorum: 2, good, bad);
        await GrowAsync(sequencer, 5);
        await Until(() => rounds.Standings.First(it => it.Name != "bad").Size == 5);
        Assert.Null(rounds.Cosigned);
        Assert.False(File.Exists(ledger.Folder.Cosigned));
    }

    [Theory]
    [InlineData(true, "entries were cut off")]
    [InlineData(false, "entries were changed")]
    public async Task A_witness_that_has_seen_more_or_another_log_is_an_alarm(bool more, string why)
    {
        await using var sequencer = ledger.Open();
        await using var witness = await WitnessOf(sequencer, "one.example");
        await GrowAsync(sequencer, 5);
        var other = new CompactRange();
        for (var i = 0; i < (more ? 9 : 3); i++)
        {
            other.Append(TreeHash.Leaf(Encoding.ASCII.GetBytes($"{i}")));
        }

        witness.Show(other.Head);
        var rounds = Run(sequencer, quorum: 1, witness);
        await Until(() => rounds.Standings.First(it => it.Name != "bad").IsAlarm);
        Assert.Contains(why, rounds.Standings.First(it => it.Name != "bad").Trouble, StringComparison.Ordinal);
        Assert.Null(rounds.Cosigned);
    }

    // Whoever has the key can put back an older checkpoint: what was cosigned says that there was more.
    [Fact]
    public async Task A_log_that_is_shorter_than_what_was_cosigned_is_not_opened()
    {
        await using var elsewhere = await HttpWitness.StartAsync("one.example");
        byte[] entries, hashes, checkpoint;
        await using (var sequencer = ledger.Open())
        {
            await GrowAsync(sequencer, 3);
            (entries, hashes) = (ledger.EntriesOnDisk, ledger.HashesOnDisk);
            checkpoint = await File.ReadAllBytesAsync(ledger.Folder.Checkpoint, cancellation);
            await GrowAsync(sequencer, 5);
            new CosignedFile(ledger.Folder, new LocalDisk()).Replace(
                sequencer.Checkpoint.With(elsewhere.Cosign(sequencer.Checkpoint.Claim)).ValueOrThrow());
        }

        await File.WriteAllBytesAsync(ledger.Folder.Checkpoint, checkpoint, cancellation);
        (ledger.EntriesOnDisk, ledger.HashesOnDisk) = (entries, hashes[..Math.Min(hashes.Length, 3 * 32)]);
        Assert.Contains(
            "checkpoint.cosigned was signed over 5 entries", ledger.Refused().Detail, StringComparison.Ordinal);
    }

    private static WitnessStanding Of(WitnessRounds rounds, string name) =>
        rounds.Standings.First(standing => standing.Name == name);

    private static void Spoil(HttpWitness bad, HttpWitness elsewhere, string how)
    {
        switch (how)
        {
            case "wrong signature":
                bad.Alter = body => body[..^9] + (body[^9] == 'A' ? 'B' : 'A') + body[^8..];
                break;
            case "another key":
                bad.Alter = body => body.Replace("bad.example", "odd.example", StringComparison.Ordinal);
                break;
            case "another checkpoint":
                var other = Checkpoint.Create(Origin.Parse("other.example").ValueOrThrow(), new CompactRange().Head);
                bad.Alter = _ => $"{bad.Cosign(other.ValueOrThrow())}\n";
                break;
            default:
                bad.Script = context => AnswerAsync(context, elsewhere, how);
                break;
        }
    }

    private static async Task AnswerAsync(HttpContext context, HttpWitness elsewhere, string how)
    {
        var response = context.Response;
        switch (how)
        {
            case "conflict without end":
                (response.StatusCode, response.ContentType) = (409, "text/x.tlog.size");
                await response.WriteAsync("3\n", context.RequestAborted);
                break;
            case "conflict of garbage":
                (response.StatusCode, response.ContentType) = (409, "text/x.tlog.size");
                await response.WriteAsync("many\n", context.RequestAborted);
                break;
            case "redirect":
                response.Redirect(elsewhere.Address + "/add-checkpoint", permanent: false, preserveMethod: false);
                break;
            case "silent":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                break;
            case "endless" or "trickles":
                var line = Encoding.ASCII.GetBytes(how == "endless" ? new string('a', 65_536) : "a");
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await response.Body.WriteAsync(line, context.RequestAborted);
                    await response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(
                        TimeSpan.FromMilliseconds(how == "endless" ? 0 : 20), TimeProvider.System,
                        context.RequestAborted);
                }

                break;
            default:
                await Status(context, int.Parse(how, System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    // As the configuration says it.
    private WitnessRules Rules(int quorum, params HttpWitness[] witnesses)
    {
        var lines = witnesses.Select(witness =>
            $"    {NameOf(witness)}: {{ url: \"{witness.Address}\", key: \"{witness.Key}\" }}\n");
        var loaded = scratch.Load(
            "version: 1\norganisation: example.org\nroles: {}\nagents: {}\n"
            + $"ledger:\n  quorum: {quorum}\n  witnesses:\n"
            + string.Concat(lines));
        return loaded.Options!.Witnesses; // without a mistake
    }

    private static string NameOf(HttpWitness witness) => witness.Key.Name.Value.Split('.')[0];

    private async Task<HttpWitness> WitnessOf(Sequencer sequencer, string name)
    {
        var witness = await HttpWitness.StartAsync(name);
        witness.Log = sequencer.Key;
        return witness;
    }

    private WitnessRounds Run(Sequencer sequencer, int quorum, params HttpWitness[] witnesses) =>
        Run(sequencer, Rules(quorum, witnesses));

    private WitnessRounds Run(Sequencer sequencer, WitnessRules rules)
    {
        var rounds = new WitnessRounds(
            sequencer, rules, new CosignedFile(ledger.Folder, new LocalDisk()),
            new CheckedDialler(Network.Machine, TimeProvider.System), TimeProvider.System,
            NullLogger<WitnessRounds>.Instance)
        {
            Every = TimeSpan.FromMilliseconds(10),
            AskMax = TimeSpan.FromMilliseconds(500),
        };
        running.Add(rounds.RunAsync(ending.Token));
        return rounds;
    }

    private async Task GrowAsync(Sequencer sequencer, int size)
    {
        EntryId last;
        do
        {
            last = sequencer.Append(Entries.Decided()).Id;
        }
        while (last.Position < size - 1);

        Assert.True(await sequencer.WhenSignedAsync(last, cancellation));
    }

    private async Task Until(Func<bool> holds)
    {
        while (!holds())
        {
            Assert.False(running.Exists(task => task.IsFaulted), $"{running.Find(task => task.IsFaulted)?.Exception}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        }
    }
}
