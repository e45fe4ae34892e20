using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Identity;

namespace Sallyport.Flow;

/// <summary>Every open run of this node.</summary>
public sealed class Runs
{
    // What ended runs have read is kept a while, to know it again in the brief of another.
    private const int EndedMax = 32;
    private const long EndedBytesMax = 128 << 20;

    private readonly ConcurrentDictionary<RunId, RunState> open = new();
    private readonly Queue<RunTexts> ended = new();

    /// <summary>The open runs at this moment, oldest first.</summary>
    public IReadOnlyList<RunState> Open => [.. open.Values.OrderBy(run => run.Id.Text, StringComparer.Ordinal)];

    /// <summary>
    /// What open runs have read, and those that ended last: the window in which a brief is known again.
    /// </summary>
    public IReadOnlyCollection<RunTexts> Texts
    {
        get
        {
            lock (ended)
            {
                return [.. open.Values.Select(run => run.Texts), .. ended];
            }
        }
    }

    /// <summary>The same without one run's own: what it has read it may be given again.</summary>
    public IReadOnlyCollection<RunTexts> TextsBeside(RunState run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return [.. Texts.Where(texts => texts != run.Texts)];
    }

    /// <summary>Looks up an open run.</summary>
    public bool TryFind(RunId id, [NotNullWhen(true)] out RunState? run) => open.TryGetValue(id, out run);

    /// <summary>Adds a run that has just started or was rebuilt.</summary>
    /// <exception cref="InvalidOperationException">The id is taken: ids are given out once.</exception>
    public void Add(RunState run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!open.TryAdd(run.Id, run))
        {
            throw new InvalidOperationException($"Run {run.Id} is already open.");
        }
    }

    /// <summary>Ends a run. False when it was not open.</summary>
    public bool End(RunId id, [NotNullWhen(true)] out RunState? run)
    {
        if (!open.TryRemove(id, out run))
        {
            return false;
        }

        run.End();
        lock (ended)
        {
            ended.Enqueue(run.Texts);
            while (ended.Count > EndedMax || ended.Sum(texts => texts.Index.MemoryBytes) > EndedBytesMax)
            {
                ended.Dequeue();
            }
        }

        return true;
    }
}
