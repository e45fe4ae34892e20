using System.Collections.Immutable;
using System.Globalization;
using Sallyport.Identity;

namespace Sallyport.Freeze;

/// <summary>One freeze that is in force.</summary>
/// <param name="Id">Its id: <c>f</c> and the epoch that it began.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Reason">Why, in the words of who froze.</param>
/// <param name="Author">Who froze: <c>uid:0</c>.</param>
/// <param name="At">When it took effect.</param>
public sealed record ActiveFreeze(string Id, FreezeScope Scope, string Reason, string Author, DateTimeOffset At);

/// <summary>Which freezes are in force. Immutable: a change is a new state with a higher epoch.</summary>
/// <param name="Epoch">Grows by one with every freeze and every thaw, and never falls.</param>
/// <param name="Active">In the order in which they were set.</param>
public sealed record FreezeState(long Epoch, ImmutableArray<ActiveFreeze> Active)
{
    /// <summary>
    /// The highest epoch that is believed. Nobody freezes so often, and above it the next epoch might not fit.
    /// </summary>
    public const long EpochMax = 1L << 53;

    /// <summary>Nothing was ever frozen.</summary>
    public static FreezeState Clear { get; } = new(0, []);

    /// <summary>The first freeze that covers the run, or null.</summary>
    public ActiveFreeze? Covering(AgentId agent, RunId run)
    {
        foreach (var freeze in Active)
        {
            if (freeze.Scope.Covers(agent, run))
            {
                return freeze;
            }
        }

        return null;
    }

    /// <summary>A state with one more freeze.</summary>
    public (FreezeState State, ActiveFreeze Freeze) With(
        FreezeScope scope, string reason, string author, DateTimeOffset at)
    {
        var freeze = new ActiveFreeze(
            string.Create(CultureInfo.InvariantCulture, $"f{Epoch + 1}"), scope, reason, author, at);
        return (new FreezeState(Epoch + 1, Active.Add(freeze)), freeze);
    }

    /// <summary>
    /// A state without these freezes. The epoch grows, so that whatever was decided while frozen is decided again.
    /// </summary>
    public FreezeState Without(IReadOnlyCollection<ActiveFreeze> thawed) =>
        new(Epoch + 1, Active.RemoveRange(thawed));

    /// <summary>The state when its file cannot be read: everything is frozen (promise P2).</summary>
    /// <param name="why">What was wrong with the file.</param>
    /// <param name="epoch">An epoch higher than any in the ledger.</param>
    /// <param name="at">Now.</param>
    public static FreezeState Unreadable(string why, long epoch, DateTimeOffset at) =>
        new FreezeState(epoch, []).With(new FreezeScope.All(), why, "node", at).State;
}
