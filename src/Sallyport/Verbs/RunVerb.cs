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
        "AWS_CA_BUNDLE", "DENO_CERT", "NIX_SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "HTTPLIB2_CA_CERTS",
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
    ];

    public static Command Create()
    {
        var agent = new Option<string>("--agent") { Description = "Whose run it is.", Required = true };
        var command = new Argument<string[]>("command") { Description = "The command and its arguments, after --", Arity = ArgumentArity.OneOrMore };
        var quiet = new Option<bool>("--quiet") { Description = "Say nothing of our own." };
        var brief = new Option<string?>("--brief")
        {
            Description = "What you ask for, in your words: text that acts of the run may be made of. @FILE reads it.",
        };
        var state = Places.State();
        var verb = new Command("run", "Run any command behind the gate.") { agent, brief, quiet, state, command };
        verb.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(state)!, // a default
            parsed.GetValue(agent)!, // required
            parsed.GetValue(command)!, // required
            BriefOf(parsed.GetValue(brief)),
            parsed.GetValue(quiet),
            cancellation));
        return verb;
    }

    private static string? BriefOf(string? given)
    {
        if (given is not ['@', .. var file])
        {
            return given;
        }

        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FaultException(
                new Fault(
                    "run.brief",
                    $"The brief cannot be read: {failed.Message}",
                    "Name a text file: --brief @FILE"),
                ExitCode.Usage);
        }
    }

    private static async Task<int> RunAsync(
        string state, string agent, string[] command, string? brief, bool quiet, CancellationToken cancellation)
    {
        using var node = new NodeClient(state);
        var request = new OpenRunRequest(
            agent,
            Path.GetFileName(command[0]),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', command)))),
            brief,
            string.Join('\n', command[1..]));
        var run = await node.PostAsync("runs", request, ApiJson.Default.OpenRunRequest, ApiJson.Default.RunOpened, cancellation);
        if (!quiet)
        {
            Print.Note($"sallyport: run {run.Run} of {agent}, {run.Confinement} (the sandbox is not built yet)");
        }

        if (run.UntrustedLines > 0)
        {
            Print.Warning(
                new Fault(
                    "run.untrusted-brief",
                    $"{run.UntrustedLines} lines of the brief or of the arguments stand in untrusted text that some "
                    + "run has read, so the run starts with the label untrusted.",
                    "Say it in your own words if you mean it."),
                json: false);
        }

        int? exit = null;
        var started = true;
        try
        {
            exit = await ExecuteAsync(run, command);
            return (int)exit;
        }
        catch (FaultException failed) when (failed.Exit is ExitCode.NotFound or ExitCode.NotExecutable)
        {
            (exit, started) = ((int)failed.Exit, false);
            throw;
        }
        finally
        {
            await EndAsync(node, run, exit, started);
        }
    }

    private static async Task<int> ExecuteAsync(RunOpened run, string[] command)
    {
        var start = new ProcessStartInfo(CommandPath.Find(command[0]), command[1..]) { UseShellExecute = false };
        SetEnvironment(start.Environment, run);
        using var process = new Process { StartInfo = start };
        using var signals = new PassedSignals();
        try
        {
            signals.Start(process);
        }
        catch (Win32Exception failed)
        {
            throw CommandPath.NotExecutable(command[0], $"the system refuses it (error {failed.NativeErrorCode})");
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

    private static async Task EndAsync(NodeClient node, RunOpened run, int? exit, bool started)
    {
        var query = (exit, started) switch
        {
            ({ } code, true) => $"?exitCode={code}",
            ({ } code, false) => $"?exitCode={code}&started=false",
            _ => "",
        };
        try
        {
            await node.DeleteAsync($"runs/{run.Run}{query}", CancellationToken.None);
        }
        catch (FaultException gone) when (gone.Exit is ExitCode.Unavailable)
        {
            Print.Warning(
                new Fault(
                    "run.node-gone",
                    $"The node does not answer any more, so the end of run {run.Run} is not recorded. Since it stopped, the "
                    + "command had no way out: what it asked for then failed.",
                    "Start the node with: sallyport up. It records the end (owner-gone) and refuses the run's token."),
                json: false);
        }
        catch (FaultException ended) when (ended.Exit is ExitCode.No)
        {
            Print.Warning(
                new Fault(
                    "run.ended",
                    $"Run {run.Run} was ended while the command still ran. From then on it had no way out.",
                    $"See when and why: sallyport log --run {run.Run}"),
                json: false);
        }
    }
}
