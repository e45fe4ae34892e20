using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sallyport.Bench.Reports;

namespace Sallyport.Bench.Machine;

/// <summary>What the machine itself can do: absolute times mean nothing without it.</summary>
internal static class MachineLimits
{
    private const int Syncs = 200;
    private const int Echoes = 5000;

    /// <summary>Name of the machine and its limits.</summary>
    /// <param name="folder">A folder on the disk that the bench writes to.</param>
    public static IReadOnlyList<Fact> Measure(string folder)
    {
        var (syncMedian, syncTail) = SyncMicroseconds(folder);
        return
        [
            new Fact("machine", $"{Cpu()}, {Environment.ProcessorCount} cores"),
            new Fact("runtime", $".NET {Environment.Version}, {Kernel()}"),
            new Fact("load before (1 min)", Load()),
            new Fact("fsync of 512 bytes", $"p50 {syncMedian:N0} us, p99 {syncTail:N0} us"),
            new Fact("loopback echo of 1 byte", $"p50 {EchoMicroseconds():N0} us"),
        ];
    }

    /// <summary>p50 and p99 of an fsync after a write of 512 bytes, in microseconds.</summary>
    public static (double Median, double Tail) SyncMicroseconds(string folder)
    {
        var path = Path.Combine(folder, "fsync.probe");
        var taken = new double[Syncs];
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            var bytes = new byte[512];
            for (var i = 0; i < Syncs; i++)
            {
                var started = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, bytes, i * 512L);
                RandomAccess.FlushToDisk(file);
                taken[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            }
        }

        File.Delete(path);
        Array.Sort(taken);
        return (Quartiles.At(taken, 0.5), Quartiles.At(taken, 0.99));
    }

    /// <summary>The CPU's model as the kernel names it.</summary>
    public static string Cpu() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : "unknown CPU";

    private static double EchoMicroseconds()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var echo = new Thread(() => Echo(listener)) { IsBackground = true };
        echo.Start();
        var taken = new double[Echoes];
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
        {
            client.Connect(listener.LocalEndPoint!); // A bound socket has one.
            var one = new byte[1];
            for (var i = 0; i < Echoes; i++)
            {
                var started = Stopwatch.GetTimestamp();
                client.Send(one);
                client.Receive(one);
                taken[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            }
        }

        echo.Join();
        Array.Sort(taken);
        return Quartiles.At(taken, 0.5);
    }

    private static void Echo(Socket listener)
    {
        using var peer = listener.Accept();
        peer.NoDelay = true;
        var one = new byte[1];
        while (peer.Receive(one) > 0)
        {
            peer.Send(one);
        }
    }

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Kernel() => $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim().Split('-')[0]}".ToString(CultureInfo.InvariantCulture);
}
