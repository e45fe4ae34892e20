namespace Sallyport.Verbs;

/// <summary>Which file a command's name means, by the rules of execvp(3): a name with a slash is a path, any other is
/// looked for in the folders of PATH, and nowhere else.</summary>
/// <remarks>Not left to the runtime, which looks beside our own program and in the working directory first: what an
/// agent has written there would then be run in the place of a system's program.</remarks>
internal static class CommandPath
{
    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The file to execute. Throws a fault with the exit code 127 or 126 when there is none.</summary>
    public static string Find(string command)
    {
        if (command.Contains('/', StringComparison.Ordinal))
        {
            return Directory.Exists(command) ? throw NotExecutable(command, "it is a folder")
                : !File.Exists(command) ? throw NotFound(command)
                : MayExecute(command) ? Path.GetFullPath(command)
                : throw NotExecutable(command, "its mode does not allow it");
        }

        // An empty part of PATH is the working directory: whoever set it so wants that.
        var candidates = (Environment.GetEnvironmentVariable("PATH") ?? "/bin:/usr/bin").Split(':')
            .Select(folder => Path.GetFullPath(Path.Combine(folder, command)))
            .Where(_ => command.Length > 0)
            .Where(File.Exists)
            .ToList();
        return candidates.Find(MayExecute) ?? throw (candidates.Count == 0
            ? NotFound(command)
            : NotExecutable(candidates[0], "its mode does not allow it"));
    }

    /// <summary>What is said of a file that the system does not execute.</summary>
    public static FaultException NotExecutable(string command, string why) => new(
        new Fault(
            "run.not-executable", $"command not executable: {command} ({why})",
            $"Make it executable: chmod +x {command}, or name its interpreter."),
        ExitCode.NotExecutable);

    private static FaultException NotFound(string command) => new(
        new Fault(
            "run.not-found", $"command not found: {command}",
            "Give the command and its arguments after --, each as a word of its own; a script here is ./NAME."),
        ExitCode.NotFound);

    private static bool MayExecute(string path) => (File.GetUnixFileMode(path) & Executable) != UnixFileMode.None;
}
