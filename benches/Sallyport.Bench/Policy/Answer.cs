using System.Text.Json;
using Sallyport.Cedar.Authorization;

namespace Sallyport.Bench.Policy;

/// <summary>Answers of either engine in one form.</summary>
internal static class Answer
{
    public static string Of(Response response) => Of(
        response.Decision == Decision.Allow ? "allow" : "deny",
        response.Reasons.Select(policy => policy.Id.Value),
        response.Errors.Select(error => error.Policy.Id.Value));

    public static string Of(JsonElement official) => Of(
        official.GetProperty("decision").GetString() ?? "",
        official.GetProperty("reasons").EnumerateArray().Select(id => id.GetString() ?? ""),
        official.GetProperty("errors").EnumerateArray().Select(id => id.GetString() ?? ""));

    private static string Of(string decision, IEnumerable<string> reasons, IEnumerable<string> errors) =>
        $"{decision} reasons=[{string.Join(',', reasons.Order(StringComparer.Ordinal))}]"
        + $" errors=[{string.Join(',', errors.Order(StringComparer.Ordinal))}]";
}
