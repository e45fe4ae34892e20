using Sallyport.Identity;

namespace Sallyport.Console;

/// <summary>Series of runs, one round after the other (<c>sallyport run --every</c>): what runs, and what is
/// due.</summary>
/// <remarks>In memory alone: after a restart a series is known again from its next round on. A series is there for as
/// long as the process that runs it.</remarks>
public sealed class RunSeries
{
    private readonly Lock gate = new();
    private readonly Dictionary<RunId, State> all = []; // Under the gate.

    /// <summary>The series that are there, the oldest first.</summary>
    /// <param name="isOpen">Whether a run is open.</param>
    public IReadOnlyList<SeriesView> All(Func<RunId, bool> isOpen)
    {
        ArgumentNullException.ThrowIfNull(isOpen);
        lock (gate)
        {
            foreach (var gone in all.Where(one => !one.Value.IsThere).Select(one => one.Key).ToList())
            {
                all.Remove(gone);
            }

            return
            [
                .. all.OrderBy(one => one.Key.Text, StringComparer.Ordinal).Select(one => new SeriesView(
                    one.Key.Text, one.Value.Agent.Value, one.Value.Wake.Round, one.Value.Wake.EverySeconds,
                    isOpen(one.Value.Run) ? one.Value.Run.Text : null, one.Value.Next)),
            ];
        }
    }

    /// <summary>A round begins, if no other of its series is there.</summary>
    /// <param name="wake">Which round.</param>
    /// <param name="run">Its run.</param>
    /// <param name="agent">Whose.</param>
    /// <param name="owner">The process that runs the series.</param>
    /// <param name="isOpen">Whether a run is open.</param>
    /// <returns>Why it may not; null when it may.</returns>
    public Fault? Begin(Wake wake, RunId run, AgentId agent, PeerProcess owner, Func<RunId, bool> isOpen)
    {
        ArgumentNullException.ThrowIfNull(wake);
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(isOpen);
        lock (gate)
        {
            if (all.GetValueOrDefault(wake.Series ?? run) is { IsThere: true } known
                && (isOpen(known.Run) || known.Owner != owner.Pid || known.Agent != agent))
            {
                return new Fault(
                    "identity.round-open",
                    $"A round of series {wake.Series} is open, or another process or agent runs the series: "
                    + "rounds do not overlap.",
                    "See it with: sallyport runs");
            }

            all[wake.Series ?? run] = new State(agent, owner.Pid, PeerProcess.StartOf(owner.Pid), wake, run, null);
            return null;
        }
    }

    /// <summary>A round has ended.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="next">When the next one is due; null where there is none, and then the series is over.</param>
    public void End(RunId run, DateTimeOffset? next)
    {
        lock (gate)
        {
            foreach (var (series, state) in all.Where(one => one.Value.Run == run).ToList())
            {
                if (next is null)
                {
                    all.Remove(series);
                }
                else
                {
                    all[series] = state with { Next = next };
                }
            }
        }
    }

    private sealed record State(
        AgentId Agent, int Owner, long? OwnerStart, Wake Wake, RunId Run, DateTimeOffset? Next)
    {
        public bool IsThere => OwnerStart is { } start && PeerProcess.StartOf(Owner) == start;
    }
}

/// <summary>Which round a run is.</summary>
/// <param name="Series">The first run of the series; null where this one is it.</param>
/// <param name="Round">Its number, from 1 on.</param>
/// <param name="EverySeconds">From the start of one round to that of the next.</param>
public sealed record Wake(RunId? Series, int Round, long EverySeconds)
{
    /// <summary>Longest interval, in seconds.</summary>
    public const long SecondsMax = 30 * 86_400;

    /// <summary>Reads a request. False when it has no single meaning.</summary>
    public static bool TryRead(WakeRequest? request, out Wake? wake)
    {
        RunId? series = null;
        wake = null;
        if (request is null)
        {
            return true;
        }

        if (request.Round < 1 || request.EverySeconds is < 1 or > SecondsMax
            || (request.Series is not null && !RunId.TryParse(request.Series, out series)))
        {
            return false;
        }

        wake = new Wake(series, request.Round, request.EverySeconds);
        return true;
    }
}

/// <summary>Asks for a run as a round of a series.</summary>
/// <param name="Series">The first run of the series; null for the first round.</param>
/// <param name="Round">Number of the round, from 1 on.</param>
/// <param name="EverySeconds">From the start of one round to that of the next; at most 30 days.</param>
public sealed record WakeRequest(string? Series, int Round, long EverySeconds);

/// <summary>A series of runs.</summary>
/// <param name="Series">Its first run.</param>
/// <param name="Agent">Whose.</param>
/// <param name="Round">Number of the round that runs, or ran last.</param>
/// <param name="EverySeconds">From the start of one round to that of the next.</param>
/// <param name="Run">The run of the round; null between rounds.</param>
/// <param name="Next">When the next one is due; null while one runs.</param>
public sealed record SeriesView(
    string Series, string Agent, int Round, long EverySeconds, string? Run, DateTimeOffset? Next);
