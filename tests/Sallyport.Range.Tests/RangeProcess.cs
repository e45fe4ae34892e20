using System.Diagnostics;
using System.Text.Json;

namespace Sallyport.Range.Tests;

/// <summary>The real program in a process of its own, with an environment of its own.</summary>
internal sealed class RangeProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private RangeProcess(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync(Runner.Cancellation);
    }

    public int Id => process.Id;

    public StreamWriter Input => process.StandardInput;

    public StreamReader Output => process.StandardOutput;

    public static RangeProcess Start(string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var name = OperatingSystem.IsWindows() ? "sallyport-range.exe" : "sallyport-range";
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, name), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] outside =
        [
            "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy",
            "SSL_CERT_FILE",
        ];
        foreach (var variable in outside)
        {
            start.Environment.Remove(variable);
        }

        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        return new RangeProcess(
            Process.Start(start) ?? throw new InvalidOperationException("The program did not start."));
    }

    /// <summary>Runs to the end with nothing on standard input.</summary>
    public static async Task<(int Exit, string Output, string Errors)> RunAsync(
        string[] arguments, string input = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var program = Start(arguments, environment);
        await program.Input.WriteAsync(input);
        program.Input.Close();
        var output = await program.Output.ReadToEndAsync(Runner.Cancellation);
        return (await program.EndAsync(), output, await program.errors);
    }

    public async Task<JsonElement> ReadLineAsync()
    {
        var line = await Output.ReadLineAsync(Runner.Cancellation)
            ?? throw new InvalidOperationException($"The program ended without a line: {await errors}");
        return JsonElement.Parse(line);
    }

    public async Task<int> EndAsync()
    {
        // Not a claim about speed: a program that hangs must fail its own test and not the whole run.
        using var hung = CancellationTokenSource.CreateLinkedTokenSource(Runner.Cancellation);
        hung.CancelAfter(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(hung.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }
}
