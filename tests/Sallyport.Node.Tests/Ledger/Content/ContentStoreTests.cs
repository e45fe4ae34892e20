using System.IO.Compression;
using System.Text;

namespace Sallyport.Ledger.Tests;

public sealed class ContentStoreTests : IAsyncDisposable
{
    private readonly ContentStage stage = new();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task A_body_is_kept_under_the_digest_that_the_ledger_has_and_for_its_owner_alone()
    {
        var body = string.Concat(Enumerable.Repeat("the quick brown fox ", 10_000));
        var digest = await stage.KeepAsync(body);
        var file = Assert.Single(stage.Files);
        Assert.EndsWith(Path.Combine("30d", digest[..2], digest + ".gz"), file, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(file)!)); // it has a folder
        Assert.InRange(new FileInfo(file).Length, 1, body.Length / 10);
        Assert.True(stage.Store.Files.TryRead(digest, out var read, out _));
        Assert.Equal(body, Encoding.UTF8.GetString(read));

        var kept = Assert.Single(await stage.ToldAsync());
        Assert.Equal(("kept", "30d", 1, digest), (kept.Change, kept.Reason, kept.Bodies, kept.Digests));
        var view = await stage.AnswerAsync(digest);
        Assert.Equal(("kept", stage.Time.Now.AddDays(30)), (view.State, view.Until));
    }

    [Fact]
    public async Task The_same_body_is_kept_once_and_its_time_begins_again()
    {
        var digest = await stage.KeepAsync("twice");
        stage.Time.Now = stage.Time.Now.AddDays(10);
        await stage.KeepAsync("twice");
        Assert.Single(stage.Files);
        Assert.Single(await stage.ToldAsync());
        Assert.Equal(stage.Time.Now.AddDays(30), (await stage.AnswerAsync(digest)).Until);
        Assert.Equal(1, stage.Store.Bodies);
    }

    [Fact]
    public async Task Of_the_rules_that_name_a_body_the_longest_time_counts_of_those_that_it_fits()
    {
        stage.Rules = new ContentRules(
            ContentRules.TotalBytesUsual, [ContentStage.Rule("30d", 1_000), ContentStage.Rule("7d", 10_000)]);
        var (small, large) = (await stage.KeepAsync("small"), await stage.KeepAsync(new string('x', 5_000)));
        Assert.Equal(stage.Time.Now.AddDays(30), (await stage.AnswerAsync(small)).Until);
        Assert.Equal(stage.Time.Now.AddDays(7), (await stage.AnswerAsync(large)).Until);
    }

    [Fact]
    public async Task What_no_rule_names_is_not_copied()
    {
        stage.Rules = ContentRules.None;
        var digest = stage.Pass("nobody's");
        await stage.Store.KeepWaitingAsync();
        stage.Store.Tell();
        Assert.Empty(await stage.ToldAsync());
        Assert.Equal("never-kept", (await stage.AnswerAsync(digest)).State);
    }

    [Fact]
    public async Task An_empty_body_is_nothing_to_keep()
    {
        stage.Pass("");
        await stage.Store.KeepWaitingAsync();
        stage.Store.Tell();
        Assert.Empty(await stage.ToldAsync());
    }

    [Theory]
    [InlineData(ContentStore.TooLong, 1_000)]
    [InlineData(ContentStore.TooLong, 1_000_000)]
    [InlineData(ContentStore.Secret, 10)]
    [InlineData(ContentStore.Full, 900)]
    [InlineData(ContentStore.Disk, 901)]
    public async Task What_is_not_kept_is_recorded_and_counted(string why, int length)
    {
        stage.Rules = new ContentRules(
            why is ContentStore.Full ? 4_000 : ContentRules.TotalBytesUsual, [ContentStage.Rule("30d", 999)]);
        stage.ReserveBytes = why is ContentStore.Disk ? long.MaxValue / 2 : 0;
        var body = new string('x', length);
        stage.Pass(body, isSecret: why is ContentStore.Secret);
        var digest = stage.Pass(body, isSecret: why is ContentStore.Secret);
        await stage.Store.KeepWaitingAsync();
        stage.Store.Tell();
        stage.Store.Tell();
        var told = Assert.Single(await stage.ToldAsync());
        Assert.Equal(
            ("not-kept", why, 2, 2L * length, digest),
            (told.Change, told.Reason, told.Bodies, told.Bytes, told.Digests));
        Assert.Empty(stage.Files);
        Assert.Equal(2, stage.Store.Missed);
        var view = await stage.AnswerAsync(digest);
        Assert.Equal(("not-kept", why), (view.State, view.Reason));
    }

    [Fact]
    public async Task Bodies_that_wait_have_a_bound_in_memory_and_what_is_beyond_it_is_let_go_of()
    {
        var body = new string('x', 1 << 20);
        var passed = 0;
        while (stage.Store.Missed == 0)
        {
            stage.Pass($"{passed++} {body[..^16]}");
        }

        Assert.InRange(passed, 32, 65); // a megabyte each
        await stage.Store.KeepWaitingAsync();
        Assert.Equal(passed - 1, stage.Store.Bodies);

        // There is room again: nothing was lost of it.
        Assert.Equal("kept", (await stage.AnswerAsync(await stage.KeepAsync("later"))).State);
        stage.Store.Tell();
        Assert.Equal(ContentStore.Busy, Assert.Single(await stage.ToldAsync(), it => it.Change == "not-kept").Reason);
    }

    [Fact]
    public async Task A_queue_that_is_full_lets_go_and_holds_nothing()
    {
        for (var i = 0; i <= ContentStore.QueueMax; i++)
        {
            stage.Pass($"body {i}");
        }

        Assert.Equal(1, stage.Store.Missed);
        await stage.Store.KeepWaitingAsync();
        Assert.Equal(ContentStore.QueueMax, stage.Store.Bodies);
        Assert.Equal(
            ContentStore.QueueMax, (await stage.ToldAsync()).Where(it => it.Change == "kept").Sum(it => it.Bodies));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_misses_bodies_and_heals_by_itself()
    {
        Directory.Delete(stage.Folder, recursive: true);
        await File.WriteAllTextAsync(stage.Folder, "in its place", TestContext.Current.CancellationToken);
        var digest = await stage.KeepAsync("lost");
        Assert.Equal("content.unwritable", stage.Store.Fault?.Code);
        stage.Store.Tell();
        Assert.Equal(ContentStore.Disk, Assert.Single(await stage.ToldAsync()).Reason);
        Assert.Equal("not-kept", (await stage.AnswerAsync(digest)).State);

        File.Delete(stage.Folder);
        Assert.Equal("kept", (await stage.AnswerAsync(await stage.KeepAsync("again"))).State);
        Assert.Null(stage.Store.Fault);
    }

    [Fact]
    public async Task What_a_dying_process_has_left_is_removed_and_files_of_others_stay()
    {
        var digest = await stage.KeepAsync("whole");
        var folder = Path.Combine(stage.Folder, "30d", digest[..2]);
        await File.WriteAllTextAsync(
            Path.Combine(folder, new string('a', 64) + ".gz.new"), "half", TestContext.Current.CancellationToken);
        foreach (var name in (string[])["notes.gz", new string('b', 64) + ".gz", new string('A', 64) + ".gz"])
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), "x", TestContext.Current.CancellationToken);
        }

        await stage.RestartAsync();
        Assert.Equal(4, stage.Files.Count);
        Assert.Equal(1, stage.Store.Bodies);
        Assert.Equal(digest, Assert.Single(stage.Answers.All(1, 10).Newest).Digest);
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("another")]
    [InlineData("empty")]
    [InlineData("plain")]
    [InlineData("bomb")]
    public async Task A_file_that_does_not_hold_its_body_is_not_given_out(string how)
    {
        var digest = await stage.KeepAsync(new string('y', 3_000));
        var file = Assert.Single(stage.Files);
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var zeros = new byte[1 << 20];
        bytes[^6] ^= 1; // of the sum over the whole
        await File.WriteAllBytesAsync(
            file,
            how switch
            {
                "flipped" => bytes,
                "cut" => bytes[..(bytes.Length / 2)],
                "another" => Zipped("something else"u8.ToArray(), 1),
                "empty" => [],
                "plain" => Encoding.ASCII.GetBytes(new string('y', 3_000)),
                _ => Zipped(zeros, (int)(ContentRules.BodyBytesMost >> 20) + 1),
            },
            TestContext.Current.CancellationToken);
        Assert.False(stage.Store.Files.TryRead(digest, out _, out var fault));
        Assert.Equal("content.damaged", fault.Code);
        Assert.Contains(file, fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_gone_without_a_word_in_the_ledger_is_missing()
    {
        var digest = await stage.KeepAsync("taken away");
        File.Delete(Assert.Single(stage.Files));
        await stage.ToldAsync();
        Assert.Equal("missing", (await stage.AnswerAsync(digest)).State);
    }

    private static byte[] Zipped(byte[] part, int times)
    {
        var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < times; i++)
            {
                zip.Write(part);
            }
        }

        return bytes.ToArray();
    }
}
