using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.Bench.Http;

/// <summary>The origin and the rivals, started and stopped by <c>rivals.sh</c>, which lives outside this repository.</summary>
internal sealed class Rivals : IDisposable
{
    /// <summary>Port of the origin in the clear.</summary>
    public const int OriginPort = 8081;

    /// <summary>Port of the origin with TLS.</summary>
    public const int OriginTlsPort = 8443;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);
    private static readonly string[] SystemFolders = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

    private readonly string script;
    private readonly string folder;

    private Rivals(string script, string folder) => (this.script, this.folder) = (script, folder);

    /// <summary>Squid.</summary>
    public static Rival Squid { get; } = new("squid", "squid-openssl", [3128, 3129], "squid.pid");

    /// <summary>tinyproxy.</summary>
    public static Rival Tinyproxy { get; } = new("tinyproxy", "tinyproxy", [3150], "tiny.pid");

    /// <summary>mitmproxy.</summary>
    public static Rival Mitmproxy { get; } = new("mitmdump", "mitmproxy", [3140], "mitm.pid");

    /// <summary>Rivals that serve, with the process to charge.</summary>
    public Dictionary<Rival, int> Serving { get; } = [];

    /// <summary>Rivals that do not, and why.</summary>
    public Dictionary<Rival, string> Absent { get; } = [];

    /// <summary>Rivals that are installed and yet did not start: what names them is a miss and not a skip.</summary>
    public HashSet<Rival> Broken { get; } = [];

    /// <summary>The origin's certificate: it signs itself.</summary>
    public string OriginCertificate => Path.Combine(folder, "c.pem");

    /// <summary>Starts the origin and the rivals that this machine has.</summary>
    /// <exception cref="CannotRunException">There is no script, no origin, or somebody else has the ports.</exception>
    public static Rivals Start(string root, string folder)
    {
        var script = FindScript(root);
        RequireFreePorts();
        var rivals = new Rivals(script, folder);
        try
        {
            rivals.StartAll();
            return rivals;
        }
        catch
        {
            rivals.Dispose();
            throw;
        }
    }

    /// <summary>Stops them by the pid files in our own folder, and waits until they are gone.</summary>
    public void Dispose()
    {
        var pids = PidFiles().Select(ReadPid).OfType<int>().ToArray();
        Run(script, "stop", folder);
        foreach (var pid in pids)
        {
            try
            {
                using var process = Process.GetProcessById(pid);
                if (!process.WaitForExit(StopPatience))
                {
                    process.Kill(entireProcessTree: true);
                }
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It has ended: that is all we want.
            }
        }
    }

    private void StartAll()
    {
        foreach (var (program, package) in new[] { ("nginx", "nginx-light"), ("openssl", "openssl") })
        {
            if (Find(program) is null)
            {
                throw new CannotRunException($"{program} is not installed, and without it there is no origin.", $"apt-get install {package}");
            }
        }

        // The script stops at the first program that is not there; what it has written by then is enough to start the rest.
        Run(script, "start", folder);
        StartLeftOver("nginx", OriginPort, "-c", "nginx.conf");
        StartLeftOver("tinyproxy", Tinyproxy.Ports[0], "-c", "tiny.conf");
        if (!Answers(OriginPort) || !Answers(OriginTlsPort))
        {
            throw new CannotRunException("The origin does not answer.", $"Look at {Path.Combine(folder, "n.log")} and run {script} start by hand.");
        }

        foreach (var rival in new[] { Squid, Tinyproxy, Mitmproxy })
        {
            if (Find(rival.Program) is null)
            {
                Absent[rival] = $"{rival.Program} is not installed; apt-get install {rival.Package}";
            }
            else if (rival.Ports.All(Answers) && ReadPid(Path.Combine(folder, rival.PidFile)) is { } pid)
            {
                Serving[rival] = pid;
            }
            else
            {
                Absent[rival] = $"{rival.Program} is installed and did not start";
                Broken.Add(rival);
            }
        }
    }

    private void StartLeftOver(string program, int port, string option, string configuration)
    {
        var path = Path.Combine(folder, configuration);
        if (Find(program) is { } found && File.Exists(path) && !Connects(port))
        {
            Run(found, option, path);
        }
    }

    private IEnumerable<string> PidFiles() => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.pid") : [];

    private static int? ReadPid(string path) =>
        File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    private static string FindScript(string root)
    {
        var bench = Environment.GetEnvironmentVariable("SALLYPORT_BENCH") is { Length: > 0 } named ? named : Path.Combine(root, "..", "shared", "bench");
        var script = Path.GetFullPath(Path.Combine(bench, "http-load", "rivals.sh"));
        return File.Exists(script)
            ? script
            : throw new CannotRunException($"The rivals' script is not at {script}.", "Set SALLYPORT_BENCH to the folder that holds http-load/rivals.sh.");
    }

    private static void RequireFreePorts()
    {
        int[] ports = [OriginPort, OriginTlsPort, .. Squid.Ports, .. Tinyproxy.Ports, .. Mitmproxy.Ports];
        if (Array.Find(ports, Connects) is var taken and not 0)
        {
            throw new CannotRunException($"Port {taken} of this machine is taken, and the rivals need it.", "Wait until the other run has ended, or stop what listens there.");
        }
    }

    private static bool Answers(int port)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StartPatience; Thread.Sleep(100))
        {
            if (Connects(port))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Connects(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(SystemFolders)
            .Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);

    // What it starts lives on, so its output must not be a pipe of ours: it would never end.
    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" </dev/null >/dev/null 2>&1", program, .. arguments]) { UseShellExecute = false };
        using var process = Process.Start(start);
        process?.WaitForExit();
    }
}

/// <summary>A proxy that others wrote.</summary>
/// <param name="Program">Its program.</param>
/// <param name="Package">The Debian package.</param>
/// <param name="Ports">Where it listens.</param>
/// <param name="PidFile">Its pid file in the script's folder.</param>
internal sealed record Rival(string Program, string Package, IReadOnlyList<int> Ports, string PidFile);
