using Sallyport.Flow;
using Sallyport.Ledger;

namespace Sallyport.Decisions;

public sealed partial class Interlock
{
    /// <summary>Gives what a run carries to a place that it has written to outside of every channel: an instruction
    /// file. Who begins with it has it joined then.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cause">The entry that says why.</param>
    /// <param name="source">The place, as evidence names it.</param>
    /// <param name="path">The path, in the form that its places have.</param>
    /// <returns>False when it could not be recorded.</returns>
    public async ValueTask<bool> LabelAsync(RunState run, EntryId cause, string source, string path)
    {
        ArgumentNullException.ThrowIfNull(run);
        var places = decisions.Places;
        await places.Changing.WaitAsync(CancellationToken.None);
        try
        {
            var labels = run.Labels.Set;
            var next = places.Map.With(source, path, labels);
            if (ReferenceEquals(next, places.Map))
            {
                return await sequencer.WhenWrittenAsync(cause, CancellationToken.None);
            }

            var labelled = new LedgerEntry.PlaceLabelled
            {
                Run = run.Id,
                Agent = run.Agent,
                Decision = cause,
                Place = source,
                Path = path,
                Labels = labels,
            };
            var appended = sequencer.Append(labelled, fence: null, positioned: _ => places.Put(next));
            return appended.IsAccepted && await sequencer.WhenWrittenAsync(appended.Id, CancellationToken.None);
        }
        finally
        {
            places.Changing.Release();
        }
    }
}
