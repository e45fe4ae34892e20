using System.Globalization;
using Sallyport.Limits;

namespace Sallyport.Decisions;

/// <summary>The words of a denial by a limit: which, how much is taken, when it opens, where it is
/// written.</summary>
public static class BudgetWords
{
    /// <summary>How long to wait; null when waiting does not help.</summary>
    /// <param name="facts">The facts of the denial.</param>
    /// <param name="now">The present.</param>
    public static TimeSpan? OpensIn(Facts facts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Telling(facts)?.OpensAt is not { } at ? null : at > now ? at - now : TimeSpan.Zero;
    }

    internal static string Detail(Facts facts)
    {
        if (Telling(facts) is not { } budget)
        {
            return "a limit is used up";
        }

        var limit = $"limit '{budget.Id}' ({budget.Limit})";
        return budget.NeverAdmits
            ? string.Create(
                CultureInfo.InvariantCulture, $"it needs {budget.Needed} at once, and {limit} is all there is")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{limit} has {budget.Taken} of {budget.Max} taken ({budget.Used} used, {budget.Reserved} reserved), "
                + $"and it needs {budget.Needed} more");
    }

    internal static string Mend(Facts facts)
    {
        if (Telling(facts) is not { } budget)
        {
            return "See what limits there are with: sallyport limits";
        }

        var (unit, place) = (LimitWords.KeyOf(budget.Limit.Unit), budget.Limit.Place);
        var line = string.Create(CultureInfo.InvariantCulture, $"'{unit}: {budget.Max}' of limit '{budget.Id}'");
        return budget.OpensAt is { } at
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"There is room again at {Rounded(at):yyyy-MM-ddTHH:mm:ssZ}. To allow more, change {line} at {place}, ")
                + "then: sallyport plan, sallyport apply."
            : $"Send less at once. To allow it, change {line} at {place}, then: sallyport apply.";
    }

    // The one that opens last: before that, waiting for another is in vain.
    private static Budget? Telling(Facts facts) => facts.Budgets
        .Where(budget => !budget.Admits)
        .OrderByDescending(budget => budget.NeverAdmits)
        .ThenByDescending(budget => budget.OpensAt)
        .FirstOrDefault();

    // Never before it is true.
    private static DateTimeOffset Rounded(DateTimeOffset at) =>
        at.Ticks % TimeSpan.TicksPerSecond is var rest and > 0 ? at.AddTicks(TimeSpan.TicksPerSecond - rest) : at;
}
