using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Sallyport.Freeze;
using Sallyport.Identity;
using Sallyport.Perimeter.Tests;

namespace Sallyport.Decisions.Tests;

public sealed class DefectTests
{
    [Fact]
    public async Task Labels_whose_join_could_not_be_written_stay_unreleased_however_often_they_are_joined()
    {
        await using var house = new Gatehouse();
        house.Disk.Writing = HeldDisk.Broken;
        Assert.False(await house.JoinAsync("untrusted"));
        Assert.False(await house.JoinAsync("untrusted"));
    }

    [Fact]
    public async Task A_freeze_file_with_a_null_freeze_freezes_everything()
    {
        await using var house = new Gatehouse();
        using var scratch = new ScratchFolder();
        var file = Path.Combine(scratch.Path, "freeze.json");
        await File.WriteAllTextAsync(file, """{"version":1,"epoch":1,"active":[null]}""", TestContext.Current.CancellationToken);
        var opened = Switch.Open(
            file, 1, [], house.Sequencer, house.Channels, TimeProvider.System, NullLogger.Instance);
        Assert.NotNull(opened.Covering(house.Run.Agent, house.Run.Id));
    }

    [Fact]
    public void A_socket_of_another_family_has_no_peer()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Null(PeerProcess.Of(socket));
    }
}
