using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Sallyport.Console;
using Sallyport.Identity;

namespace Sallyport.Bench.Http;

/// <summary>The real program, as a user would start it: init, a configuration, up; decisions, ledger, index and hashing on.</summary>
internal sealed class NodeUnderTest : IDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private readonly HttpClient api;

    private NodeUnderTest(Process process, HttpClient api, IPEndPoint proxy) => (this.process, this.api, Proxy) = (process, api, proxy);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Proxy { get; }

    /// <summary>Its process.</summary>
    public int Pid => process.Id;

    /// <summary>Starts it.</summary>
    /// <param name="program">The executable <c>sallyport</c>, built for Release.</param>
    /// <param name="folder">An empty folder for configuration and state.</param>
    /// <param name="configuration">Text of <c>sallyport.yaml</c>; <c>origin.pem</c> is the origin's certificate.</param>
    /// <param name="certificate">The origin's certificate.</param>
    /// <param name="cancellation">Until it serves.</param>
    public static async Task<NodeUnderTest> StartAsync(string program, string folder, string configuration, string certificate, CancellationToken cancellation)
    {
        var (perimeter, state) = (Path.Combine(folder, "perimeter"), Path.Combine(folder, "state"));
        await InitAsync(program, perimeter, state, cancellation);
        await File.WriteAllTextAsync(Path.Combine(perimeter, "sallyport.yaml"), configuration, cancellation);
        File.Copy(certificate, Path.Combine(perimeter, "origin.pem"));
        var process = Launch(program, "up", "--json", "--perimeter", perimeter, "--state", state);
        try
        {
            if (await process.StandardOutput.ReadLineAsync(cancellation) is not { } line)
            {
                throw new CannotRunException($"The node ended at once: {(await process.StandardError.ReadToEndAsync(cancellation)).Trim()}", "Mend what it says.");
            }

            // Nobody reads what it says later; a full pipe would stop it.
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            using var ready = JsonDocument.Parse(line);
            var proxy = IPEndPoint.Parse(ready.RootElement.GetProperty("proxy").GetString()!); // The configuration has a listener.
            return new NodeUnderTest(process, Api(state), proxy);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Opens a run; it lives as long as this process.</summary>
    /// <returns>The value of Proxy-Authorization that proves it (RFC 7617).</returns>
    public async Task<string> OpenRunAsync(string agent, CancellationToken cancellation)
    {
        using var content = JsonContent.Create(new OpenRunRequest(agent, "bench", new string('0', 64)), ApiJson.Default.OpenRunRequest);
        using var response = await api.PostAsync(new Uri("runs", UriKind.Relative), content, cancellation);
        response.EnsureSuccessStatusCode();
        var run = await response.Content.ReadFromJsonAsync(ApiJson.Default.RunOpened, cancellation)
            ?? throw new JsonException("The node answered null.");
        return $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{run.Run}:{run.Token}"))}";
    }

    /// <summary>The node's own state.</summary>
    public async Task<StatusView> StatusAsync(CancellationToken cancellation) =>
        await api.GetFromJsonAsync(new Uri("status", UriKind.Relative), ApiJson.Default.StatusView, cancellation)
        ?? throw new JsonException("The node answered null.");

    /// <inheritdoc/>
    public void Dispose()
    {
        api.Dispose();
        _ = Kill(process.Id, SigTerm);
        if (!process.WaitForExit(StopPatience))
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static async Task InitAsync(string program, string perimeter, string state, CancellationToken cancellation)
    {
        using var init = Launch(program, "init", "--perimeter", perimeter, "--state", state);
        var errors = await init.StandardError.ReadToEndAsync(cancellation);
        await init.WaitForExitAsync(cancellation);
        if (init.ExitCode != 0)
        {
            throw new CannotRunException($"sallyport init failed: {errors.Trim()}", "Mend what it says.");
        }
    }

    private static Process Launch(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })
        ?? throw new CannotRunException($"{program} cannot be started.", "Build it with ./sallyport --version.");

    private static HttpClient Api(string state)
    {
        var path = SocketFolder.AdminSocket(state);
        return new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new Uri("http://node/api/v1/"),
        };
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
