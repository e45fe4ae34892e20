using System.Text;
using Sallyport.Perimeter.Tests;

namespace Sallyport.Identity.Tests;

public sealed class SocketFolderTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ScratchFolder scratch = new();

    private string Folder => Path.Combine(scratch.Path, "sockets");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_new_folder_is_for_its_owner_alone()
    {
        Assert.Null(SocketFolder.Make(Folder));
        Assert.Equal(Private, File.GetUnixFileMode(Folder));
    }

    [Fact]
    public void A_folder_that_others_could_enter_is_closed_to_them()
    {
        Directory.CreateDirectory(Folder);
        File.SetUnixFileMode(Folder, Private | UnixFileMode.GroupWrite | UnixFileMode.OtherExecute | UnixFileMode.OtherWrite);
        Assert.Null(SocketFolder.Make(Folder));
        Assert.Equal(Private, File.GetUnixFileMode(Folder));
    }

    [Fact]
    public void A_folder_is_made_again_over_what_a_crash_left()
    {
        Assert.Null(SocketFolder.Make(Folder));
        File.WriteAllText(Path.Combine(Folder, "admin.sock"), "");
        Assert.Null(SocketFolder.Make(Folder));
        Assert.True(File.Exists(Path.Combine(Folder, "admin.sock")));
    }

    [Fact]
    public void A_link_to_a_folder_is_refused_and_the_folder_left_as_it_is()
    {
        var theirs = Directory.CreateDirectory(Path.Combine(scratch.Path, "theirs")).FullName;
        var before = File.GetUnixFileMode(theirs);
        Directory.CreateSymbolicLink(Folder, theirs);
        Assert.Equal("identity.socket-folder", SocketFolder.Make(Folder)?.Code);
        Assert.Equal(before, File.GetUnixFileMode(theirs));
    }

    [Fact]
    public void A_link_to_nothing_is_refused_and_nothing_is_made_behind_it()
    {
        var theirs = Path.Combine(scratch.Path, "theirs");
        Directory.CreateSymbolicLink(Folder, theirs);
        Assert.Equal("identity.socket-folder", SocketFolder.Make(Folder)?.Code);
        Assert.False(Directory.Exists(theirs));
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        File.WriteAllText(Folder, "");
        Assert.Equal("identity.socket-folder", SocketFolder.Make(Folder)?.Code);
    }

    [Fact]
    public void A_state_folder_has_one_socket_folder_however_it_is_written()
    {
        Assert.Equal(SocketFolder.PathFor("/srv/a/.sallyport"), SocketFolder.PathFor("/srv/b/../a/./.sallyport"));
        Assert.NotEqual(SocketFolder.PathFor("/srv/a/.sallyport"), SocketFolder.PathFor("/srv/b/.sallyport"), StringComparer.Ordinal);
    }

    // unix(7): 108 bytes with the NUL at the end; a run's socket is the longest.
    [Fact]
    public void The_longest_socket_path_fits_however_deep_the_state_folder_is()
    {
        var folder = SocketFolder.PathFor("/" + string.Join('/', Enumerable.Repeat("deep", 200)));
        Assert.InRange(Encoding.UTF8.GetByteCount($"{folder}/01jd3k5m7n9p1q3r5s7t9v1w3x/proxy.sock"), 1, 107);
    }
}
