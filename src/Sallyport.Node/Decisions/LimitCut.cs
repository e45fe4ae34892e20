using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>What is recorded and told of an allowed act that passed a limit while its bytes streamed.</summary>
public static class LimitCut
{
    /// <summary>Its entry.</summary>
    /// <param name="channel">What was cut.</param>
    /// <param name="decision">The entry that had allowed it.</param>
    public static LedgerEntry.ChannelCut Of(DecidedChannel channel, EntryId decision)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return new LedgerEntry.ChannelCut
        {
            Run = channel.Run.Id,
            Agent = channel.Run.Agent,
            Decision = decision,
            Target = channel.Ask.Target,
            Code = LimitWords.Code,
        };
    }

    /// <summary>The same act as a denial, with the limits as they were when there was no more room.</summary>
    public static Verdict Told(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var (budgets, at) = verdict.Reservation is { } held
            ? (held.Refused, held.RefusedAt)
            : (verdict.Facts.Budgets, verdict.Facts.Time);
        return verdict with
        {
            Decision = new Decision.Deny(DenyReason.LimitExceeded),
            Facts = verdict.Facts with { Budgets = budgets, Time = at },
        };
    }
}
