using Sallyport.Flow;
using Sallyport.Flow.Origins;
using Sallyport.Ledger;

namespace Sallyport.Decisions;

/// <remarks>
/// What a run writes where others read. The order that makes it hold, with a write (W) and a read (R) of another run
/// racing:
/// (1) W gives its labels to the place, visible at the position of their entry; R enters, and then looks at the place;
/// (2) so either R brings these labels by itself, or W finds R entered, and joins them to R's run: with all that a
/// join shuts, and with what R's run is still writing elsewhere, which gains them in turn;
/// (3) only when nothing is left to do, and all of it is written, does W go out.
/// </remarks>
public sealed partial class Interlock
{
    /// <summary>A person says that a place, and what is below it, is clean again.</summary>
    /// <param name="source">The source, as evidence names it.</param>
    /// <param name="path">The path, in the form that places have.</param>
    /// <param name="author">Who says so.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The entry and what was there, or null for both where nothing was; a fault when the ledger cannot record
    /// it: then nothing is cleared.</returns>
    public async Task<(EntryId? Entry, LabelSet? Labels, Fault? Fault)> ClearAsync(
        string source, string path, string author, string reason)
    {
        var places = decisions.Places;
        await places.Changing.WaitAsync(CancellationToken.None);
        try
        {
            var next = places.Map.Without(source, path);
            if (ReferenceEquals(next, places.Map))
            {
                return (null, null, null);
            }

            var labels = places.Map.All.Except(next.All)
                .Aggregate(LabelSet.Empty, (all, place) => all.Join(place.Labels));
            var appended = sequencer.Append(new LedgerEntry.PlaceCleared
            {
                Place = source,
                Path = path,
                Labels = labels,
                Author = author,
                Reason = reason,
            });
            if (!appended.IsAccepted || !await sequencer.WhenSignedAsync(appended.Id, CancellationToken.None))
            {
                return (null, null, appended.Fault ?? sequencer.Fault);
            }

            places.Put(next);
            Interlocked.MemoryBarrier();

            // Who is still writing there writes what it did before.
            var spread = new Spread();
            foreach (var channel in channels.All.OfType<DecidedChannel>().Where(it => it.IsEntered && it.CanSend))
            {
                spread.Writers.Enqueue(channel);
            }

            return await SpreadAsync(spread) ? (appended.Id, labels, null) : (null, null, sequencer.Fault);
        }
        finally
        {
            places.Changing.Release();
        }
    }

    private static bool Writes(DecidedChannel channel) =>
        channel.Acts && channel.Ask.Source.Carries
        && !channel.Run.Labels.Set.IsSubsetOf(channel.Ask.Source.Labels);

    private async ValueTask<bool> LabelPlaceAsync(DecidedChannel writer, CancellationToken cancellation)
    {
        if (!Writes(writer))
        {
            return true;
        }

        var places = decisions.Places;
        if (ReferenceEquals(After(writer), places.Map) && places.Changing.CurrentCount > 0)
        {
            return IsWritten(); // Nothing new, and nobody is in the middle of telling those who read there.
        }

        await places.Changing.WaitAsync(cancellation);
        try
        {
            var spread = new Spread();
            spread.Writers.Enqueue(writer);
            return await SpreadAsync(spread);
        }
        finally
        {
            places.Changing.Release();
        }
    }

    private PlaceMap After(DecidedChannel writer)
    {
        var ask = writer.Ask;
        return decisions.Places.Map.With(
            RunTexts.PlaceOf(ask.Source, ask.Host), ask.PlacePath, writer.Run.Labels.Set);
    }

    // By who holds Changing. Labels only grow, and places only gain them, so it ends.
    private async ValueTask<bool> SpreadAsync(Spread spread)
    {
        try
        {
            while (true)
            {
                if (spread.Joins.TryDequeue(out var join))
                {
                    if (!Grow(join.Bringer, join.Labels, spread))
                    {
                        return false;
                    }
                }
                else if (!spread.Writers.TryDequeue(out var writer))
                {
                    break;
                }
                else if (!Label(writer, spread))
                {
                    return false;
                }
            }

            // 4. The labels survive the death of this process before what they stand for is released.
            return spread.Last is { } last
                ? await sequencer.WhenWrittenAsync(last, CancellationToken.None)
                : IsWritten();
        }
        finally
        {
            spread.Release();
        }
    }

    private bool Label(DecidedChannel writer, Spread spread)
    {
        var places = decisions.Places;
        var ask = writer.Ask;
        if (!Writes(writer) || After(writer) is var next && ReferenceEquals(next, places.Map))
        {
            return true;
        }

        var labelled = new LedgerEntry.PlaceLabelled
        {
            Run = writer.Run.Id,
            Agent = writer.Run.Agent,
            Decision = writer.Decision!.Value, // Entered, so it was decided.
            Place = RunTexts.PlaceOf(ask.Source, ask.Host),
            Path = ask.PlacePath,
            Labels = writer.Run.Labels.Set,
        };
        if (sequencer.Append(labelled, fence: null, positioned: _ => places.Put(next)) is not
            { IsAccepted: true } accepted)
        {
            return false;
        }

        spread.Last = accepted.Id;
        Interlocked.MemoryBarrier(); // Who enters after this sees the place as it is now.
        foreach (var reader in channels.All.OfType<DecidedChannel>())
        {
            if (reader.IsEntered && decisions.Gained(reader.Ask) is var gained && !gained.IsSubsetOf(reader.Brings))
            {
                if (gained.IsUntrusted && !reader.Brings.IsUntrusted)
                {
                    // What comes from here on may be a stranger's.
                    reader.Run.Texts.MarkOpaque(
                        TextTrust.Untrusted,
                        RunTexts.PlaceOf(reader.Ask.Source, reader.Ask.Host),
                        gained.IsConfidentialTo(LabelSet.Empty));
                }

                reader.Gain(gained);
                spread.Joins.Enqueue((reader, gained));
            }
        }

        return true;
    }

    /// <summary>What is still to be done before an act may go out, and who waits for it.</summary>
    private sealed class Spread
    {
        private readonly HashSet<RunState> held = [];

        public Queue<(DecidedChannel Bringer, LabelSet Labels)> Joins { get; } = new();

        public Queue<DecidedChannel> Writers { get; } = new();

        /// <summary>The last entry of it.</summary>
        public EntryId? Last { get; set; }

        public void Hold(RunState run)
        {
            if (held.Add(run))
            {
                run.Joining.Wait(0); // Free: only who holds Changing comes here.
            }
        }

        public void Release()
        {
            foreach (var run in held)
            {
                run.Joining.Release();
            }
        }
    }
}
