using Sallyport.Decisions.Policies;
using Sallyport.Ledger;
using Sallyport.Ledger.Tests;

namespace Sallyport.Perimeter.Tests;

public sealed class SnapshotArchiveTests
{
    private const string Minimal = "version: 1\norganisation: example.org\nroles: {}\nagents: {}\n";

    [Fact]
    public void A_kept_snapshot_is_compiled_again_to_the_same_hash_without_its_folder()
    {
        using var state = new ScratchFolder();
        var loaded = Loaded("policies: { packs: [allow-list, rule-of-two], files: [own.cedar] }\n");
        var archive = new SnapshotArchive(Path.Combine(state.Path, "snapshots"), new LocalDisk());
        Assert.Null(archive.Keep(loaded.Files!));
        Assert.Null(archive.Keep(loaded.Files!));

        Assert.True(archive.TryLoad(loaded.Files!.Hash, out var again, out var fault), fault?.Detail);
        Assert.Equal(loaded.Snapshot!.Hash, again.Snapshot!.Hash);
        Assert.Equal(
            loaded.Snapshot.Rules<PolicyRules>().Policies.Select(policy => policy.ToString()),
            again.Snapshot.Rules<PolicyRules>().Policies.Select(policy => policy.ToString()), StringComparer.Ordinal);
        Assert.Equal([loaded.Files.Hash], archive.Kept());
    }

    // A later version of the program has other packs; what decided then still decides.
    [Fact]
    public void A_kept_snapshot_keeps_the_packs_that_it_was_compiled_with()
    {
        using var state = new ScratchFolder();
        var files = Loaded("").Files!;
        var other = new SnapshotFiles(files.Names.Select(name => KeyValuePair.Create(
            name,
            name.EndsWith("two-doors.cedar", StringComparison.Ordinal)
                ? "@id(\"former\") forbid (principal, action, resource);"u8.ToArray()
                : files.Of(name)!)));
        var archive = new SnapshotArchive(state.Path, new LocalDisk());
        Assert.Null(archive.Keep(other));

        Assert.True(archive.TryLoad(other.Hash, out var loaded, out var fault), fault?.Detail);
        Assert.Contains(loaded.Snapshot!.Rules<PolicyRules>().Policies, policy => policy.Id == "former");
    }

    [Theory]
    [InlineData("files/sallyport.yaml")]
    [InlineData("packs/two-doors.cedar")]
    [InlineData("MANIFEST")]
    public void What_was_changed_in_the_archive_is_refused(string name)
    {
        using var state = new ScratchFolder();
        var files = Loaded("").Files!;
        var archive = new SnapshotArchive(state.Path, new LocalDisk());
        Assert.Null(archive.Keep(files));
        File.AppendAllText(Path.Combine(state.Path, files.Hash, name), "# more\n");

        Assert.False(archive.TryLoad(files.Hash, out _, out var fault));
        Assert.Equal("perimeter.damaged", fault.Code);

        Assert.Null(archive.Keep(files));
        Assert.True(archive.TryLoad(files.Hash, out _, out _));
    }

    [Theory]
    [InlineData("files/../../../etc/passwd")]
    [InlineData("other/sallyport.yaml")]
    [InlineData("files//sallyport.yaml")]
    public void A_manifest_that_leads_elsewhere_is_refused(string name)
    {
        using var state = new ScratchFolder();
        var archive = new SnapshotArchive(state.Path, new LocalDisk());
        var hash = new string('c', 64);
        Directory.CreateDirectory(Path.Combine(state.Path, hash));
        File.WriteAllText(Path.Combine(state.Path, hash, "MANIFEST"), $"{new string('a', 64)}  {name}\n");
        Assert.False(archive.TryRead(hash, out _, out var fault));
        Assert.Equal("perimeter.damaged", fault.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../etc")]
    public void What_is_no_hash_is_not_looked_for(string hash)
    {
        using var state = new ScratchFolder();
        Assert.False(new SnapshotArchive(state.Path, new LocalDisk()).TryRead(hash, out _, out var fault));
        Assert.Equal("perimeter.unknown", fault.Code);
    }

    [Fact]
    public void A_disk_that_breaks_at_any_step_leaves_no_snapshot_or_a_whole_one()
    {
        var files = Loaded("").Files!;
        for (var step = 0; step < 40; step++)
        {
            using var state = new ScratchFolder();
            var archive = new SnapshotArchive(state.Path, new FaultyDisk(step));
            var fault = archive.Keep(files);
            var read = new SnapshotArchive(state.Path, new LocalDisk()).TryRead(files.Hash, out _, out var unread);
            Assert.True(fault is not null || read, $"step {step}");
            Assert.True(read || unread!.Code == "perimeter.unknown", $"step {step}: {unread?.Detail}");
            Assert.Null(new SnapshotArchive(state.Path, new LocalDisk()).Keep(files));
        }
    }

    [Fact]
    public void What_an_entry_names_is_never_removed_and_the_rest_is_bounded()
    {
        using var state = new ScratchFolder();
        var archive = new SnapshotArchive(state.Path, new LocalDisk());
        var hashes = Enumerable.Range(0, SnapshotArchive.UnnamedMax + 8).Select(n =>
        {
            var files = Loaded($"# {n}\n").Files!;
            Assert.Null(archive.Keep(files));
            Directory.SetLastWriteTimeUtc(
                Path.Combine(state.Path, files.Hash), DateTime.UnixEpoch.AddMinutes(n));
            return files.Hash;
        }).ToList();

        archive.Prune(hashes.Take(3).ToHashSet(StringComparer.Ordinal));
        Assert.Equal(
            hashes.Take(3).Concat(hashes.TakeLast(SnapshotArchive.UnnamedMax)).Order(StringComparer.Ordinal),
            archive.Kept().Order(StringComparer.Ordinal));
    }

    private static LoadedPerimeter Loaded(string more)
    {
        using var folder = new ScratchFolder();
        folder.Write("own.cedar", "@id(\"own\") permit (principal, action, resource);\n");
        var loaded = folder.Load(Minimal + more);
        Assert.Empty(loaded.Mistakes);
        return loaded;
    }
}
