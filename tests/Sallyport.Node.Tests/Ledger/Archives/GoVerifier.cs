using System.Diagnostics;

namespace Sallyport.Ledger.Tests;

/// <summary>The verifier of <c>tests/interop</c>: Go's own packages, which share nothing with ours.</summary>
internal static class GoVerifier
{
    /// <summary>The exit code where there is no Go.</summary>
    public const int NoGo = 4;

    /// <summary>Verifies folders, each with the key after it.</summary>
    public static async Task<(int Code, string Output)> RunAsync(
        string[] foldersAndKeys, CancellationToken cancellation)
    {
        var script = Path.Combine(Root(), "tests", "interop", "verify-with-go");
        var start = new ProcessStartInfo("bash", [script, .. foldersAndKeys])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output + await error);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sallyport.slnx")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("The tests are not inside the repository.");
        }

        return folder;
    }
}
