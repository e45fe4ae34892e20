using System.Collections.Concurrent;

namespace Sallyport.Identity;

/// <summary>Processes that have opened a run and still live. Whatever descends from one is inside a run.</summary>
/// <remarks>
/// A mark in the environment is the program's own to drop: execve(2) replaces what /proc/PID/environ shows. Who its
/// ancestors are is not. An owner stays one after its run has ended, since what it started may still be there.
/// </remarks>
public sealed class RunOwners
{
    // By pid, with the start: a pid alone may be reused.
    private readonly ConcurrentDictionary<int, long> starts = new();

    /// <summary>Takes a process for an owner for as long as it lives.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="start">Its <see cref="PeerProcess.StartOf"/>.</param>
    public void Add(int pid, long start) => starts[pid] = start;

    /// <summary>Whether a process is an owner.</summary>
    public bool Holds(int pid) => starts.TryGetValue(pid, out var start) && PeerProcess.StartOf(pid) == start;

    /// <summary>Forgets those that are gone.</summary>
    public void Sweep()
    {
        foreach (var owner in starts)
        {
            if (PeerProcess.StartOf(owner.Key) != owner.Value)
            {
                starts.TryRemove(owner);
            }
        }
    }
}
