using Sallyport.Ledger;
using Sallyport.Ledger.Tests;

namespace Sallyport.Limits.Tests;

public sealed class LedgerMeterTests : IDisposable
{
    private readonly TestLedger ledger = new();
    private readonly ManualTime time = new();
    private readonly FaultyDisk disk = new(breaksAt: -1);

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task An_agent_that_has_filled_its_quota_is_refused_and_the_others_are_not()
    {
        await using var sequencer = Open(Rules(quota: 4096), out var meter);
        var taken = Fill(sequencer, Entries.Decided());
        Assert.InRange(taken, 3, 12);
        var refused = sequencer.Append(Entries.Decided());
        Assert.Equal(LedgerMeter.QuotaCode, refused.Fault!.Code);
        Assert.Equal(
            "Agent 'research' has filled the ledger quota of 4KiB per hour; there is room again at 10:31:00Z.",
            refused.Fault.Detail);
        Assert.Contains("sallyport.yaml:7", refused.Fault.Mend, StringComparison.Ordinal);
        Assert.True(sequencer.Append(Entries.Decided() with { Agent = Entries.OtherAgent }).IsAccepted);
        Assert.True(sequencer.Append(Entries.Decided() with { Agent = null, Run = null }).IsAccepted);
        Assert.Equal([Entries.Agent], meter.Uses().Where(use => use.OpensAt is not null).Select(use => use.Agent!));
    }

    // Whoever asks again and again to be let through, from inside a run, writes to the ledger too.
    [Fact]
    public async Task Refused_answers_are_the_agents_and_given_ones_a_persons()
    {
        await using var sequencer = Open(Rules(quota: 4096), out _);
        Fill(sequencer, Entries.Decided());
        Assert.Equal(LedgerMeter.QuotaCode, sequencer.Append(Entries.Endorsed("refused")).Fault!.Code);
        Assert.Equal(LedgerMeter.QuotaCode, sequencer.Append(Entries.Approved("refused")).Fault!.Code);
        Assert.True(sequencer.Append(Entries.Endorsed("given")).IsAccepted);
        Assert.True(sequencer.Append(Entries.Approved("given")).IsAccepted);
        Assert.True(sequencer.Append(Entries.Approved("declined")).IsAccepted);
    }

    // A use that takes the last room would be followed by a decision that is refused: used up for nothing.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_use_is_refused_where_there_is_no_room_for_the_decision_after_it(bool isApproval)
    {
        LedgerEntry used = isApproval ? Entries.Approved("used") : Entries.Endorsed("used");
        await using var sequencer = Open(Rules(quota: 4096), out var meter);
        while (meter.Refusal(used) is null)
        {
            Assert.True(sequencer.Append(Entries.Decided()).IsAccepted, "it is refused before decisions are");
        }

        Assert.Equal(LedgerMeter.QuotaCode, sequencer.Append(used).Fault!.Code);
        Fill(sequencer, Entries.Decided());
        Assert.Equal(LedgerMeter.QuotaCode, sequencer.Append(used).Fault!.Code);
    }

    [Fact]
    public async Task Denials_count_and_so_do_connections_that_belong_to_no_run()
    {
        await using var sequencer = Open(Rules(quota: 4096), out _);
        var nobody = Entries.Decided() with { Agent = null, Run = null, Verdict = "deny", Code = "identity.missing" };
        Fill(sequencer, nobody);
        Assert.Equal(LedgerMeter.QuotaCode, sequencer.Append(nobody).Fault!.Code);
        Assert.True(sequencer.Append(Entries.Decided()).IsAccepted);
    }

    [Fact]
    public async Task What_follows_from_an_act_that_was_allowed_is_always_taken_and_counts()
    {
        await using var sequencer = Open(Rules(quota: 4096), out var meter);
        var decision = sequencer.Append(Entries.Decided()).Id;
        for (var i = 0; i < 100; i++)
        {
            Assert.True(sequencer.Append(Entries.Observed(decision)).IsAccepted);
        }

        Assert.False(sequencer.Append(Entries.Decided()).IsAccepted);
        Assert.True(Assert.Single(meter.Uses(), use => use.Agent == Entries.Agent).Used > 20_000);
    }

    [Fact]
    public async Task A_quota_opens_when_its_window_has_passed()
    {
        await using var sequencer = Open(Rules(quota: 4096), out _);
        Fill(sequencer, Entries.Decided());
        time.Pass(TimeSpan.FromMinutes(59));
        Assert.False(sequencer.Append(Entries.Decided()).IsAccepted);
        time.Pass(TimeSpan.FromMinutes(2));
        Assert.True(sequencer.Append(Entries.Decided()).IsAccepted);
    }

    [Fact]
    public async Task A_restart_opens_no_quota()
    {
        long used;
        await using (var sequencer = Open(Rules(quota: 4096), out var before))
        {
            Fill(sequencer, Entries.Decided());
            used = before.Uses().Single(use => use.OpensAt is not null).Used;
        }

        time.Pass(TimeSpan.FromMinutes(30));
        await using var again = Open(Rules(quota: 4096), out var meter);
        Assert.Equal(used, Assert.Single(meter.Uses(), use => use.OpensAt is not null).Used);
        Assert.False(again.Append(Entries.Decided()).IsAccepted);
        time.Pass(TimeSpan.FromMinutes(31));
        Assert.True(again.Append(Entries.Decided()).IsAccepted);
    }

    [Fact]
    public async Task Refusals_are_told_when_they_begin_and_then_once_a_minute_with_their_number()
    {
        await using var sequencer = Open(Rules(quota: 4096), out var meter);
        Fill(sequencer, Entries.Decided());
        var first = Assert.Single(meter.Told(all: false));
        Assert.Equal(
            (Entries.Agent, "ledger.quota", "4KiB per hour", 1),
            (first.Agent, first.Code, first.Limit, first.Refused));
        for (var i = 0; i < 1000; i++)
        {
            Assert.False(sequencer.Append(Entries.Decided()).IsAccepted);
        }

        Assert.Empty(meter.Told(all: false));
        time.Pass(LedgerMeter.TellEvery);
        Assert.Equal(1000, Assert.Single(meter.Told(all: false)).Refused);
        Assert.False(sequencer.Append(Entries.Decided()).IsAccepted);
        Assert.Equal(1, Assert.Single(meter.Told(all: true)).Refused);
        Assert.Empty(meter.Told(all: true));
    }

    [Fact]
    public async Task What_is_kept_of_the_disk_is_for_the_node_and_for_people()
    {
        disk.Free = 4096;
        await using var sequencer = Open(Rules(reserve: 4097), out var meter);
        Assert.Equal(LedgerMeter.ReserveCode, sequencer.Append(Entries.Decided()).Fault!.Code);
        Assert.True(sequencer.Append(new LedgerEntry.FreezeChanged
        {
            Change = "frozen",
            FreezeId = "f-1",
            Scope = "all",
            Reason = "the disk is full",
            Author = "uid:0",
            FreezeEpoch = 1,
            EffectiveAt = time.GetUtcNow(),
            ChannelsCut = 0,
        }).IsAccepted);
        var told = Assert.Single(meter.Told(all: false));
        Assert.Equal((null, "ledger.reserve", "4097 bytes", 1), (told.Agent, told.Code, told.Limit, told.Refused));

        // Not at the edge: an eighth more.
        disk.Free = 4097 + 511;
        meter.LookAtDisk();
        Assert.NotNull(meter.Fault);
        disk.Free = 4097 + 512;
        meter.LookAtDisk();
        Assert.Null(meter.Fault);
        Assert.True(sequencer.Append(Entries.Decided()).IsAccepted);
    }

    [Fact]
    public async Task The_disk_is_looked_at_while_the_log_grows()
    {
        await using var sequencer = Open(Rules(reserve: 1 << 20), out _);
        disk.Free = 0;
        var long_ = Entries.Decided("/" + new string('a', 15_000));
        var taken = 0;
        while (sequencer.Append(long_).IsAccepted)
        {
            Assert.True(++taken < 1000);
        }

        Assert.InRange(taken, 400, 700);
    }

    private static StorageRules Rules(long reserve = 0, long? quota = null) => new(
        reserve, quota is { } bytes ? new StorageQuota(bytes, LimitWindow.Hour, "sallyport.yaml:7") : null, []);

    private static int Fill(Sequencer sequencer, LedgerEntry entry)
    {
        var taken = 0;
        while (sequencer.Append(entry).IsAccepted)
        {
            taken++;
        }

        return taken;
    }

    private Sequencer Open(StorageRules rules, out LedgerMeter meter)
    {
        var made = meter = new LedgerMeter(ledger.Folder, disk, time);
        var sequencer = TestLedger.Open(ledger.Options(disk) with { Replay = made.Replay, Time = time });
        meter.Start(() => rules);
        sequencer.Meter = meter;
        return sequencer;
    }
}
