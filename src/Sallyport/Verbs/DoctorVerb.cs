using System.CommandLine;
using System.Runtime.InteropServices;

namespace Sallyport.Verbs;

/// <summary><c>sallyport doctor</c>: what this machine lacks, and what to do about it.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var (perimeter, state, json) = (Places.Perimeter(), Places.State(), Places.Json());
        var verb = new Command("doctor", "Say what the machine lacks. Exit code 0 only if nothing that is needed is missing.") { perimeter, state, json };
        verb.SetAction(parsed =>
        {
            var findings = Look(parsed.GetValue(perimeter)!, parsed.GetValue(state)!).ToList(); // have defaults
            if (parsed.GetValue(json))
            {
                Print.Json(findings, VerbJson.Default.IReadOnlyListDoctorView);
            }

            foreach (var finding in parsed.GetValue(json) ? [] : findings)
            {
                Print.Line($"{(finding.Ok ? "ok     " : finding.Needed ? "MISSING" : "absent ")} {finding.Name,-18} {Print.Inert(finding.Detail)}");
                if (!finding.Ok)
                {
                    Print.Line($"        {"",-18} {Print.Inert(finding.Mend)}");
                }
            }

            return (int)(findings.TrueForAll(finding => finding.Ok || !finding.Needed) ? ExitCode.Yes : ExitCode.Configuration);
        });
        return verb;
    }

    private static IEnumerable<DoctorView> Look(string perimeter, string state)
    {
        yield return new("system", true, OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), RuntimeInformation.OSDescription, "The node runs on Linux; on macOS without a sandbox.");
        yield return File.Exists(Path.Combine(perimeter, "sallyport.yaml"))
            ? new("perimeter", true, true, Path.GetFullPath(perimeter), "")
            : new("perimeter", true, false, $"no {Path.Combine(perimeter, "sallyport.yaml")}", "sallyport init");
        yield return OperatorKey(perimeter);
        yield return State(state);
        yield return Roots();
        yield return Program("bwrap", "bubblewrap confines runs; without it they are recorded as unconfined", "apt-get install bubblewrap");
        yield return File.Exists("/sys/fs/cgroup/cgroup.controllers") || Directory.Exists("/sys/fs/cgroup/unified")
            ? new("cgroup v2", false, true, "mounted", "")
            : new("cgroup v2", false, false, "not mounted: a freeze cannot stop processes, only their connections", "Boot with systemd.unified_cgroup_hierarchy=1.");
        yield return UserNamespaces();
    }

    // Only what can be told without a node; a perimeter with mistakes has a finding of its own in check.
    private static DoctorView OperatorKey(string perimeter) =>
        Perimeter.PerimeterFolder.Load(perimeter).Snapshot is not { } snapshot || CheckVerb.HasKey(snapshot)
            ? new("operator key", false, true, "", "")
            : new(
                "operator key", false, false,
                "no operator has one: whoever is your user, a program of an unconfined run included, can change the "
                + "perimeter",
                "sallyport approval-key new FILE, and name it under operators: (docs/guide/operators.md)");

    private static DoctorView State(string state)
    {
        if (!Directory.Exists(state))
        {
            return new("state folder", true, false, $"no {state}", "sallyport init");
        }

        var open = File.GetUnixFileMode(state) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return open == UnixFileMode.None
            ? new("state folder", true, true, Path.GetFullPath(state), "")
            : new("state folder", true, false, $"{state} is open to others ({open})", $"chmod 700 {state}");
    }

    private static DoctorView Roots() => Host.StateFolder.SystemRoots is { } roots
        ? new("system roots", true, true, roots, "")
        : new("system roots", true, false, "no CA certificates of the system were found: no public upstream can be verified", "apt-get install ca-certificates");

    private static DoctorView Program(string name, string without, string mend)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return new(name, false, found is not null, found ?? without, mend);
    }

    private static DoctorView UserNamespaces()
    {
        const string AppArmor = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
        var restricted = File.Exists(AppArmor) && File.ReadAllText(AppArmor).Trim() == "1" && !Environment.IsPrivilegedProcess;
        return new("user namespaces", false, !restricted, restricted ? "AppArmor keeps ordinary users from making them" : "available", "Give bwrap an AppArmor profile with 'userns,' or run the node as root.");
    }
}
