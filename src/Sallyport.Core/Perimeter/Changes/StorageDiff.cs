using System.Globalization;
using Sallyport.Identity;
using Sallyport.Limits;

namespace Sallyport.Perimeter.Changes;

/// <summary>What differs in how much of the ledger may be filled. More for an agent is wider: a flood hides what stands
/// in it.</summary>
internal static class StorageDiff
{
    public static IEnumerable<PerimeterChange> Of(CompiledPerimeter before, CompiledPerimeter after)
    {
        var (old, now) = (before.Options.Storage, after.Options.Storage);
        if (old.ReserveBytes != now.ReserveBytes)
        {
            yield return new PerimeterChange(
                now.ReserveBytes < old.ReserveBytes ? ChangeDirection.Widens : ChangeDirection.Narrows, "ledger",
                $"{StorageRules.Words(now.ReserveBytes)} of the disk are kept for the node, and were "
                + StorageRules.Words(old.ReserveBytes));
        }

        if (old.IndexEntries != now.IndexEntries)
        {
            yield return new PerimeterChange(
                ChangeDirection.Neutral, "ledger",
                $"the index keeps {Entries(now.IndexEntries)}, and kept {Entries(old.IndexEntries)}");
        }

        IEnumerable<AgentId?> agents = [null, .. after.Agents.Select(agent => agent.Id)];
        foreach (var agent in agents)
        {
            var (was, becomes) = (old.Of(agent), now.Of(agent));
            if (was?.BytesMax != becomes?.BytesMax || was?.Window != becomes?.Window)
            {
                yield return new PerimeterChange(
                    Direction(was, becomes), agent is null ? "ledger" : $"agent {agent}",
                    $"{(agent is null ? "who has no run " : "")}may fill {Words(becomes)} of the ledger, and might "
                    + Words(was));
            }
        }
    }

    private static ChangeDirection Direction(StorageQuota? was, StorageQuota? becomes) =>
        becomes is null ? ChangeDirection.Widens
        : was is null || (was.Window <= becomes.Window && becomes.BytesMax <= was.BytesMax) ? ChangeDirection.Narrows
        : ChangeDirection.MayWiden;

    private static string Entries(long most) => most == long.MaxValue ? "all entries"
        : string.Create(CultureInfo.InvariantCulture, $"{most} entries");

    private static string Words(StorageQuota? quota) => quota?.ToString() ?? "any part";
}
