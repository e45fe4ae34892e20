using System.Diagnostics;

namespace Sallyport.Bench.Policy;

/// <summary>
/// The rival's package: <c>cedar-wasm/package.json</c> in the folder of rivals, which lives outside this repository, copied to a folder of
/// ours and installed there by npm.
/// </summary>
internal static class OfficialPackage
{
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(2);

    /// <summary>Installs it and starts the engine.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="folder">Where to install it.</param>
    /// <param name="absent">Why there is no engine; empty if there is one.</param>
    public static OfficialEngine? TryStart(string root, string folder, out string absent)
    {
        absent = TryInstall(root, folder) ?? "";
        if (absent.Length > 0)
        {
            return null;
        }

        try
        {
            return OfficialEngine.Start(root, folder);
        }
        catch (CannotRunException cannot)
        {
            absent = $"the official engine does not start: {cannot.Message}";
            return null;
        }
    }

    /// <summary>The folder of rivals: the one named by SALLYPORT_BENCH, else <c>../shared/bench</c> beside the repository.</summary>
    public static string RivalFolder(string root)
    {
        var bench = Environment.GetEnvironmentVariable("SALLYPORT_BENCH") is { Length: > 0 } named ? named : Path.Combine(root, "..", "shared", "bench");
        return Path.GetFullPath(Path.Combine(bench, "cedar-wasm"));
    }

    private static string? TryInstall(string root, string folder)
    {
        var rival = RivalFolder(root);
        if (!File.Exists(Path.Combine(rival, "package.json")))
        {
            return $"there is no {Path.Combine(rival, "package.json")}; set SALLYPORT_BENCH to the folder that holds cedar-wasm/package.json";
        }

        foreach (var file in Directory.EnumerateFiles(rival).Where(file => Path.GetExtension(file) is ".json" or ".js"))
        {
            // Read and written, not copied: the original may be read-only, and npm writes beside it.
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        if (Run(folder, "node", "--version") != 0)
        {
            return "node is not installed; apt-get install nodejs";
        }

        var install = File.Exists(Path.Combine(folder, "package-lock.json")) ? "ci" : "install";
        return Run(folder, "npm", install, "--no-audit", "--no-fund", "--ignore-scripts") switch
        {
            0 => null,
            null => "npm is not installed; apt-get install npm",
            _ => $"'npm {install}' could not install @cedar-policy/cedar-wasm; run it by hand in a copy of {rival}",
        };
    }

    /// <summary>The program's exit code; null if there is no such program.</summary>
    internal static int? Run(string folder, string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("/bin/sh", ["-c", "command -v \"$0\" >/dev/null || exit 127; exec \"$0\" \"$@\" >/dev/null 2>&1", program, .. arguments])
            {
                WorkingDirectory = folder,
            };
            using var process = Process.Start(start);
            if (process is null || !process.WaitForExit(InstallPatience))
            {
                process?.Kill(entireProcessTree: true);
                return 1;
            }

            return process.ExitCode == 127 ? null : process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
