using System.Diagnostics.CodeAnalysis;

namespace Sallyport.Ledger;

/// <summary>What <c>log</c> and <c>why</c> ask: of the index of a running node, or of the files of one that is
/// down.</summary>
public interface ILedgerQuestions
{
    /// <summary>Entries that a filter wants.</summary>
    bool TryQuery(
        LedgerFilter filter, [NotNullWhen(true)] out LedgerPage? page, [NotNullWhen(false)] out Fault? refusal);

    /// <summary>What a run was allowed to do before an action.</summary>
    /// <param name="id">A decision, or an entry that follows from one (observation, label join, cut).</param>
    /// <param name="limit">Most reads: 1 to <see cref="LedgerFilter.LimitMax"/>.</param>
    /// <param name="why">The action and what came before.</param>
    /// <param name="refusal">There is no such entry (yet), or no decision behind it.</param>
    bool TryWhy(
        EntryId id, int limit, [NotNullWhen(true)] out WhyAnswer? why, [NotNullWhen(false)] out Fault? refusal);

    /// <summary>Decisions by their names, each with what came of it; those that are not there are left out.</summary>
    bool TryReads(
        IReadOnlyList<EntryId> decisions, [NotNullWhen(true)] out IReadOnlyList<WhyRead>? reads,
        [NotNullWhen(false)] out Fault? refusal);
}
