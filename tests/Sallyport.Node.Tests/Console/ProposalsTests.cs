using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Perimeter.Tests;

namespace Sallyport.Console.Tests;

public sealed class ProposalsTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_content_is_found_by_its_digest_and_is_the_users_alone()
    {
        var proposals = new Proposals(Path.Combine(scratch.Path, "proposals"));
        var (digest, content) = Content("obey");
        Assert.Null(proposals.Find(digest));
        Assert.True(proposals.Keep(digest, content));
        Assert.True(proposals.Keep(digest, content));
        var path = proposals.Find(digest);
        Assert.Equal(content, File.ReadAllBytes(path!)); // it is there
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path!));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(path)!)); // likewise
    }

    [Fact]
    public void What_is_not_what_its_digest_says_is_not_kept()
    {
        var proposals = new Proposals(scratch.Path);
        Assert.False(proposals.Keep(Content("obey").Digest, Content("be kind").Bytes));
        Assert.False(proposals.Keep("../stolen", Content("obey").Bytes));
        var (digest, content) = Content(new string('a', Proposals.BytesMax + 1));
        Assert.False(proposals.Keep(digest, content));
        Assert.Empty(Directory.GetFiles(scratch.Path));
    }

    // The name comes from an entry, which a program of the same user may have written.
    [Theory]
    [InlineData("")]
    [InlineData("unread")]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    public void Nothing_but_a_digest_is_looked_for(string digest)
    {
        File.WriteAllText(Path.Combine(scratch.Path, "unread"), "x");
        File.WriteAllText(Path.Combine(scratch.Path, "secret"), "x");
        Assert.Null(new Proposals(Path.Combine(scratch.Path, "proposals")).Find(digest));
        Assert.Null(new Proposals(scratch.Path).Find(digest));
    }

    [Fact]
    public void The_oldest_go_first()
    {
        var proposals = new Proposals(scratch.Path);
        var (oldest, content) = Content("oldest");
        Assert.True(proposals.Keep(oldest, content));
        File.SetLastWriteTimeUtc(proposals.Find(oldest)!, DateTime.UnixEpoch); // it was kept just now
        for (var number = 0; number < Proposals.FilesMax; number++)
        {
            var (digest, bytes) = Content(number.ToString(CultureInfo.InvariantCulture));
            Assert.True(proposals.Keep(digest, bytes));
        }

        Assert.Null(proposals.Find(oldest));
        Assert.Equal(Proposals.FilesMax, Directory.GetFiles(scratch.Path).Length);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_keeps_nothing_and_says_so()
    {
        var file = Path.Combine(scratch.Path, "file");
        File.WriteAllText(file, "x");
        var (digest, content) = Content("obey");
        Assert.False(new Proposals(Path.Combine(file, "proposals")).Keep(digest, content));
    }

    private static (string Digest, byte[] Bytes) Content(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes);
    }
}
