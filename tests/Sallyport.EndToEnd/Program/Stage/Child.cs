using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Sallyport.EndToEnd.Program;

/// <summary>How a program ended and what it said.</summary>
internal sealed record Ended(int Exit, string Output, string Errors)
{
    /// <summary>Everything, for the message of a failed assertion.</summary>
    public override string ToString() => $"exit {Exit}\n--- output\n{Output}\n--- errors\n{Errors}";
}

/// <summary>A real program as a child process. Ended by its id when the test is over, whatever happened.</summary>
internal sealed class Child : IAsyncDisposable
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    // Not a claim about speed: a program that hangs must fail its own test and not the whole run.
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(60);

    private static readonly string[] FromOutside =
    [
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy",
        "SALLYPORT_RUN", "SALLYPORT_STATE", "SALLYPORT_PERIMETER", "COLUMNS",
    ];

    private readonly Process process;
    private readonly Task errorsRead;
    private readonly StringBuilder errors = new();
    private bool disposed;

    private Child(Process process)
    {
        this.process = process;
        errorsRead = ReadErrorsAsync();
    }

    public int Id => process.Id;

    public StreamWriter Input => process.StandardInput;

    /// <summary>What it has said on standard error so far.</summary>
    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Child Start(
        string program, IEnumerable<string> arguments, string folder,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in FromOutside)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return new Child(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    /// <summary>The next line of its output; null when it has ended without one.</summary>
    public async Task<string?> LineOrEndAsync()
    {
        using var patience = Patience();
        return await process.StandardOutput.ReadLineAsync(patience.Token);
    }

    /// <summary>The next line of its output; fails the test when there is none.</summary>
    public async Task<string> LineAsync() =>
        await LineOrEndAsync()
            ?? throw new InvalidOperationException(
                $"It ended without the line that was waited for: {await EndAsync()}");

    /// <summary>Waits for its end.</summary>
    public async Task<Ended> EndAsync()
    {
        using var patience = Patience();
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        await errorsRead.WaitAsync(patience.Token);
        return new Ended(process.ExitCode, output, Errors);
    }

    /// <summary>Sends a signal to it alone.</summary>
    public void Signal(int signal) => Assert.Equal(0, Kill(process.Id, signal));

    /// <summary>Sends a signal to everybody in the process group that it leads.</summary>
    public void SignalGroup(int signal) => Assert.Equal(0, Kill(-process.Id, signal));

    /// <summary>kill -9, and its end.</summary>
    public async Task KillAsync()
    {
        Signal(SigKill);
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private static CancellationTokenSource Patience()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Hung);
        return patience;
    }

    private async Task ReadErrorsAsync()
    {
        while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (errors)
            {
                errors.Append(line).Append('\n');
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
