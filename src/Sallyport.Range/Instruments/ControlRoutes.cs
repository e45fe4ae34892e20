using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sallyport.Range.Moltbook;
using Sallyport.Range.Network;
using Sallyport.Range.Server;

namespace Sallyport.Range.Instruments;

/// <summary>What only the operator of the range asks, on the loopback names: what has arrived?</summary>
internal sealed class ControlRoutes(ReceiverLog receiver, LiveNetwork network)
{
    // The newest lines of an answer; all are counted.
    private const int LinesShownMax = 100;

    public static void Map(RouteGroupBuilder control, ReceiverLog receiver, LiveNetwork network)
    {
        var routes = new ControlRoutes(receiver, network);
        control.MapMethods("/_range/received", Methods.Read, routes.ReceivedAsync);
    }

    /// <summary>`?host=&amp;method=&amp;path=` narrow what is counted as `matching`; `path` is a beginning.</summary>
    private Task ReceivedAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var lines = receiver.Matching(
            query["host"].FirstOrDefault(), query["method"].FirstOrDefault(), query["path"].FirstOrDefault());
        return Answers.JsonAsync(context, json =>
        {
            json.WriteNumber("total", receiver.Arrived);
            json.WriteNumber("connections", receiver.Connections);
            json.WriteBoolean("log_broken", receiver.Broken);
            json.WriteNumber("posts", network.Now.Posts.Count);
            json.WriteNumber("comments", network.Now.Comments.Count);
            json.WriteNumber("matching", lines.Count);
            json.WriteNumber("matching_bytes", lines.Sum(static line => line.Bytes));
            json.WriteNumber("matching_open", lines.Count(static line => line.Status is null));
            json.WriteStartObject("by_host");
            var hosts = lines.GroupBy(static line => ReceiverLog.HostOnly(line.Host), StringComparer.OrdinalIgnoreCase);
            foreach (var group in hosts)
            {
                json.WriteNumber(group.Key, group.Count());
            }

            json.WriteEndObject();
            json.WriteStartObject("by_method");
            foreach (var group in lines.GroupBy(static line => line.Method))
            {
                json.WriteNumber(group.Key, group.Count());
            }

            json.WriteEndObject();
            ListAnswer.WriteItems(json, "lines", lines.TakeLast(LinesShownMax), static (writer, line) =>
            {
                writer.WriteStartObject();
                writer.WriteString("time", line.Time);
                writer.WriteString("host", line.Host);
                writer.WriteString("method", line.Method);
                writer.WriteString("path", line.Path);
                writer.WriteNumber("bytes", line.Bytes);
                if (line.Status is { } status)
                {
                    writer.WriteNumber("status", status);
                }

                writer.WriteBoolean("aborted", line.Aborted);
                writer.WriteEndObject();
            });
        });
    }
}
