using System.Collections.Concurrent;
using Sallyport.Flow;
using Sallyport.Identity;

namespace Sallyport.Ledger;

/// <summary>What follows a decision of a run that carries <c>secret</c> names its address by a keyed digest: such a run
/// can put what it has read into any address. Decisions themselves are written so by who makes them.</summary>
/// <param name="digest">Names texts.</param>
public sealed class SecretAddresses(KeyedDigest digest)
{
    private readonly ConcurrentDictionary<RunId, bool> runs = [];

    /// <summary>Names texts.</summary>
    public KeyedDigest Digest => digest;

    /// <summary>Takes an entry of the log, in its order: from a label join on its run carries what it says.</summary>
    public void Note(LedgerEntry entry)
    {
        if (entry is LedgerEntry.LabelsJoined joined && joined.Labels.Contains(Label.Secret))
        {
            runs[joined.Run] = true;
        }
    }

    /// <summary>An entry as it is recorded.</summary>
    public LedgerEntry Told(LedgerEntry entry)
    {
        Note(entry);
        return runs.IsEmpty ? entry : entry switch
        {
            LedgerEntry.Observed it when IsSecret(it.Run) => it with { Target = digest.AddressOf(it.Target) },
            LedgerEntry.ChannelCut it when IsSecret(it.Run) => it with { Target = digest.AddressOf(it.Target) },
            LedgerEntry.HoldOpened it when IsSecret(it.Run) => it with { Target = digest.AddressOf(it.Target) },
            LedgerEntry.EndorsementChanged it when IsSecret(it.Run) => it with
            {
                Target = digest.AddressOf(it.Target),
                Shown = digest.Of(it.Shown),
            },
            LedgerEntry.InstructionNoted it when IsSecret(it.Run) => it with { Path = digest.Within(it.Path) },

            // After a start it is the whole source that carries the labels: more than before, and never less.
            LedgerEntry.PlaceLabelled it when IsSecret(it.Run) => it with { Path = PlaceMap.Root },
            _ => entry,
        };
    }

    private bool IsSecret(RunId run) => runs.ContainsKey(run);
}
