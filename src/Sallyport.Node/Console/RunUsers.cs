using System.Collections.Concurrent;
using Sallyport.Identity;

namespace Sallyport.Console;

/// <summary>Under which user each run was started, and under which users unconfined programs may still be.</summary>
/// <remarks>A program that is not confined can do what its user can: speak to the admin socket as that user, once it
/// has left the ancestors by which it would be recognised. It may also outlive its run, the node, and, since it can
/// write what its user's shell and scheduler start, the machine's next start: so a user who has had an unconfined run
/// counts for as long as the ledger remembers a run.</remarks>
public sealed class RunUsers
{
    private readonly ConcurrentDictionary<RunId, uint?> runs = new();
    private readonly ConcurrentDictionary<uint, byte> unconfined = new();
    private readonly ConcurrentDictionary<RunId, int> owners = new();
    private volatile bool unknown;

    /// <summary>Notes a run that is not confined, as every run today.</summary>
    /// <param name="run">The run.</param>
    /// <param name="uid">Its user; null when it cannot be told, and then it may be any.</param>
    /// <param name="owner">The process that has opened it.</param>
    public void Add(RunId run, uint? uid, int owner)
    {
        runs[run] = uid;
        owners[run] = owner;
        if (uid is { } user)
        {
            unconfined[user] = 0;
        }
        else
        {
            unknown = true;
        }
    }

    /// <summary>Forgets a run that has ended; its user stays one who has had a run.</summary>
    public void Remove(RunId run)
    {
        runs.TryRemove(run, out _);
        owners.TryRemove(run, out _);
    }

    /// <summary>Takes in that runs were started under users whom nobody knows any more: before this start.</summary>
    public void AddUnknown() => unknown = true;

    /// <summary>Whether this process has opened the run; it may end it.</summary>
    public bool IsOwner(RunId run, int pid) => owners.TryGetValue(run, out var owner) && owner == pid;

    /// <summary>User of an open run; null when it cannot be told.</summary>
    public uint? Of(RunId run) => runs.GetValueOrDefault(run);

    /// <summary>Whether an unconfined program of an agent may be running as this user.</summary>
    public bool MayHide(uint uid) => unknown || unconfined.ContainsKey(uid);
}
