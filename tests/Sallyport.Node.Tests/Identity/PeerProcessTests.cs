using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Sallyport.Perimeter.Tests;

namespace Sallyport.Identity.Tests;

public sealed class PeerProcessTests
{
    private static readonly RunOwners Nobody = new();

    [Fact]
    public void A_process_has_one_start()
    {
        var start = PeerProcess.StartOf(Environment.ProcessId);
        Assert.True(start > 0);
        Assert.Equal(start, PeerProcess.StartOf(Environment.ProcessId));
    }

    // Field 22 of proc(5), by the plain way: the name of this process has neither spaces nor parentheses.
    [Fact]
    public void The_start_is_the_22nd_field_of_stat()
    {
        var fields = File.ReadAllText($"/proc/{Environment.ProcessId}/stat").Split(' ');
        Assert.Equal(fields[21], $"{PeerProcess.StartOf(Environment.ProcessId)}");
    }

    // The kernel's pid limit is 2^22 (proc(5), pid_max).
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4_194_305)]
    [InlineData(int.MaxValue)]
    public void Where_there_is_no_process_there_is_no_start(int pid)
    {
        Assert.Null(PeerProcess.StartOf(pid));
        Assert.True(PeerProcess.IsInsideRun(pid, Nobody)); // Who is not there cannot be told from a run's process.
    }

    [Fact]
    public async Task The_kernel_names_the_process_at_the_other_end()
    {
        using var scratch = new ScratchFolder();
        var address = new UnixDomainSocketEndPoint(Path.Combine(scratch.Path, "s"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(address, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        var peer = PeerProcess.Of(accepted);
        Assert.Equal(Environment.ProcessId, peer?.Pid);
        Assert.Equal(PeerProcess.Of(client), peer);
    }

    [Fact]
    public async Task A_child_that_carries_a_runs_mark_is_inside_it_and_one_that_does_not_is_not()
    {
        Assert.True(await IsInsideRunAsync("SALLYPORT_RUN", "01jd3k5m7n9p1q3r5s7t9v1w3x"));
        Assert.False(await IsInsideRunAsync("SALLYPORT_RUNNER", "x"));
        Assert.False(await IsInsideRunAsync("X", "SALLYPORT_RUN=1"));
    }

    // Sixty-four ancestors were once enough to be taken for somebody outside.
    [Fact]
    public async Task A_long_line_of_ancestors_does_not_lose_the_mark()
    {
        const string Deeper = "if [ $1 -gt 0 ]; then sh -c \"$2\" x $(($1 - 1)) \"$2\"; exit; fi; echo $$; read line";
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", $"env -u SALLYPORT_RUN sh -c '{Deeper}' x 70 '{Deeper}'; exit"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["SALLYPORT_RUN"] = "01jd3k5m7n9p1q3r5s7t9v1w3x" },
        };
        using var child = Process.Start(start)!; // A new process.
        var told = await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var deepest = int.Parse(told!, CultureInfo.InvariantCulture); // It says so.
        Assert.True(PeerProcess.IsInsideRun(deepest, Nobody));
        child.StandardInput.Close();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    // It carries no mark, and neither does its parent: as what a run has started and has dropped its environment.
    [Fact]
    public async Task What_descends_from_a_runs_owner_is_inside_it_and_the_owner_is_not()
    {
        var start = PeerProcess.StartOf(Environment.ProcessId) ?? 0;
        var (owners, strangers) = (new RunOwners(), new RunOwners());
        owners.Add(Environment.ProcessId, start);
        strangers.Add(Environment.ProcessId, start + 1); // The same pid, and another process.
        Assert.True(await IsInsideRunAsync("X", "1", owners));
        Assert.False(await IsInsideRunAsync("X", "1", strangers));
        Assert.False(PeerProcess.IsInsideRun(Environment.ProcessId, owners));

        owners.Sweep();
        strangers.Sweep();
        Assert.True(owners.Holds(Environment.ProcessId));
        Assert.True(await IsInsideRunAsync("X", "1", owners));
        Assert.False(strangers.Holds(Environment.ProcessId));
    }

    private static async Task<bool> IsInsideRunAsync(string name, string value, RunOwners? owners = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "echo ready; read line"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { [name] = value },
        };
        using var child = Process.Start(start)!; // A new process.
        await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var isInside = PeerProcess.IsInsideRun(child.Id, owners ?? Nobody);
        child.StandardInput.Close();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return isInside;
    }
}
