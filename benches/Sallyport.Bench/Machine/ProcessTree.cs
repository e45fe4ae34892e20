using System.Globalization;

namespace Sallyport.Bench.Machine;

/// <summary>A process and its descendants, as /proc shows them (proc(5)).</summary>
internal sealed class ProcessTree(int root)
{
    private const double TicksPerSecond = 100; // USER_HZ: fixed in the kernel's interface on every architecture that .NET runs on.

    /// <summary>The process at the top.</summary>
    public int Root => root;

    /// <summary>CPU seconds, user and system, of all of them, with those of children that have ended and been waited for.</summary>
    public double CpuSeconds()
    {
        var ticks = 0L;
        foreach (var pid in Members())
        {
            if (Stat(pid) is { } fields)
            {
                // Fields 14 to 17: utime, stime, cutime, cstime; the array begins at field 3.
                ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
            }
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>CPU seconds of the threads of this name in the process at the top; those that have ended are not in it.</summary>
    public double CpuSeconds(string thread)
    {
        var ticks = 0L;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{root}/task"))
        {
            if (Read($"{task}/comm")?.Trim() == thread && Fields(Read($"{task}/stat")) is { } fields)
            {
                ticks += Number(fields[11]) + Number(fields[12]);
            }
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>Resident memory of all of them, in bytes. Shared pages count once for each process.</summary>
    public long ResidentBytes() =>
        Members().Sum(pid => Read($"/proc/{pid}/statm") is { } sizes ? Number(sizes.Split(' ')[1]) * Environment.SystemPageSize : 0);

    /// <summary>Waits until it has used no CPU for a while: work that was put off belongs to who put it off.</summary>
    public void Settle(TimeSpan patience)
    {
        const int QuietTimes = 2;
        var quiet = 0;
        var before = CpuSeconds();
        for (var waited = TimeSpan.Zero; quiet < QuietTimes && waited < patience; waited += Pause)
        {
            Thread.Sleep(Pause);
            var now = CpuSeconds();
            quiet = now - before < 1.5 / TicksPerSecond ? quiet + 1 : 0;
            before = now;
        }
    }

    private static TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(25);

    private HashSet<int> Members()
    {
        var parents = new List<(int Pid, int Parent)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Stat(pid) is { } fields)
            {
                parents.Add((pid, (int)Number(fields[1])));
            }
        }

        var members = new HashSet<int> { root };
        while (parents.Any(entry => members.Contains(entry.Parent) && members.Add(entry.Pid)))
        {
            // Until a pass adds nobody.
        }

        return members;
    }

    private static string[]? Stat(int pid) => Fields(Read($"/proc/{pid}/stat"));

    // Fields from the third on: the second is the name in parentheses and may hold anything.
    private static string[]? Fields(string? stat) => stat?[(stat.LastIndexOf(')') + 2)..].Split(' ');

    // Null when the process or thread is gone.
    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
