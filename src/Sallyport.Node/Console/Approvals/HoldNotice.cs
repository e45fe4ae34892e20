using System.Buffers;
using System.Text.Json;
using Sallyport.Decisions.Approvals;
using Sallyport.Egress;
using Sallyport.Flow;

namespace Sallyport.Console;

/// <summary>What a hook is told of a held act: who, what, why, until when, and where to answer. No field's value and no
/// byte of the body, and of a run with a secret no path: those may be secrets, and the hook's other end is
/// outside.</summary>
internal static class HoldNotice
{
    /// <summary>The message, JSON in UTF-8 that is ASCII.</summary>
    public static byte[] Of(Hold hold, string? owner, HookRules hooks)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "hold.opened");
            json.WriteString("timestamp", hold.Opened);
            json.WriteStartObject("data");
            json.WriteString("ticket", hold.Ticket.Text);
            json.WriteStartObject("who");
            json.WriteString("agent", hold.Agent.Value);
            json.WriteString("owner", owner);
            json.WriteString("run", hold.Run.Text);
            json.WriteEndObject();
            json.WriteStartObject("what");
            json.WriteString("gateway", hold.Gateway);
            json.WriteString("class", hold.Class);
            json.WriteString("method", hold.Method);
            json.WriteString("target", hold.Labels.Contains(Label.Secret) ? hold.Host : hold.Target);
            json.WriteString("digest", hold.Digest.Hex);
            json.WriteEndObject();
            json.WriteStartObject("why");
            json.WriteString("reason", hold.Reason);
            WriteTexts(json, "policies", hold.Policies);
            WriteTexts(json, "labels", hold.Labels.Labels.Select(label => label.Value));
            json.WriteEndObject();
            json.WriteString("expires", hold.Expires);
            json.WriteString(
                "link", hooks.Link.Length > 0 ? hooks.Link.Replace("{ticket}", hold.Ticket.Text,
                    StringComparison.Ordinal) : null);
            json.WriteString("show", $"sallyport approvals show {hold.Ticket}");
            json.WriteString("approve", $"sallyport approve {hold.Ticket}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
