using System.Diagnostics;
using System.Runtime.InteropServices;
using Sallyport.Verbs;

namespace Sallyport.Demo;

/// <summary>A child with its output read line by line, stopped politely and then for good.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process process;
    private readonly Task<string> errors;

    /// <summary>Starts a program.</summary>
    public ChildProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        process = Process.Start(start)!; // UseShellExecute is off, so there is a process.
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Sends a line to it.</summary>
    public async Task SendAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>The next line that it prints.</summary>
    public async Task<string> LineAsync(CancellationToken cancellation) =>
        await process.StandardOutput.ReadLineAsync(cancellation)
        ?? throw new FaultException(new Fault("demo.child", $"{process.StartInfo.FileName} ended early: {(await errors).Trim()}", "Run it by itself to see more."), ExitCode.Unavailable);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            if (!process.HasExited)
            {
                _ = Kill(process.Id, SigTerm);
            }

            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
