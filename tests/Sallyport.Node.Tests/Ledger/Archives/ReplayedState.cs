using System.Globalization;
using Sallyport.Console;

namespace Sallyport.Ledger.Tests.Archives;

/// <summary>All that a start takes from the log, as text that can be compared.</summary>
internal static class ReplayedState
{
    public static string Of(LedgerReplay replay) => string.Join('\n', (string[])
    [
        .. replay.Open.OrderBy(run => run.Key.Text, StringComparer.Ordinal).Select(run => string.Create(
            CultureInfo.InvariantCulture,
            $"run {run.Key.Text} {run.Value.Agent} {run.Value.Role} {run.Value.Labels}")),
        .. replay.Frozen.OrderBy(freeze => freeze.Id, StringComparer.Ordinal).Select(freeze => $"frozen {freeze}"),
        .. replay.Places.All.Select(place => $"place {place.Source} {place.Path} {place.Labels}"),
        .. replay.Holds.Live.OrderBy(hold => hold.Hold.Ticket.Text, StringComparer.Ordinal).Select(hold =>
            $"hold {hold.Hold.Ticket.Text} {hold.State} {hold.By} {hold.Reason} {hold.Expires:O}"),
        .. replay.Holds.Opened.OrderBy(run => run.Key.Text, StringComparer.Ordinal).Select(run =>
            string.Create(CultureInfo.InvariantCulture, $"opened {run.Key.Text} {run.Value}")),
        .. replay.Perimeter.Named.Order(StringComparer.Ordinal).Select(hash => $"named {hash}"),
        .. replay.Perimeter.Uses.OrderBy(use => use.Key, StringComparer.Ordinal).Select(use => $"use {use}"),
        .. replay.Perimeter.Pending.Select(change => $"pending {change}"),
        .. replay.LegalHolds.All.Select(hold => $"legal {hold}"),
        $"next legal hold {replay.LegalHolds.NextId()}",
        $"in force {replay.Perimeter.InForce}",
        string.Create(CultureInfo.InvariantCulture, $"epoch {replay.FreezeEpoch}, runs {replay.HasHadRuns}"),
    ]);
}
