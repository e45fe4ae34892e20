using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Decisions;
using Sallyport.Decisions.Tests;
using Sallyport.Ledger;

namespace Sallyport.Perimeter.Tests;

public sealed class PerimeterInForceTests : IAsyncDisposable
{
    private const string Base =
        """
        version: 1
        organisation: example.org
        roles:
          reader: { allow: [GET a.test, GET b.test] }
        agents:
          research: { role: reader, owner: ada }

        """;

    private const string Narrow = "GET a.test]";
    private const string Wide = "GET a.test, GET b.test, POST c.test]";

    private readonly Gatehouse house = new();
    private readonly ScratchFolder folder = new();
    private readonly ScratchFolder state = new();
    private readonly SnapshotSource snapshots;
    private readonly SnapshotArchive archive;
    private readonly PerimeterInForce perimeter;

    public PerimeterInForceTests()
        : this("")
    {
    }

    private PerimeterInForceTests(string more)
    {
        var first = folder.Load(Base + more);
        Assert.Empty(first.Mistakes);
        snapshots = new SnapshotSource(first.Snapshot!);
        archive = new SnapshotArchive(state.Path, new LocalDisk());
        Assert.Null(archive.Keep(first.Files!));
        perimeter = new PerimeterInForce(
            first, new PerimeterReplay(),
            new InForceParts
            {
                Folder = folder.Path,
                Archive = archive,
                Turnover = new Turnover(
                    snapshots, house.Decisions, house.Interlock, house.Channels, house.Sequencer),
                Sequencer = house.Sequencer,
                Time = TimeProvider.System,
            },
            NullLogger<PerimeterInForce>.Instance);
    }

    [Theory]
    [InlineData(Wide, "widens")]
    [InlineData(Narrow, "narrows")]
    public async Task What_is_applied_is_in_force_kept_and_recorded_with_who_did_it(string rules, string direction)
    {
        var (before, after) = (perimeter.Hash, Write(rules));
        var applied = Assert.IsType<PerimeterOutcome.Applied>(await perimeter.ApplyAsync(after, false, "uid:1"));

        Assert.Equal(after, snapshots.Current.Hash);
        Assert.Equal((after, before), (perimeter.Hash, perimeter.Previous));
        Assert.True(archive.TryLoad(after, out _, out _));
        Assert.False(perimeter.Look().IsDrift);
        var entry = Assert.Single(await ChangesAsync());
        Assert.Equal(
            ("applied", before, after, direction, "uid:1", null),
            (entry.Change, entry.Before, entry.After, entry.Direction, entry.Author, entry.Confirmer));
        Assert.Equal(applied.Plan.Summary, entry.Summary);
    }

    [Fact]
    public async Task Files_that_change_are_told_and_not_loaded()
    {
        var before = perimeter.Hash;
        Assert.False(perimeter.Look().IsDrift);
        var after = Write(Wide);
        Assert.Equal(new FolderDrift(after, 0, IsDrift: true), perimeter.Look());
        Assert.Equal(before, snapshots.Current.Hash);
        Write("GET a.test, GET b.test]");
        Assert.False(perimeter.Look().IsDrift);
        Assert.Empty(await ChangesAsync());
    }

    [Fact]
    public async Task A_set_with_mistakes_is_never_in_force_and_every_mistake_is_told()
    {
        var before = perimeter.Hash;
        folder.Write(PerimeterFolder.FileName, Base + "policies: { files: [own.cedar] }\nsurces: {}\n");
        folder.Write("own.cedar", "\n\npermit (principal, action, nonsense);\n");
        var refused = Assert.IsType<PerimeterOutcome.Refused>(
            await perimeter.ApplyAsync(before, isRollback: false, "uid:1"));

        Assert.Equal("perimeter.mistakes", refused.Why.Fault.Code);
        Assert.Contains(
            refused.Why.Mistakes, line => line.StartsWith("sallyport.yaml:8:1: ", StringComparison.Ordinal));
        Assert.Contains(refused.Why.Mistakes, line => line.StartsWith("own.cedar:3:", StringComparison.Ordinal));
        Assert.Equal(before, snapshots.Current.Hash);
        Assert.Equal((null, true), (perimeter.Look().Hash, perimeter.Look().IsDrift));
    }

    [Fact]
    public async Task What_was_not_shown_is_not_put_in_force()
    {
        var shown = Write(Narrow);
        Write(Wide);
        var refused = Assert.IsType<PerimeterOutcome.Refused>(await perimeter.ApplyAsync(shown, false, "uid:1"));
        Assert.Equal("perimeter.moved", refused.Why.Fault.Code);
    }

    // P3: what loosens waits for the record, what tightens does not.
    [Theory]
    [InlineData(Wide, false)]
    [InlineData(Narrow, true)]
    public async Task With_a_broken_disk_only_what_tightens_is_put_in_force(string rules, bool isInForce)
    {
        var after = Write(rules);
        house.Disk.Syncing = HeldDisk.Broken;
        var outcome = await perimeter.ApplyAsync(after, isRollback: false, "uid:1");

        Assert.Equal(isInForce, snapshots.Current.Hash == after);
        if (isInForce)
        {
            var applied = Assert.IsType<PerimeterOutcome.Applied>(outcome);
            Assert.Equal("perimeter.not-recorded", applied.Warning?.Code);
            Assert.Null(applied.Entry);
        }
        else
        {
            Assert.Equal("ledger.unavailable", Assert.IsType<PerimeterOutcome.Refused>(outcome).Why.Fault.Code);
        }
    }

    [Fact]
    public async Task What_loosens_is_not_in_force_before_its_entry_is_synced()
    {
        var after = Write(Wide);
        using var released = new ManualResetEventSlim();
        house.Disk.Syncing = HeldDisk.Until(released);
        var applying = perimeter.ApplyAsync(after, isRollback: false, "uid:1");
        Assert.NotEqual(after, snapshots.Current.Hash, StringComparer.Ordinal);
        Assert.False(applying.IsCompleted);

        released.Set();
        Assert.IsType<PerimeterOutcome.Applied>(await applying);
        Assert.Equal(after, snapshots.Current.Hash);
    }

    [Fact]
    public async Task What_was_in_force_can_be_put_in_force_again()
    {
        var before = perimeter.Hash;
        await perimeter.ApplyAsync(Write(Wide), isRollback: false, "uid:1");
        Assert.IsType<PerimeterOutcome.Applied>(await perimeter.ApplyAsync(before, isRollback: true, "uid:1"));
        Assert.Equal(before, snapshots.Current.Hash);
        Assert.True(perimeter.Look().IsDrift); // The files stay as they are.
        Assert.Equal(
            ["applied", "rolled-back"], (await ChangesAsync()).Select(entry => entry.Change), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_second_person_confirms_what_widens_and_the_same_person_cannot()
    {
        await using var strict = new PerimeterInForceTests("changes: { second-person: widening }\n");
        await strict.SecondPersonAsync();
    }

    [Fact]
    public async Task What_narrows_needs_no_second_person_unless_that_is_always_asked()
    {
        await using var strict = new PerimeterInForceTests("changes: { second-person: widening }\n");
        Assert.IsType<PerimeterOutcome.Applied>(
            await strict.perimeter.ApplyAsync(strict.Write(Narrow), isRollback: false, "uid:1"));
        await using var always = new PerimeterInForceTests("changes: { second-person: always }\n");
        Assert.IsType<PerimeterOutcome.Proposed>(
            await always.perimeter.ApplyAsync(always.Write(Narrow), isRollback: false, "uid:1"));
    }

    // Else the first step of a change alone would be to do away with the second person.
    [Fact]
    public async Task To_ask_nobody_any_more_needs_a_second_person_too()
    {
        await using var strict = new PerimeterInForceTests("changes: { second-person: widening }\n");
        var without = strict.folder.Load(Base).Files!.Hash;
        Assert.IsType<PerimeterOutcome.Proposed>(
            await strict.perimeter.ApplyAsync(without, isRollback: false, "uid:1"));
    }

    [Fact]
    public async Task A_proposal_is_bound_to_what_was_in_force()
    {
        await using var strict = new PerimeterInForceTests("changes: { second-person: widening }\n");
        var wide = strict.Write(Wide);
        await strict.perimeter.ApplyAsync(wide, isRollback: false, "uid:1");
        await strict.perimeter.ApplyAsync(strict.Write(Narrow), isRollback: false, "uid:1");
        var refused = Assert.IsType<PerimeterOutcome.Refused>(await strict.perimeter.ConfirmAsync(wide, "uid:2"));
        Assert.Equal("perimeter.not-pending", refused.Why.Fault.Code);
    }

    [Fact]
    public async Task What_waits_is_known_again_after_a_restart()
    {
        await using var strict = new PerimeterInForceTests("changes: { second-person: widening }\n");
        var (before, wide) = (strict.perimeter.Hash, strict.Write(Wide));
        await strict.perimeter.ApplyAsync(wide, isRollback: false, "uid:1");
        var replay = new PerimeterReplay();
        replay.Take(DateTimeOffset.UnixEpoch, Started(before));
        foreach (var recorded in await strict.house.CloseAndReadAsync())
        {
            replay.Take(recorded.Time, recorded.Entry);
        }

        replay.Take(DateTimeOffset.UnixEpoch, Started(before));
        Assert.Equal((wide, "uid:1"), replay.Pending.Select(pending => (pending.After, pending.Author)).Single());
        Assert.Equal(before, replay.InForce);
        Assert.Contains(wide, replay.Named);
    }

    private static LedgerEntry.NodeStarted Started(string snapshot) =>
        new() { Version = "1", Snapshot = snapshot, TornBytesCut = 0 };

    public async ValueTask DisposeAsync()
    {
        perimeter.Dispose();
        await house.DisposeAsync();
        folder.Dispose();
        state.Dispose();
    }

    private async Task SecondPersonAsync()
    {
        var (before, wide) = (perimeter.Hash, Write(Wide));
        Assert.IsType<PerimeterOutcome.Proposed>(await perimeter.ApplyAsync(wide, isRollback: false, "uid:1"));
        Assert.Equal(before, snapshots.Current.Hash);
        Assert.Equal(wide, Assert.Single(perimeter.Pending).After);

        var same = Assert.IsType<PerimeterOutcome.Refused>(await perimeter.ConfirmAsync(wide, "uid:1"));
        Assert.Equal("perimeter.same-person", same.Why.Fault.Code);
        Assert.Equal(before, snapshots.Current.Hash);

        // The files may change: what was proposed is what is confirmed.
        Write(Narrow);
        Assert.IsType<PerimeterOutcome.Applied>(await perimeter.ConfirmAsync(wide, "uid:2"));
        Assert.Equal(wide, snapshots.Current.Hash);
        Assert.Empty(perimeter.Pending);
        Assert.Equal(
            [("proposed", "uid:1", null), ("applied", "uid:1", "uid:2")],
            (await ChangesAsync()).Select(entry => (entry.Change, entry.Author, entry.Confirmer)));
    }

    // Hash of what the folder then holds; the rules of the role begin with the first.
    private string Write(string rules)
    {
        var text = File.ReadAllText(Path.Combine(folder.Path, PerimeterFolder.FileName));
        var start = text.IndexOf("[GET", StringComparison.Ordinal) + 1;
        var end = text.IndexOf(']', start) + 1;
        return folder.Load($"{text[..start]}{rules}{text[end..]}").Files!.Hash;
    }

    private async Task<List<LedgerEntry.PerimeterChanged>> ChangesAsync() =>
        [.. (await house.CloseAndReadAsync()).Select(one => one.Entry).OfType<LedgerEntry.PerimeterChanged>()];
}
