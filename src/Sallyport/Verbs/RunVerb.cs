using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Console;
using Sallyport.Host;

namespace Sallyport.Verbs;

/// <summary><c>sallyport run</c>: any command, with its way out through the gate.</summary>
/// <remarks>Until the sandbox is built the proxy variables are a convenience and not a wall; the run is recorded as unconfined, and says so.</remarks>
internal static class RunVerb
{
    // A proxy or credential of the person's own must not reach the command: it would be a way around.
    private static readonly string[] Cleared =
        ["NO_PROXY", "no_proxy", "FTP_PROXY", "ftp_proxy", "ALL_PROXY", "all_proxy", "SSLKEYLOGFILE"];

    private static readonly string[] ProxyVariables = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

    // Most of these replace the program's own store, so the bundle holds the system's roots too.
    private static readonly string[] BundleVariables =
    [
        "SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE", "CARGO_HTTP_CAINFO", "PIP_CERT",
        "AWS_CA_BUNDLE", "DENO_CERT",
    ];

    public static Command Create()
    {
        var agent = new Option<string>("--agent") { Description = "Whose run it is.", Required = true };
        var command = new Argument<string[]>("command") { Description = "The command and its arguments, after --", Arity = ArgumentArity.OneOrMore };
        var quiet = new Option<bool>("--quiet") { Description = "Say nothing of our own." };
        var state = Places.State();
        var verb = new Command("run", "Run any command behind the gate.") { agent, quiet, state, command };
        verb.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(state)!, parsed.GetValue(agent)!, parsed.GetValue(command)!, parsed.GetValue(quiet), cancellation)); // a default; required; required
        return verb;
    }

    private static async Task<int> RunAsync(string state, string agent, string[] command, bool quiet, CancellationToken cancellation)
    {
        using var node = new NodeClient(state);
        var request = new OpenRunRequest(
            agent, Path.GetFileName(command[0]), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', command)))));
        var run = await node.PostAsync("runs", request, ApiJson.Default.OpenRunRequest, ApiJson.Default.RunOpened, cancellation);
        if (!quiet)
        {
            Print.Note($"sallyport: run {run.Run} of {agent}, {run.Confinement} (the sandbox is not built yet)");
        }

        int? exit = null;
        try
        {
            exit = await ExecuteAsync(run, command);
            return exit.Value;
        }
        finally
        {
            await EndAsync(node, run, exit);
        }
    }

    private static async Task<int> ExecuteAsync(RunOpened run, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false };
        SetEnvironment(start.Environment, run);
        using var process = new Process { StartInfo = start };
        using var signals = new PassedSignals();
        try
        {
            signals.Start(process);
        }
        catch (Win32Exception failed)
        {
            throw new FaultException(new Fault("run.command", $"'{command[0]}' cannot be started: {failed.Message}", "Give the command after --, as you would type it."), ExitCode.Usage);
        }

        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private static void SetEnvironment(IDictionary<string, string?> environment, RunOpened run)
    {
        foreach (var name in Cleared)
        {
            environment.Remove(name);
        }

        environment["SALLYPORT_RUN"] = run.Run;
        environment["SALLYPORT_SOCKET"] = run.Socket;
        environment["NODE_EXTRA_CA_CERTS"] = run.CaFile;
        environment["NODE_USE_ENV_PROXY"] = "1";
        foreach (var name in BundleVariables)
        {
            environment[name] = run.BundleFile;
        }

        if (run.Proxy is { } proxy)
        {
            foreach (var name in ProxyVariables)
            {
                environment[name] = $"http://{run.Run}:{run.Token}@{proxy}";
            }
        }
    }

    private static async Task EndAsync(NodeClient node, RunOpened run, int? exit)
    {
        try
        {
            await node.DeleteAsync($"runs/{run.Run}{(exit is { } code ? $"?exitCode={code}" : "")}", CancellationToken.None);
        }
        catch (FaultException gone) when (gone.Exit is ExitCode.Unavailable or ExitCode.No)
        {
            // The node is down or has ended the run itself: its sweep ends what we cannot.
            Print.Note($"sallyport: {Print.Inert(gone.Fault.Detail)}");
        }
    }
}
