using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Moltbook;

/// <summary>A list in the form of all three generations of the API at once.</summary>
internal static class ListAnswer
{
    /// <param name="context">The request.</param>
    /// <param name="name">What G1 and G2 call the list, such as posts. `data` (G0) is always added.</param>
    /// <param name="page">The items and where they stand.</param>
    /// <param name="item">Writes one item, as a value.</param>
    /// <param name="more">Members that only this endpoint has.</param>
    public static Task WriteAsync<T>(
        HttpContext context,
        string name,
        Page<T> page,
        Action<Utf8JsonWriter, T> item,
        Action<Utf8JsonWriter>? more = null) =>
        Answers.JsonAsync(context, json =>
        {
            json.WriteBoolean("success", true);
            more?.Invoke(json);
            WriteItems(json, name, page.Items, item);
            WriteItems(json, "data", page.Items, item);
            json.WriteNumber("count", page.Items.Count);
            json.WriteBoolean("has_more", page.HasMore);
            json.WriteNumber("next_offset", page.NextOffset);
            json.WriteString("next_cursor", page.NextCursor);
            json.WriteStartObject("pagination");
            json.WriteNumber("count", page.Items.Count);
            json.WriteNumber("limit", page.Limit);
            json.WriteNumber("offset", page.Offset);
            json.WriteBoolean("hasMore", page.HasMore);
            json.WriteEndObject();
            json.WriteBoolean("authenticated", BearerKey.IsPresent(context));
        });

    public static void WriteItems<T>(
        Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> item)
    {
        json.WriteStartArray(name);
        foreach (var one in items)
        {
            item(json, one);
        }

        json.WriteEndArray();
    }
}
