using Sallyport.Ledger;
using Sallyport.Limits;

namespace Sallyport.Perimeter.Changes;

/// <summary>What differs in which bodies are kept. To keep less is to know less of what was done; to keep more puts
/// what agents read into files: neither is certainly narrower.</summary>
internal static class ContentDiff
{
    public static IEnumerable<PerimeterChange> Of(ContentRules old, ContentRules now)
    {
        foreach (var rule in now.All.Except(old.All))
        {
            yield return new PerimeterChange(ChangeDirection.MayWiden, "content", $"keeps {Words(rule)}");
        }

        foreach (var rule in old.All.Except(now.All))
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, "content",
                $"no longer keeps {Words(rule)}; what is kept stays until its time is over");
        }

        if (old.TotalBytesMax != now.TotalBytesMax)
        {
            yield return new PerimeterChange(
                ChangeDirection.MayWiden, "content",
                $"{StorageRules.Words(now.TotalBytesMax)} of bodies are kept at most, and were "
                + StorageRules.Words(old.TotalBytesMax));
        }
    }

    private static string Words(ContentRule rule) =>
        (rule.Sides switch
        {
            ContentSides.Requests => "requests",
            ContentSides.Responses => "responses",
            ContentSides.Both => "requests and responses",
        })
        + (rule.Source is { } source ? $" of source {source}" : "")
        + (rule.Agent is { } agent ? $" of agent {agent}" : "")
        + (rule.Role is { } role ? $" of role {role}" : "")
        + $" for {rule.For}, each of at most {StorageRules.Words(rule.BytesMax)}";
}
