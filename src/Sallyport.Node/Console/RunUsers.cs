using System.Collections.Concurrent;
using Sallyport.Identity;

namespace Sallyport.Console;

/// <summary>Under which user each run was started, and under which users unconfined programs may still be.</summary>
/// <remarks>A program that is not confined can do what its user can: speak to the admin socket as that user, once it
/// has left the ancestors by which it would be recognised. It may also outlive its run, so a user who has had an
/// unconfined run counts until the node is started again.</remarks>
public sealed class RunUsers
{
    private readonly ConcurrentDictionary<RunId, uint?> runs = new();
    private readonly ConcurrentDictionary<uint, byte> unconfined = new();
    private volatile bool unknown;

    /// <summary>Notes a run that is not confined, as every run today.</summary>
    /// <param name="run">The run.</param>
    /// <param name="uid">Its user; null when it cannot be told, and then it may be any.</param>
    public void Add(RunId run, uint? uid)
    {
        runs[run] = uid;
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
    public void Remove(RunId run) => runs.TryRemove(run, out _);

    /// <summary>User of an open run; null when it cannot be told.</summary>
    public uint? Of(RunId run) => runs.GetValueOrDefault(run);

    /// <summary>Whether an unconfined program of an agent may be running as this user.</summary>
    public bool MayHide(uint uid) => unknown || unconfined.ContainsKey(uid);
}
